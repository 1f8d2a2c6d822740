"""What a rule about keeping would let go today, in numbers: the dry run of what is due, as if the setting stood already."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.wording import Sentence
from timecredits.insight.preview_words import FEW, about_people, roughly
from timecredits.network.settings import Settings, change_setting
from timecredits.records.privacy.erasing import list_waiting
from timecredits.records.privacy.retention import count_due

__all__ = ["preview_keeping"]

_RULES: Final = {
    "keep_people_months": ("people",),
    "keep_requests_months": ("requests", "letters", "looks"),
    "keep_words_months": ("words",),
    "keep_answers_months": ("answers",),
}


def preview_keeping(
    session: Session, programme_id: UUID, settings: Settings, name: str, value: Any, *, now: datetime
) -> Sentence | None:
    """What would be due today with this value; None for any other setting. Only a POST may ask for another value than stands."""
    if name == "erasure_days":
        waiting = len(list_waiting(session, programme_id))
        if not waiting:
            return Sentence("Nobody waits to be erased now.")
        return Sentence("Now %(people)s wait to be erased. Their days stay as they are.", people=about_people(waiting))
    return _due(session, programme_id, settings, name, value, now) if name in _RULES else None


def _due(session: Session, programme_id: UUID, settings: Settings, name: str, value: Any, now: datetime) -> Sentence:
    counts = _counts(session, programme_id, settings, name, value, now)
    due = sum(counts[rule] for rule in _RULES[name])
    if not due:
        return Sentence("Nothing is due to go today.")
    if name == "keep_people_months":
        return Sentence("Today %(people)s would be due.", people=about_people(due))
    if due < FEW:
        return Sentence("Today a few entries would be due.")
    return Sentence("Today about %(num)s entries would be due.", num=roughly(due))


def _counts(session: Session, programme_id: UUID, settings: Settings, name: str, value: Any, now: datetime) -> dict[str, int]:
    if getattr(settings, name) == value:
        return count_due(session, programme_id, now=now)
    # The rules read the setting itself: it is set, looked at, and taken back before anybody else can see it.
    with session.begin_nested() as look:
        change_setting(session, programme_id, name, value, actor_id=None)
        counts = count_due(session, programme_id, now=now)
        look.rollback()
    return counts
