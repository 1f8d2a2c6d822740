"""A programme's settings: data with a default, a history, and who changed what.

The newest change of a name counts; a name never changed has its default. Values are checked here, whoever sets them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import SettingChange, User

_DAY, _WEEK = 24 * 60, 7 * 24 * 60


class Severity(StrEnum):
    """What a rule about hours does: says so and goes on, or holds them back."""

    WARN = "warn"
    STOP = "stop"


class Rest(StrEnum):
    """What becomes of minutes that don't fill a whole step of credit."""

    CARRY = "carry"  # they count towards the next step
    DROP = "drop"


class SpentCorrection(StrEnum):
    """What happens when a correction takes back credits that were used already."""

    GOODWILL = "goodwill"  # the programme bears the difference
    SHORTFALL = "shortfall"  # the next hours make it good


@dataclass(frozen=True, slots=True)
class Settings:
    """What a programme has set. Lengths are minutes; None is no limit."""

    attendance_rounding: int = 15
    """Signing in and out is recorded to the nearest so many minutes: 1 (exact), 15 or 30."""
    credit_step: int = 1
    """Credits come in steps of so many minutes: 1 (exact), 15, 30 or 60."""
    credit_rest: Rest = Rest.CARRY
    credits_a_day: int | None = None
    credits_a_week: int | None = None
    """Monday to Sunday."""
    overlap: Severity = Severity.WARN
    same_twice: Severity = Severity.WARN
    before_joining: Severity = Severity.WARN
    daily_limit: int = 12 * 60
    """Hours a person may give in a day before `over_daily_limit` speaks."""
    over_daily_limit: Severity = Severity.WARN
    spent_correction: SpentCorrection = SpentCorrection.GOODWILL
    reminder_hours: int = 24
    """How long before a session its reminder goes out; 0: none."""
    expire_after_months: int | None = None
    """After how many months what was earned and not used runs out; first earned is first used."""
    uses_a_day: int | None = None
    """How many times a day one person may use credits."""
    used_a_day: int | None = None
    """Minutes of credit that one person may use a day."""
    given_a_day: int | None = None
    """Minutes of credit that one person may give away a day."""
    note_months: int = 12
    """How long a printed note is good."""
    pass_days: int = 7
    """How long a pass on a phone holds its credits, before they come back by themselves."""
    offline_warn_hours: int = 24
    offline_stop_hours: int = 72
    """How long after its last contact a till warns, and takes no more."""
    offline_card_minutes: int = 120
    """What one card may use at a till with no signal until the next contact."""
    offline_most_uses: int = 20
    offline_most_minutes: int = 40 * 60
    """What one till may take with no signal until the next contact."""
    offline_most_once: int = 240
    """What may be taken at once with no signal."""
    event_entry: bool = False
    """Whether credits may be asked for as entry to events."""
    venues_see_balance: bool = False
    """Whether a venue's screen shows how many credits somebody has left."""
    year_starts_in: int = 4
    """The month in which a year of the reports begins."""
    erasure_days: int = 30
    """How long somebody's record waits before it is erased, in which that can be called off."""
    keep_people_months: int | None = None
    """How long after their last hour, use or letter a person who left everywhere is kept; None: until they ask."""
    keep_requests_months: int = 12
    """How long requests to be in touch, and requests for letters, are kept once they are closed."""
    keep_words_months: int = 24
    """How long what staff wrote down about ended mentoring, and concerns that are closed, are kept."""
    keep_answers_months: int = 36
    """How long answers about how people are doing are kept with their names."""


