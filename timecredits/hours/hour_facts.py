"""What the rules of hours ask the database: a handful of questions, however many entries there are."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.models import Enrolment, Volunteer

_GROUP = 500  # ids in one question: SQLite and the PostgreSQL driver both have a limit

_entry: Any = HourEntry.__table__
_correction: Any = HourCorrection.__table__
_volunteer: Any = Volunteer.__table__
_enrolment: Any = Enrolment.__table__
_activity: Any = Activity.__table__


@dataclass(frozen=True, slots=True)
class NewHours:
    """Hours to be added: `minutes` on `day`, from `starts` (minutes after midnight) where known. The caller chooses the id."""

    id: UUID
    volunteer_id: UUID
    activity_id: UUID
    session_id: UUID | None
    day: date
    minutes: int
    starts: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What recording needs to know of a volunteer enrolled here."""

    name: str
    account_id: UUID
    wants_credits: bool
    left_on: date | None


@dataclass(frozen=True, slots=True)
class KnownHours:
    """Hours of one person on one day as the rules look at them, stored or new."""

    id: UUID
    organisation_id: UUID
    activity_id: UUID
    minutes: int
    starts: int | None


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]


def stored_hours(
    session: Session, programme_id: UUID, organisation_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, UUID, date, int]]:
    """Whose, what, when and how long the entries with these ids are, if stored. NotFoundError for another organisation's."""
    found: dict[UUID, tuple[UUID, UUID, date, int]] = {}
    columns = (_entry.c.volunteer_id, _entry.c.activity_id, _entry.c.done_on, _entry.c.minutes)
    for group in _groups(ids):
        rows = session.execute(
            select(_entry.c.id, _entry.c.organisation_id, *columns).where(
                _entry.c.programme_id == programme_id, _entry.c.id.in_(group)
            )
        )
        for entry_id, owner, *values in rows:
            if owner != organisation_id:
                raise NotFoundError
            found[entry_id] = (values[0], values[1], values[2], values[3])
    return found


def earning_activities(session: Session, programme_id: UUID, organisation_id: UUID, ids: set[UUID]) -> dict[UUID, bool]:
    """Whether each activity earns credits. NotFoundError for one that isn't this organisation's."""
    found: dict[UUID, bool] = {}
    for group in _groups(list(ids)):
        rows = session.execute(
            select(_activity.c.id, _activity.c.earns_credits).where(
                _activity.c.programme_id == programme_id,
                _activity.c.organisation_id == organisation_id,
                _activity.c.id.in_(group),
            )
        )
        found.update((activity_id, earns) for activity_id, earns in rows)
    if ids - found.keys():
        raise NotFoundError
    return found


def enrolled_people(session: Session, programme_id: UUID, organisation_id: UUID, ids: set[UUID]) -> dict[UUID, Person]:
    """The people with these ids who are or were enrolled here."""
    found: dict[UUID, Person] = {}
    for group in _groups(list(ids)):
        rows = session.execute(
            select(
                _volunteer.c.id,
                _volunteer.c.first_name,
                _volunteer.c.last_name,
                _volunteer.c.account_id,
                _volunteer.c.wants_credits,
                _enrolment.c.left_on,
            )
            .join(
                _enrolment,
                (_enrolment.c.programme_id == _volunteer.c.programme_id) & (_enrolment.c.volunteer_id == _volunteer.c.id),
            )
            .where(
                _volunteer.c.programme_id == programme_id,
                _enrolment.c.programme_id == programme_id,
                _enrolment.c.organisation_id == organisation_id,
                _volunteer.c.id.in_(group),
            )
        )
        for row in rows:
            name = f"{row.first_name} {row.last_name}".strip()
            found[row.id] = Person(name, row.account_id, row.wants_credits, row.left_on)
    return found


def hours_of_days(
    session: Session, programme_id: UUID, entries: Sequence[NewHours], without: frozenset[UUID]
) -> dict[tuple[UUID, date], list[KnownHours]]:
    """What counts already on the days and for the people of these entries."""
    known: dict[tuple[UUID, date], list[KnownHours]] = defaultdict(list)
    if not entries:
        return known
    wanted = {(entry.volunteer_id, entry.day) for entry in entries}
    first, last = min(day for _, day in wanted), max(day for _, day in wanted)
    for group in _groups(list({volunteer_id for volunteer_id, _ in wanted})):
        rows = session.execute(
            select(
                _entry.c.id,
                _entry.c.volunteer_id,
                _entry.c.done_on,
                _entry.c.organisation_id,
                _entry.c.activity_id,
                _entry.c.minutes,
                _entry.c.starts,
            )
            .outerjoin(
                _correction, (_correction.c.programme_id == _entry.c.programme_id) & (_correction.c.entry_id == _entry.c.id)
            )
            .where(
                _entry.c.programme_id == programme_id,
                _entry.c.volunteer_id.in_(group),
                _entry.c.done_on.between(first, last),
                _correction.c.id.is_(None),
            )
        )
        for row in rows:
            if (row.volunteer_id, row.done_on) in wanted and row.id not in without:
                known[row.volunteer_id, row.done_on].append(
                    KnownHours(row.id, row.organisation_id, row.activity_id, row.minutes, row.starts)
                )
    return known
