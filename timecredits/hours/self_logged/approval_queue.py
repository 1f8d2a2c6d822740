"""The hours that wait for a coordinator, grouped by person, those who wait longest first; and what was decided lately."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.hour_rules import check_hours
from timecredits.hours.models import HourEntry, LoggedHours, LoggedStatus
from timecredits.hours.rule_words import stop_in_queue
from timecredits.hours.self_logged.approving import mark_of
from timecredits.hours.self_logged.logged_entries import approved_minutes, entry_ids
from timecredits.hours.self_logged.logged_hours import as_new
from timecredits.network.models import User, Volunteer

MOST_LINES = 40
"""Of one person on one page."""

_LAST_PAGE = 100_000  # no address may ask for a number that a database can't count to


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """One row as a coordinator sees it. `mark` goes with an approval; `stop` is the rule that holds it back, if one does."""

    log: LoggedHours
    activity: str
    mark: str
    stop: Sentence | None
    remarks: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """Somebody's lines in order of day: `count` and `minutes` are of all that wait, `lines` at most MOST_LINES of them."""

    volunteer_id: UUID
    name: str
    first_name: str
    count: int
    minutes: int
    lines: tuple[LoggedLine, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of people. `count`, `found` and `minutes` are lines, people and time on all pages."""

    people: tuple[WaitingPerson, ...]
    page: int
    pages: int
    found: int
    count: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A row with what was decided, whose it is and by whom; `approved` are the minutes that went in, None for others."""

    log: LoggedHours
    name: str
    activity: str
    decided_by: str
    approved: int | None


@dataclass(frozen=True, slots=True)
class OtherHours:
    """Hours that somebody has here already on the same day."""

    activity: str
    minutes: int
    starts: int | None


def count_waiting(session: Session, programme_id: UUID, organisation_id: UUID) -> tuple[int, int]:
    """How many lines of how many people wait for a coordinator here."""
    lines, people = session.execute(
        select(func.count(), func.count(LoggedHours.volunteer_id.distinct())).where(
            *_of(programme_id, organisation_id, LoggedStatus.WAITING)
        )
    ).one()
    return lines, people


def waiting_queue(
    session: Session, programme_id: UUID, organisation_id: UUID, *, page: int = 1, size: int = 10, today: date
) -> Queue:
    """One page of the queue, each line held against the rules as they stand now."""
    here = _of(programme_id, organisation_id, LoggedStatus.WAITING)
    count, found, minutes = session.execute(
        select(
            func.count(), func.count(LoggedHours.volunteer_id.distinct()), func.coalesce(func.sum(LoggedHours.minutes), 0)
        ).where(*here)
    ).one()
    pages = max(1, -(-found // size))
    page = min(max(page, 1), pages)
    people = session.execute(
        select(
            LoggedHours.volunteer_id,
            Volunteer.first_name,
            Volunteer.last_name,
            func.count().label("lines"),
            func.sum(LoggedHours.minutes).label("minutes"),
        )
        .join(Volunteer, (Volunteer.programme_id == LoggedHours.programme_id) & (Volunteer.id == LoggedHours.volunteer_id))
        .where(*here)
        .group_by(LoggedHours.volunteer_id, Volunteer.first_name, Volunteer.last_name)
        .order_by(func.min(LoggedHours.logged_at), LoggedHours.volunteer_id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    lines = _lines_of(session, programme_id, organisation_id, [person.volunteer_id for person in people], today)
    return Queue(
        people=tuple(
            WaitingPerson(
                person.volunteer_id,
                f"{person.first_name} {person.last_name}".strip(),
                person.first_name,
                person.lines,
                int(person.minutes),
                tuple(lines[person.volunteer_id]),
            )
            for person in people
        ),
        page=page,
        pages=pages,
        found=found,
        count=count,
        minutes=int(minutes),
    )


def list_returned(
    session: Session, programme_id: UUID, organisation_id: UUID, *, most: int = 20
) -> tuple[list[tuple[LoggedHours, str]], int]:
    """What went back with a question and waits for an answer: (row, name), longest first, and how many there are in all."""
    here = _of(programme_id, organisation_id, LoggedStatus.RETURNED)
    found = session.scalar(select(func.count()).select_from(LoggedHours).where(*here)) or 0
    rows = session.execute(
        select(LoggedHours, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == LoggedHours.programme_id) & (Volunteer.id == LoggedHours.volunteer_id))
        .where(*here)
        .order_by(LoggedHours.decided_at, LoggedHours.id)
        .limit(most)
    )
    return [(log, volunteer.name) for log, volunteer in rows], found


def list_decided(
    session: Session, programme_id: UUID, organisation_id: UUID, *, page: int = 1, size: int = 25
) -> tuple[list[Decided], bool]:
    """Rows approved or declined, newest decision first, and whether there are older ones."""
    rows = session.execute(
        _decided_query(programme_id, organisation_id)
        .where(LoggedHours.status.in_((LoggedStatus.APPROVED, LoggedStatus.DECLINED)))
        .order_by(LoggedHours.decided_at.desc(), LoggedHours.id)
        .limit(size + 1)
        .offset((min(max(page, 1), _LAST_PAGE) - 1) * size)
    ).all()
    return _decided(session, programme_id, rows[:size]), len(rows) > size


def find_line(
    session: Session, programme_id: UUID, organisation_id: UUID, log_id: UUID, *, today: date
) -> tuple[Decided, LoggedLine, list[OtherHours]]:
    """One row with whose it is, the line about it, and what they have here on that day already. Raises NotFoundError."""
    row = session.execute(_decided_query(programme_id, organisation_id).where(LoggedHours.id == log_id)).one_or_none()
    if row is None:
        raise NotFoundError
    [decided] = _decided(session, programme_id, [row])
    log = decided.log
    entry = entry_ids(session, programme_id, [log.id])[log.id]
    others = session.execute(
        select(Activity.name, HourEntry.minutes, HourEntry.starts)
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.volunteer_id == log.volunteer_id,
            HourEntry.done_on == log.done_on,
            HourEntry.id != entry,
            in_force(),
        )
        .order_by(HourEntry.starts, HourEntry.id)
    )
    [line] = _with_rules(session, programme_id, organisation_id, [(log, decided.activity)], today)
    return decided, line, [OtherHours(*other) for other in others]


def approved_together(session: Session, programme_id: UUID, organisation_id: UUID, log: LoggedHours) -> list[UUID]:
    """The ids of what one tap approved together with this row, of the same person; the row itself among them."""
    if log.status is not LoggedStatus.APPROVED:
        return []
    return list(
        session.scalars(
            select(LoggedHours.id)
            .where(
                *_of(programme_id, organisation_id, LoggedStatus.APPROVED),
                LoggedHours.volunteer_id == log.volunteer_id,
                LoggedHours.decided_at == log.decided_at,
                LoggedHours.decided_by == log.decided_by,
            )
            .order_by(LoggedHours.id)
        )
    )


def _of(programme_id: UUID, organisation_id: UUID, status: LoggedStatus) -> tuple[Any, ...]:
    return (
        LoggedHours.programme_id == programme_id,
        LoggedHours.organisation_id == organisation_id,
        LoggedHours.status == status,
    )


def _lines_of(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_ids: Sequence[UUID], today: date
) -> dict[UUID, list[LoggedLine]]:
    turn = func.row_number().over(
        partition_by=LoggedHours.volunteer_id, order_by=(LoggedHours.done_on, LoggedHours.logged_at, LoggedHours.id)
    )
    first = (
        select(LoggedHours.id, turn.label("turn"))
        .where(*_of(programme_id, organisation_id, LoggedStatus.WAITING), LoggedHours.volunteer_id.in_(volunteer_ids))
        .subquery()
    )
    rows = session.execute(
        select(LoggedHours, Activity.name)
        .join(first, first.c.id == LoggedHours.id)
        .join(Activity, (Activity.programme_id == LoggedHours.programme_id) & (Activity.id == LoggedHours.activity_id))
        .where(LoggedHours.programme_id == programme_id, first.c.turn <= MOST_LINES)
        .order_by(first.c.turn)
    )
    lines: dict[UUID, list[LoggedLine]] = defaultdict(list)
    for line in _with_rules(session, programme_id, organisation_id, [(log, name) for log, name in rows], today):
        lines[line.log.volunteer_id].append(line)
    return lines


def _with_rules(
    session: Session, programme_id: UUID, organisation_id: UUID, rows: Iterable[tuple[LoggedHours, str]], today: date
) -> list[LoggedLine]:
    rows = list(rows)
    entries = entry_ids(session, programme_id, [log.id for log, _ in rows])
    checked = check_hours(
        session,
        programme_id,
        organisation_id,
        [as_new(log, entry_id=entries[log.id]) for log, _ in rows if log.status is not LoggedStatus.APPROVED],
        today=today,
    )
    remarks: dict[UUID, list[Sentence]] = defaultdict(list)
    for remark in checked.remarks:
        remarks[remark.entry_id].append(remark.sentence)
    stops = {entry_id: stop_in_queue(fault) for entry_id, fault in checked.problems.items()}
    return [
        LoggedLine(log, activity, mark_of(log), stops.get(entries[log.id]), tuple(remarks[entries[log.id]]))
        for log, activity in rows
    ]


def _decided_query(programme_id: UUID, organisation_id: UUID) -> Any:
    return (
        select(LoggedHours, Volunteer, Activity.name.label("activity"), User.name.label("decided_by"))
        .join(Volunteer, (Volunteer.programme_id == LoggedHours.programme_id) & (Volunteer.id == LoggedHours.volunteer_id))
        .join(Activity, (Activity.programme_id == LoggedHours.programme_id) & (Activity.id == LoggedHours.activity_id))
        .outerjoin(User, User.id == LoggedHours.decided_by)
        .where(LoggedHours.programme_id == programme_id, LoggedHours.organisation_id == organisation_id)
    )


def _decided(session: Session, programme_id: UUID, rows: Iterable[Any]) -> list[Decided]:
    rows = list(rows)
    approved = approved_minutes(session, programme_id, [row[0] for row in rows])
    return [Decided(row[0], row[1].name, row.activity, row.decided_by or "", approved.get(row[0].id)) for row in rows]
