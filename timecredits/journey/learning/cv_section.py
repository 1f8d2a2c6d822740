"""Lines for a CV, from what is known: roles, days, hours, training, skills. The person chooses the parts and may change it all.

An organisation stands under the name that it puts on letters, which doesn't tell what a group is about. Nothing else about it, or
about the person, goes in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from babel.dates import format_date
from sqlalchemy.orm import Session

from timecredits.foundation.amounts import MINUTES_A_CREDIT, hours_text
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.history.hour_history import HistoryLine, hour_history
from timecredits.hours.history.hour_history_record import Regularity
from timecredits.journey.learning.reflections import count_skills
from timecredits.journey.learning.skills import skill_text
from timecredits.journey.learning.training import ListedTraining, list_training

__all__ = ["CvFacts", "CvPart", "CvRole", "CvSection", "cv_facts", "cv_sections"]

GOES_ON: Final = timedelta(days=90)
"""A role in which somebody gave time within these days runs "to now"."""
_LOCALES: Final = {"en": "en_GB"}


class CvPart(StrEnum):
    """What can be left out."""

    ROLES = "roles"
    DAYS = "days"
    HOURS = "hours"
    REGULARITY = "regularity"
    TRAINING = "training"
    SKILLS = "skills"


@dataclass(frozen=True, slots=True)
class CvRole:
    """Time in one role at one organisation, under its name on letters."""

    role: str
    organisation: str
    first_day: date
    last_day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class CvFacts:
    """What there is to say. `training` is what still counts; `skills` are stored words with how many notes name them."""

    roles: Sequence[CvRole]
    regularity: Regularity | None
    training: Sequence[ListedTraining]
    skills: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class CvSection:
    """A heading and its lines."""

    heading: Sentence
    lines: tuple[Sentence, ...]


def cv_facts(session: Session, programme_id: UUID, volunteer_id: UUID, *, today: date) -> CvFacts:
    """What is known of a person that a CV may say: the role they did last first."""
    hours = hour_history(session, programme_id, volunteer_id, as_of=today)
    training = [each for each in list_training(session, programme_id, volunteer_id) if not each.is_over(today)]
    return CvFacts(_roles(hours.lines), hours.regularity, training, count_skills(session, programme_id, volunteer_id))


def cv_sections(facts: CvFacts, parts: Collection[CvPart], *, today: date, language: str = "en") -> list[CvSection]:
    """The lines of the parts that were chosen; a part with nothing to say is left out."""
    made = []
    if CvPart.ROLES in parts and facts.roles:
        lines = [_role_line(role, parts, today, language) for role in facts.roles]
        if CvPart.REGULARITY in parts and facts.regularity is not None and facts.regularity["weeks"] > 1:
            lines.append(
                Sentence(
                    "I gave time in %(with_time)s of the last %(weeks)s weeks.",
                    with_time=facts.regularity["weeks_with_time"],
                    weeks=facts.regularity["weeks"],
                )
            )
        made.append(CvSection(Sentence("Volunteering"), tuple(lines)))
    if CvPart.TRAINING in parts and facts.training:
        lines = [_training_line(each, parts, language) for each in facts.training]
        made.append(CvSection(Sentence("Training"), tuple(lines)))
    if CvPart.SKILLS in parts and facts.skills:
        lines = [
            counted("%(skill)s (%(num)s time)", "%(skill)s (%(num)s times)", count, skill=skill_text(skill))
            for skill, count in facts.skills
        ]
        made.append(CvSection(Sentence("Skills I used"), tuple(lines)))
    return made


def _roles(lines: Sequence[HistoryLine]) -> list[CvRole]:
    together: dict[UUID, list[HistoryLine]] = {}
    for line in lines:
        if line.counts:
            together.setdefault(line.activity_id, []).append(line)
    roles = [
        CvRole(
            role=each[0].activity,
            organisation=each[0].letter_organisation,
            first_day=min(line.day for line in each),
            last_day=max(line.day for line in each),
            minutes=sum(line.minutes for line in each),
        )
        for each in together.values()
    ]
    return sorted(roles, key=lambda role: (role.last_day, role.minutes, role.role), reverse=True)


def _role_line(role: CvRole, parts: Collection[CvPart], today: date, language: str) -> Sentence:
    who = Sentence("Volunteer, %(role)s, %(organisation)s", role=role.role, organisation=role.organisation)
    hours = hours_text(role.minutes - role.minutes % MINUTES_A_CREDIT if role.minutes >= MINUTES_A_CREDIT else role.minutes)
    when = _span(role, today, language)
    if CvPart.DAYS in parts and CvPart.HOURS in parts:
        return Sentence("%(who)s, %(when)s: %(hours)s", who=who, when=when, hours=hours)
    if CvPart.DAYS in parts:
        return Sentence("%(who)s, %(when)s", who=who, when=when)
    return Sentence("%(who)s: %(hours)s", who=who, hours=hours) if CvPart.HOURS in parts else who


def _span(role: CvRole, today: date, language: str) -> Sentence:
    first, last = _month(role.first_day, language), _month(role.last_day, language)
    if role.last_day >= today - GOES_ON:
        return Sentence("%(first)s to now", first=first)
    return Sentence("%(month)s", month=first) if first == last else Sentence("%(first)s to %(last)s", first=first, last=last)


def _training_line(training: ListedTraining, parts: Collection[CvPart], language: str) -> Sentence:
    facts = training.facts
    what = Sentence("%(title)s", title=facts.title)
    if facts.awarded_by:
        what = Sentence("%(title)s, %(awarded_by)s", title=facts.title, awarded_by=facts.awarded_by)
    if CvPart.DAYS not in parts:
        return what
    if facts.expires_on is not None:
        until = _month(facts.expires_on, language)
        return Sentence(
            "%(what)s, %(month)s (until %(until)s)", what=what, month=_month(facts.completed_on, language), until=until
        )
    return Sentence("%(what)s, %(month)s", what=what, month=_month(facts.completed_on, language))


def _month(day: date, language: str) -> str:
    return format_date(day, "MMMM y", locale=_LOCALES.get(language, language))
