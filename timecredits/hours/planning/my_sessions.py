"""What a volunteer has signed up for: what is to come, and what was. It counts nothing and compares nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.hours.activity_models import ActivitySession, SignUp, SignUpStatus
from timecredits.hours.planning.sessions import DatedSession, find_kept_sessions
from timecredits.network.models import Organisation

_PAGE = 20


@dataclass(frozen=True, slots=True)
class MySession:
    """A session that somebody signed up for. `line` is their place on its waiting list, from 1; 0 when they are coming."""

    sign_up: SignUp
    dated: DatedSession
    organisation: str
    line: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether they wait for a place."""
        return self.sign_up.status is SignUpStatus.WAITING


@dataclass(frozen=True, slots=True)
class PastSessions:
    """One page of what is over, newest first; `more` says whether there is another."""

    sessions: Sequence[MySession]
    more: bool


def list_to_come(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[MySession]:
    """The sessions that somebody is coming to or waits for and that are not over, in order of time; cancelled ones too."""
    query = _sign_ups(programme_id, volunteer_id).where(ActivitySession.held_on >= clock.today() - timedelta(days=1))
    now = clock.now()
    found = [each for each in _shown(session, programme_id, session.scalars(query).all()) if each.dated.ends > now]
    return sorted(found, key=lambda each: (each.dated.begins, each.dated.id))


def next_of_mine(session: Session, programme_id: UUID, volunteer_id: UUID) -> MySession | None:
    """The next session that somebody is coming to; if there is none, the next that they wait for."""
    found = list_to_come(session, programme_id, volunteer_id)
    return min(found, key=lambda each: each.is_waiting, default=None)


def list_past(session: Session, programme_id: UUID, volunteer_id: UUID, *, page: int = 1) -> PastSessions:
    """What somebody was down as coming to, newest first, 20 to a page. Whether they came is for the register to say."""
    query = (
        _sign_ups(programme_id, volunteer_id)
        .where(SignUp.status == SignUpStatus.COMING, ActivitySession.held_on <= clock.today())
        .order_by(ActivitySession.held_on.desc(), SignUp.id)
        .limit(_PAGE + 1)
        .offset(_PAGE * (page - 1))
    )
    rows = session.scalars(query).all()
    now = clock.now()
    found = [each for each in _shown(session, programme_id, rows[:_PAGE]) if each.dated.ends <= now]
    found.sort(key=lambda each: (each.dated.begins, each.dated.id), reverse=True)
    return PastSessions(found, more=len(rows) > _PAGE)


def list_for_calendar(session: Session, programme_id: UUID, volunteer_id: UUID, *, since: date) -> list[MySession]:
    """Every session from a day on that somebody is coming to or waits for, in order of time; cancelled ones too."""
    query = _sign_ups(programme_id, volunteer_id).where(ActivitySession.held_on >= since)
    found = _shown(session, programme_id, session.scalars(query).all())
    return sorted(found, key=lambda each: (each.dated.begins, each.dated.id))


def find_mine(session: Session, programme_id: UUID, volunteer_id: UUID, session_id: UUID) -> MySession | None:
    """Somebody's own sign-up for a session, or None when there is none or it was cancelled."""
    rows = session.scalars(_sign_ups(programme_id, volunteer_id).where(SignUp.session_id == session_id)).all()
    return next(iter(_shown(session, programme_id, rows)), None)


def _sign_ups(programme_id: UUID, volunteer_id: UUID) -> Select[SignUp]:
    return (
        select(SignUp)
        .join(
            ActivitySession,
            (ActivitySession.programme_id == SignUp.programme_id) & (ActivitySession.id == SignUp.session_id),
        )
        .where(
            SignUp.programme_id == programme_id,
            SignUp.volunteer_id == volunteer_id,
            SignUp.status != SignUpStatus.CANCELLED,
        )
    )


def _shown(session: Session, programme_id: UUID, rows: Sequence[SignUp]) -> list[MySession]:
    if not rows:
        return []
    dated = find_kept_sessions(session, programme_id, [row.session_id for row in rows])
    names = dict(
        session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.programme_id == programme_id,
                Organisation.id.in_({each.organisation_id for each in dated.values()}),
            )
        ).all()
    )
    lines = _lines(session, programme_id, [row for row in rows if row.status is SignUpStatus.WAITING])
    return [
        MySession(row, dated[row.session_id], names[dated[row.session_id].organisation_id], lines.get(row.id, 0))
        for row in rows
        if row.session_id in dated
    ]


def _lines(session: Session, programme_id: UUID, waiting: Sequence[SignUp]) -> dict[UUID, int]:
    if not waiting:
        return {}
    place = func.row_number().over(partition_by=SignUp.session_id, order_by=(SignUp.signed_up_at, SignUp.id))
    every = (
        select(SignUp.id, place.label("line"))
        .where(
            SignUp.programme_id == programme_id,
            SignUp.session_id.in_({row.session_id for row in waiting}),
            SignUp.status == SignUpStatus.WAITING,
        )
        .subquery()
    )
    rows = session.execute(select(every.c.id, every.c.line).where(every.c.id.in_([row.id for row in waiting])))
    return dict(rows.all())
