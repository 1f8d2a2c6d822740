"""What somebody is down for at an organisation that they leave: sessions to come, and places on waiting lists."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, ActivitySession, Attendance, AttendanceState, SignUp, SignUpStatus
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.sessions import find_kept_sessions
from timecredits.hours.planning.signing_up import cancel_sign_up
from timecredits.hours.who_came import who_came

__all__ = ["cancel_ahead", "check_gone", "sign_ups_ahead"]


def sign_ups_ahead(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID
) -> Sequence[tuple[UUID, SignUpStatus]]:
    """Sessions of an organisation that haven't begun, with where this person stands there: coming or waiting. In order of id."""
    rows = session.execute(
        select(SignUp.session_id, SignUp.status)
        .join(
            ActivitySession,
            (ActivitySession.programme_id == SignUp.programme_id) & (ActivitySession.id == SignUp.session_id),
        )
        .join(Activity, (Activity.programme_id == ActivitySession.programme_id) & (Activity.id == ActivitySession.activity_id))
        .where(
            SignUp.programme_id == programme_id,
            SignUp.volunteer_id == volunteer_id,
            SignUp.status != SignUpStatus.CANCELLED,
            Activity.organisation_id == organisation_id,
            ActivitySession.held_on >= clock.today() - timedelta(days=1),
        )
        .order_by(SignUp.session_id)
    ).all()
    ids = [row.session_id for row in rows]
    dated, now = find_kept_sessions(session, programme_id, ids), clock.now()
    came = who_came(session, programme_id, ids)
    return [
        (row.session_id, row.status)
        for row in rows
        if row.session_id in dated and dated[row.session_id].begins > now and (row.session_id, volunteer_id) not in came
    ]


def cancel_ahead(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> int:
    """Take somebody off all of these; who waits there moves up. Answers how many there were."""
    ahead = sign_ups_ahead(session, programme_id, organisation_id, volunteer_id)
    for session_id, _status in ahead:
        cancel_sign_up(session, programme_id, volunteer_id, session_id, actor_id=actor_id, staff_of=organisation_id)
    return len(ahead)


def check_gone(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, left_on: date) -> None:
    """Raise RuleError for somebody who is signed in here now, or, at `left_on`, who gave hours here after that day."""
    here = session.scalar(
        select(Attendance.id).where(
            Attendance.programme_id == programme_id,
            Attendance.organisation_id == organisation_id,
            Attendance.volunteer_id == volunteer_id,
            Attendance.state == AttendanceState.HERE,
        )
    )
    if here is not None:
        raise RuleError(Sentence("They are signed in just now. Nothing was saved. Sign them out first."), field="left_on")
    latest = session.scalar(
        select(func.max(HourEntry.done_on)).where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.volunteer_id == volunteer_id,
            HourEntry.done_on > left_on,
            in_force(),
        )
    )
    if latest is not None:
        raise RuleError(
            Sentence("They gave hours here on %(day)s. Nothing was saved. Type that day or one after.", day=display_day(latest)),
            field="left_on",
        )
