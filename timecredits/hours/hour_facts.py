"""What the rules of hours ask the database: a handful of questions, however many entries there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity
from timecredits.hours.earning import Overrides, Purse, week_of
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
    enrolled_on: date = date.min


@dataclass(frozen=True, slots=True)
class KnownHours:
    """Hours of one person on one day as the rules look at them, stored or new."""

    id: UUID
    organisation_id: UUID
    activity_id: UUID
    minutes: int
    starts: int | None
    session_id: UUID | None = None


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]


def lock_people(session: Session, programme_id: UUID, volunteer_ids: Iterable[UUID]) -> None:
    """Let nobody else record or correct hours of these people until this transaction ends.

    What they gave and earned is looked at after this, so that two saves at the same instant can't both find room for their hours.
    In order of id, so that two saves can't lock each other out. On SQLite a transaction that may write is alone anyway.
    """
    if session.connection().dialect.name == "sqlite":
        return
    for group in _groups(sorted(set(volunteer_ids))):
        session.execute(
            select(_volunteer.c.id)
            .where(_volunteer.c.programme_id == programme_id, _volunteer.c.id.in_(group))
            .order_by(_volunteer.c.id)
            .with_for_update(key_share=True)
        ).all()


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


@dataclass(frozen=True, slots=True)
class ActivityEarning:
    """Whether an activity earns credits, whether it counts hours at all, and what it says of how credits are earned."""

    earns: bool
    counts_hours: bool
    own: Overrides


def earning_activities(
    session: Session, programme_id: UUID, organisation_id: UUID, ids: set[UUID]
) -> dict[UUID, ActivityEarning]:
    """What each activity says of hours and credits. NotFoundError for one that isn't this organisation's."""
    found: dict[UUID, ActivityEarning] = {}
    columns = (_activity.c.credit_step, _activity.c.credit_rest, _activity.c.credits_a_day, _activity.c.credits_a_week)
    for group in _groups(list(ids)):
        rows = session.execute(
            select(_activity.c.id, _activity.c.earns_credits, _activity.c.counts_hours, *columns).where(
                _activity.c.programme_id == programme_id,
                _activity.c.organisation_id == organisation_id,
                _activity.c.id.in_(group),
            )
        )
        found.update((activity_id, ActivityEarning(earns, counts, Overrides(*own))) for activity_id, earns, counts, *own in rows)
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
                _enrolment.c.enrolled_on,
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
            found[row.id] = Person(name, row.account_id, row.wants_credits, row.left_on, row.enrolled_on)
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
                _entry.c.activity_session_id,
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
                    KnownHours(row.id, row.organisation_id, row.activity_id, row.minutes, row.starts, row.activity_session_id)
                )
    return known


def read_purses(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    *,
    with_days: bool,
    without: frozenset[UUID] = frozenset(),
) -> dict[UUID, Purse]:
    """What these people have put by here and, `with_days`, earned in the programme in the weeks of these entries.

    What counts no more is left out, and so are the entries `without` these ids, because they are about to be corrected.
    """
    purses = {entry.volunteer_id: Purse() for entry in entries}
    days = [entry.day for entry in entries] or [date.min]
    first, last = next(week_of(min(days))), max(week_of(max(days)))
    standing = (_entry.c.programme_id == programme_id, _correction.c.id.is_(None))
    source = _entry.outerjoin(
        _correction, (_correction.c.programme_id == _entry.c.programme_id) & (_correction.c.entry_id == _entry.c.id)
    )
    for group in _groups(list(purses)):
        put_by = (
            select(_entry.c.volunteer_id, func.sum(_entry.c.carried))
            .select_from(source)
            .where(
                *standing,
                _entry.c.volunteer_id.in_(group),
                _entry.c.organisation_id == organisation_id,
                _entry.c.carried != literal_column("0"),  # written out, so that the small index of such entries can be used
            )
            .group_by(_entry.c.volunteer_id)
        )
        for volunteer_id, minutes in session.execute(put_by if not without else put_by.where(_entry.c.id.not_in(without))):
            purses[volunteer_id].put_by = int(minutes)
        if not with_days:
            continue
        earned = (
            select(_entry.c.volunteer_id, _entry.c.done_on, func.sum(_entry.c.earned))
            .select_from(source)
            .where(*standing, _entry.c.volunteer_id.in_(group), _entry.c.done_on.between(first, last))
            .group_by(_entry.c.volunteer_id, _entry.c.done_on)
        )
        for volunteer_id, day, minutes in session.execute(earned if not without else earned.where(_entry.c.id.not_in(without))):
            purses[volunteer_id].days[day] = int(minutes)
    return purses