_RULES: Mapping[str, Callable[[Any], bool]] = {
    "attendance_rounding": {1, 15, 30}.__contains__,
    "credit_step": {1, 15, 30, 60}.__contains__,
    "credit_rest": set(Rest).__contains__,
    "credits_a_day": lambda value: value is None or 0 < value <= _DAY,
    "credits_a_week": lambda value: value is None or 0 < value <= _WEEK,
    "overlap": set(Severity).__contains__,
    "same_twice": set(Severity).__contains__,
    "before_joining": set(Severity).__contains__,
    "daily_limit": lambda value: 0 < value <= _DAY,
    "over_daily_limit": set(Severity).__contains__,
    "spent_correction": set(SpentCorrection).__contains__,
    "reminder_hours": range(169).__contains__,
    "expire_after_months": lambda value: value is None or value in range(1, 121),
    "uses_a_day": lambda value: value is None or value in range(1, 101),
    "used_a_day": lambda value: value is None or value in range(15, _DAY + 1),
    "given_a_day": lambda value: value is None or value in range(15, _DAY + 1),
    "note_months": range(1, 61).__contains__,
    "pass_days": range(1, 32).__contains__,
    "offline_warn_hours": range(1, 169).__contains__,
    "offline_stop_hours": range(1, 337).__contains__,
    "offline_card_minutes": range(601).__contains__,
    "offline_most_uses": range(501).__contains__,
    "offline_most_minutes": range(30001).__contains__,
    "offline_most_once": range(601).__contains__,
    "event_entry": lambda value: isinstance(value, bool),
    "venues_see_balance": lambda value: isinstance(value, bool),
    "year_starts_in": range(1, 13).__contains__,
    "erasure_days": range(1, 91).__contains__,
    "keep_people_months": lambda value: value is None or value in range(6, 241),
    "keep_requests_months": range(1, 121).__contains__,
    "keep_words_months": range(1, 121).__contains__,
    "keep_answers_months": range(1, 121).__contains__,
}
_WORDS = {
    "credit_rest": Rest,
    "overlap": Severity,
    "same_twice": Severity,
    "before_joining": Severity,
    "over_daily_limit": Severity,
    "spent_correction": SpentCorrection,
}


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """One change: from `before` to `value`, who made it ("" for nobody in particular), and when."""

    id: UUID
    name: str
    before: Any
    value: Any
    changed_by: str
    changed_at: datetime


def read_settings(session: Session, programme_id: UUID) -> Settings:
    """What counts now."""
    rows = session.execute(
        select(SettingChange.name, SettingChange.value)
        .where(SettingChange.programme_id == programme_id)
        .order_by(SettingChange.changed_at, SettingChange.id)
    )
    known = {each.name for each in fields(Settings)}
    newest: dict[str, Any] = {
        row.name: _WORDS[row.name](row.value) if row.name in _WORDS else row.value for row in rows if row.name in known
    }
    return replace(Settings(), **newest)


def setting_history(session: Session, programme_id: UUID) -> list[ChangedSetting]:
    """Every change of a programme's settings, newest first, in one question."""
    rows = session.execute(
        select(SettingChange, User.name)
        .outerjoin(User, User.id == SettingChange.changed_by)
        .where(SettingChange.programme_id == programme_id, SettingChange.name.in_(_RULES))
        .order_by(SettingChange.changed_at, SettingChange.id)
    )
    stood: dict[str, Any] = {each.name: getattr(Settings(), each.name) for each in fields(Settings)}
    found = []
    for change, who in rows:
        value = _WORDS[change.name](change.value) if change.name in _WORDS else change.value
        found.append(ChangedSetting(change.id, change.name, stood[change.name], value, who or "", change.changed_at))
        stood[change.name] = value
    return found[::-1]


def check_setting(settings: Settings, name: str, value: Any) -> None:
    """Raise RuleError for a value that can't be, LookupError for a setting that there isn't."""
    if name not in _RULES:
        raise LookupError("no such setting")
    try:
        fits = _RULES[name](value)
    except TypeError:
        fits = False
    if not fits:
        raise RuleError(Sentence("That can not be set. Nothing was changed. Choose another."), field=name)
    _check_together(replace(settings, **{name: value}), name)


def change_setting(session: Session, programme_id: UUID, name: str, value: Any, *, actor_id: UUID | None) -> bool:
    """Let `value` count from now on; answers whether anything changed. Raises RuleError for a value that can't be."""
    settings = read_settings(session, programme_id)
    check_setting(settings, name, value)
    if getattr(settings, name) == value:
        return False
    change = SettingChange(
        programme_id=programme_id, id=new_id(), name=name, value=value, changed_by=actor_id, changed_at=clock.now()
    )
    session.add(change)
    session.flush()
    audit.record(session, programme_id, "setting changed", actor_id=actor_id, subject_id=change.id)
    return True


def _check_together(settings: Settings, name: str) -> None:
    """A limit under one step of credit would let nobody earn anything; a till that has stopped can't warn any more."""
    if name in {"offline_warn_hours", "offline_stop_hours"} and settings.offline_warn_hours > settings.offline_stop_hours:
        sentence = Sentence("A till has to warn before it stops. Nothing was changed. Choose another.")
        raise RuleError(sentence, field=name)
    limits = {"credits_a_day": settings.credits_a_day, "credits_a_week": settings.credits_a_week}
    if name not in limits and name != "credit_step":
        return
    if any(limit is not None and limit < settings.credit_step for limit in limits.values()):
        sentence = Sentence("A limit can not be less than one step of credit. Nothing was changed. Choose another.")
        raise RuleError(sentence, field=name)
