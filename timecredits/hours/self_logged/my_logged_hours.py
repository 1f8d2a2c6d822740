"""What a volunteer sees of hours they logged: where they may log, what waits, what was asked and decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourEntry, LoggedHours, LoggedStatus
from timecredits.hours.self_logged.logged_entries import approved_minutes
from timecredits.network.models import Enrolment, Organisation, SelfLog

_FIRST = case((LoggedHours.status == LoggedStatus.RETURNED, 0), (LoggedHours.status == LoggedStatus.WAITING, 1), else_=2)


@dataclass(frozen=True, slots=True)
class LogPlace:
    """An open activity that a volunteer may log hours for. `trusted`: they count at once."""

    activity_id: UUID
    activity: str
    organisation_id: UUID
    organisation: str
    usual_minutes: int
    trusted: bool


@dataclass(frozen=True, slots=True)
class MyLogged:
    """One row of one's own. `approved` are the minutes that were approved; None while it waits, or when taken away since."""

    log: LoggedHours
    activity: str
    organisation: str
    approved: int | None


@dataclass(frozen=True, slots=True)
class MyLoggedPage:
    """Questions first, then what waits, then what was decided, newest day first."""

    rows: tuple[MyLogged, ...]
    page: int
    pages: int
    found: int


@dataclass(frozen=True, slots=True)
class LoggedNews:
    """How many rows have a question, how many wait, and whether the person may log at all."""

    questions: int
    waiting: int
    may_log: bool


def list_log_places(session: Session, programme_id: UUID, volunteer_id: UUID) -> Sequence[LogPlace]:
    """Where this volunteer may log hours, the activity they came to last first, then by name."""
    last = (
        select(HourEntry.activity_id, func.max(HourEntry.done_on).label("day"))
        .where(HourEntry.programme_id == programme_id, HourEntry.volunteer_id == volunteer_id)
        .group_by(HourEntry.activity_id)
        .subquery()
    )
    rows = session.execute(
        select(Activity, Organisation.name.label("organisation"), Enrolment.self_log)
        .join(
            Enrolment,
            (Enrolment.programme_id == Activity.programme_id) & (Enrolment.organisation_id == Activity.organisation_id),
        )
        .join(Organisation, (Organisation.programme_id == Activity.programme_id) & (Organisation.id == Activity.organisation_id))
        .outerjoin(last, last.c.activity_id == Activity.id)
        .where(
            Activity.programme_id == programme_id,
            Activity.is_open,
            Activity.counts_hours,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None),
            Enrolment.self_log != SelfLog.NO,
        )
        .order_by(last.c.day.is_(None), last.c.day.desc(), Activity.folded_name, Organisation.name)
    )
    return [
        LogPlace(
            activity.id,
            activity.name,
            activity.organisation_id,
            organisation,
            activity.usual_minutes,
            self_log is SelfLog.TRUSTED,
        )
        for activity, organisation, self_log in rows
    ]


def list_my_logged(session: Session, programme_id: UUID, volunteer_id: UUID, *, page: int = 1, size: int = 20) -> MyLoggedPage:
    """One page of what this volunteer logged; what they took back is left out."""
    mine: tuple[Any, ...] = (
        LoggedHours.programme_id == programme_id,
        LoggedHours.volunteer_id == volunteer_id,
        LoggedHours.status != LoggedStatus.WITHDRAWN,
    )
    found = session.scalar(select(func.count()).select_from(LoggedHours).where(*mine)) or 0
    pages = max(1, -(-found // size))
    page = min(max(page, 1), pages)
    rows = session.execute(
        select(LoggedHours, Activity.name, Organisation.name)
        .join(Activity, (Activity.programme_id == LoggedHours.programme_id) & (Activity.id == LoggedHours.activity_id))
        .join(
            Organisation,
            (Organisation.programme_id == LoggedHours.programme_id) & (Organisation.id == LoggedHours.organisation_id),
        )
        .where(*mine)
        .order_by(_FIRST, LoggedHours.done_on.desc(), LoggedHours.logged_at.desc(), LoggedHours.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    approved = approved_minutes(session, programme_id, [log for log, _, _ in rows])
    return MyLoggedPage(
        tuple(MyLogged(log, activity, organisation, approved.get(log.id)) for log, activity, organisation in rows),
        page,
        pages,
        found,
    )


def logged_news(session: Session, programme_id: UUID, volunteer_id: UUID) -> LoggedNews:
    """What the volunteer's home says about hours they logged, in one question."""
    mine = LoggedHours.programme_id == programme_id, LoggedHours.volunteer_id == volunteer_id
    may_log = (
        select(Enrolment.id)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None),
            Enrolment.self_log != SelfLog.NO,
        )
        .exists()
    )
    row = session.execute(
        select(*(_count_of(status, *mine) for status in (LoggedStatus.RETURNED, LoggedStatus.WAITING)), may_log)
    ).one()
    return LoggedNews(row[0], row[1], bool(row[2]))


def _count_of(status: LoggedStatus, *mine: Any) -> Any:
    return select(func.count()).select_from(LoggedHours).where(*mine, LoggedHours.status == status).scalar_subquery()
