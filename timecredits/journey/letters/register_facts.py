"""What the register says about a person: the facts of a letter, and whether they still hold.

A letter counts the hours at its own organisation; those elsewhere too where the person agreed, in rows of their own.
Corrected entries don't count; their replacements do. Nor does time that nobody but the volunteer stands behind.
Minutes are whole minutes, days are calendar days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from timecredits.hours.activity_models import Activity
from timecredits.hours.history.hour_history import checked_by_another, in_force
from timecredits.hours.models import HourEntry
from timecredits.journey.learning_models import Training
from timecredits.network.models import Organisation
from timecredits.network.volunteers import Enrolled

__all__ = [
    "Counted",
    "Frozen",
    "RegisterFacts",
    "RoleFacts",
    "TrainingFacts",
    "confirmed_by_organisation",
    "count_again",
    "freeze",
    "frozen_in",
    "register_facts",
]


@dataclass(frozen=True)
class Counted:
    """Confirmed time in one role: the first and the last day, and the minutes."""

    first_day: date
    last_day: date
    minutes: int


@dataclass(frozen=True)
class RoleFacts:
    """Confirmed time in one role, with the activity behind it.

    `elsewhere` is the name on letters of another organisation where it was given; "" where the letter comes from.
    """

    activity_id: UUID
    role: str
    counted: Counted
    elsewhere: str = ""


@dataclass(frozen=True)
class TrainingFacts:
    """Something learnt that staff confirmed."""

    title: str
    awarded_by: str
    completed_on: date


@dataclass(frozen=True)
class RegisterFacts:
    """All that a letter may say. `up_to` is the last confirmed day; without any hours `roles` is empty and it is None."""

    known_since: date
    up_to: date | None
    roles: tuple[RoleFacts, ...]
    training: tuple[TrainingFacts, ...] = ()

    @property
    def has_own_hours(self) -> bool:
        """Whether any of it was given where the letter comes from."""
        return any(not role.elsewhere for role in self.roles)

    @property
    def minutes(self) -> int:
        """Confirmed time in all roles."""
        return sum(role.counted.minutes for role in self.roles)


@dataclass(frozen=True)
class Frozen:
    """What an issued letter says, by activity, up to its last confirmed day."""

    volunteer_id: UUID
    up_to: date
    roles: Mapping[UUID, Counted]


def register_facts(session: Session, enrolled: Enrolled, *, with_elsewhere: bool = False) -> RegisterFacts:
    """The facts about somebody at the organisation of this enrolment, roles in the order in which they began.

    Known since: the day of enrolment, or the first confirmed day where older hours were loaded later. With `with_elsewhere` the
    roles at other organisations of the programme follow; they make nobody known for longer.
    """
    volunteer, enrolment = enrolled.volunteer, enrolled.enrolment
    here = enrolment.organisation_id
    query = (
        _confirmed(volunteer.programme_id, volunteer.id)
        .add_columns(Activity.name, Organisation.id, Organisation.letter_name)
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .join(
            Organisation,
            (Organisation.programme_id == HourEntry.programme_id) & (Organisation.id == HourEntry.organisation_id),
        )
        .group_by(Activity.name, Organisation.id, Organisation.letter_name)
    )
    if not with_elsewhere:
        query = query.where(HourEntry.organisation_id == here)
    roles = sorted(
        (
            RoleFacts(activity_id, name, Counted(first, last, int(minutes)), "" if organisation_id == here else letter_name)
            for activity_id, first, last, minutes, name, organisation_id, letter_name in session.execute(query)
        ),
        key=lambda role: (role.elsewhere, role.counted.first_day, role.role),
    )
    days = [role.counted.first_day for role in roles if not role.elsewhere]
    return RegisterFacts(
        known_since=min([enrolment.enrolled_on, *days]),
        up_to=max((role.counted.last_day for role in roles), default=None),
        roles=tuple(roles),
        training=_training(session, volunteer.programme_id, volunteer.id, here),
    )


def confirmed_by_organisation(session: Session, programme_id: UUID, volunteer_id: UUID) -> dict[UUID, Counted]:
    """Somebody's confirmed time at each organisation where they have any, in one query."""
    query = _confirmed(programme_id, volunteer_id, by=HourEntry.organisation_id)
    return {
        organisation_id: Counted(first, last, int(minutes)) for organisation_id, first, last, minutes in session.execute(query)
    }


def freeze(facts: RegisterFacts) -> dict[str, Any]:
    """The figures as JSON, to be kept with the letter. By activity, because an activity may change its name."""
    return {
        "up_to": facts.up_to.isoformat() if facts.up_to else None,
        "roles": [
            {
                "activity_id": str(role.activity_id),
                "first_day": role.counted.first_day.isoformat(),
                "last_day": role.counted.last_day.isoformat(),
                "minutes": role.counted.minutes,
            }
            for role in facts.roles
        ],
    }


def frozen_in(volunteer_id: UUID, kept: Mapping[str, Any]) -> Frozen:
    """What :func:`freeze` kept, read back."""
    return Frozen(
        volunteer_id,
        date.fromisoformat(kept["up_to"]),
        {
            UUID(role["activity_id"]): Counted(
                date.fromisoformat(role["first_day"]), date.fromisoformat(role["last_day"]), int(role["minutes"])
            )
            for role in kept["roles"]
        },
    )


def count_again(session: Session, programme_id: UUID, letters: Sequence[Frozen]) -> list[dict[UUID, Counted]]:
    """What the register says today for the roles and days of each letter, in one query for all of them.

    A role that lost all its hours is missing from the answer. Time after a letter's last day isn't looked at.
    """
    found: list[dict[UUID, Counted]] = [{} for _ in letters]
    if not letters:
        return found
    queries = [
        _confirmed(programme_id, letter.volunteer_id)
        .add_columns(literal(place, Integer))
        .where(HourEntry.done_on <= letter.up_to, HourEntry.activity_id.in_(letter.roles))
        for place, letter in enumerate(letters)
    ]
    for activity_id, first, last, minutes, place in session.execute(union_all(*queries)):
        found[place][activity_id] = Counted(first, last, int(minutes))
    return found


def _confirmed(
    programme_id: UUID, volunteer_id: UUID, *, by: InstrumentedAttribute[UUID] = HourEntry.activity_id
) -> Select[UUID, date, date, int]:
    """By activity, which says the organisation too: each belongs to one."""
    return (
        select(
            by,
            func.min(HourEntry.done_on),
            func.max(HourEntry.done_on),
            func.sum(HourEntry.minutes),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.volunteer_id == volunteer_id,
            in_force(),
            checked_by_another(),  # a letter says that every visit was confirmed
        )
        .group_by(by)
    )


def _training(session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID) -> tuple[TrainingFacts, ...]:
    """What this organisation's staff confirmed, and what others' did where the person lets any letter say it."""
    query = (
        select(Training.title, Training.awarded_by, Training.completed_on)
        .where(
            Training.programme_id == programme_id,
            Training.volunteer_id == volunteer_id,
            Training.confirmed_at.is_not(None),
            Training.removed_at.is_(None),
            or_(Training.organisation_id == organisation_id, Training.on_any_letter),
        )
        .order_by(Training.completed_on, Training.id)
    )
    return tuple(TrainingFacts(*row) for row in session.execute(query))
