"""What the register says about a person at one organisation: the facts of a letter, and whether they still hold.

Corrected entries don't count; their replacements do. Nor does time that nobody but the volunteer stands behind.
Minutes are whole minutes, days are calendar days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import Activity
from timecredits.hours.history.hour_history import checked_by_another, in_force
from timecredits.hours.models import HourEntry
from timecredits.network.volunteers import Enrolled

__all__ = ["Counted", "Frozen", "RegisterFacts", "RoleFacts", "count_again", "freeze", "frozen_in", "register_facts"]


@dataclass(frozen=True)
class Counted:
    """Confirmed time in one role: the first and the last day, and the minutes."""

    first_day: date
    last_day: date
    minutes: int


@dataclass(frozen=True)
class RoleFacts:
    """Confirmed time in one role, with the activity behind it."""

    activity_id: UUID
    role: str
    counted: Counted


@dataclass(frozen=True)
class RegisterFacts:
    """All that a letter may say. `up_to` is the last confirmed day; without any hours `roles` is empty and it is None."""

    known_since: date
    up_to: date | None
    roles: tuple[RoleFacts, ...]

    @property
    def minutes(self) -> int:
        """Confirmed time in all roles."""
        return sum(role.counted.minutes for role in self.roles)


@dataclass(frozen=True)
class Frozen:
    """What an issued letter says, by activity, up to its last confirmed day."""

    volunteer_id: UUID
    organisation_id: UUID
    up_to: date
    roles: Mapping[UUID, Counted]


def register_facts(session: Session, enrolled: Enrolled) -> RegisterFacts:
    """The facts about somebody at the organisation of this enrolment, roles in the order in which they began.

    Known since: the day of enrolment, or the first confirmed day where older hours were loaded later.
    """
    volunteer, enrolment = enrolled.volunteer, enrolled.enrolment
    query = (
        _confirmed(volunteer.programme_id, volunteer.id, enrolment.organisation_id)
        .add_columns(Activity.name)
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .group_by(Activity.name)
    )
    roles = sorted(
        (
            RoleFacts(activity_id, name, Counted(first, last, int(minutes)))
            for activity_id, first, last, minutes, name in session.execute(query)
        ),
        key=lambda role: (role.counted.first_day, role.role),
    )
    days = [role.counted.first_day for role in roles]
    return RegisterFacts(
        known_since=min([enrolment.enrolled_on, *days]),
        up_to=max((role.counted.last_day for role in roles), default=None),
        roles=tuple(roles),
    )


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


def frozen_in(volunteer_id: UUID, organisation_id: UUID, kept: Mapping[str, Any]) -> Frozen:
    """What :func:`freeze` kept, read back."""
    return Frozen(
        volunteer_id,
        organisation_id,
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
        _confirmed(programme_id, letter.volunteer_id, letter.organisation_id)
        .add_columns(literal(place, Integer))
        .where(HourEntry.done_on <= letter.up_to, HourEntry.activity_id.in_(letter.roles))
        for place, letter in enumerate(letters)
    ]
    for activity_id, first, last, minutes, place in session.execute(union_all(*queries)):
        found[place][activity_id] = Counted(first, last, int(minutes))
    return found


def _confirmed(programme_id: UUID, volunteer_id: UUID, organisation_id: UUID) -> Select[UUID, date, date, int]:
    return (
        select(
            HourEntry.activity_id,
            func.min(HourEntry.done_on),
            func.max(HourEntry.done_on),
            func.sum(HourEntry.minutes),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.volunteer_id == volunteer_id,
            HourEntry.organisation_id == organisation_id,
            in_force(),
            checked_by_another(),  # a letter says that every visit was confirmed
        )
        .group_by(HourEntry.activity_id)
    )
