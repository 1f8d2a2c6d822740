"""Somebody signed in and never out. A rule of the activity decides: a set time is given and flagged, or a coordinator looks.

A stay is over three hours after its session ends, or after the usual time where there is no plan. The worker settles what is over
(`settle_forgotten`); so does the next sign-in of the same person, because nobody is in two places at once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, Attendance, AttendanceState, Forgotten
from timecredits.hours.attendances.attendance_hours import hold_session, record_length, saved_otherwise
from timecredits.hours.attendances.attendance_places import LATE
from timecredits.hours.attendances.rounding import stayed
from timecredits.hours.correcting import LONGEST_REASON
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.hours.planning.sessions import DatedSession, find_kept_sessions
from timecredits.network.scope import find
from timecredits.network.self_log import refuse_own
from timecredits.network.standing import on_hold_among


def settle_forgotten(session: Session, programme_id: UUID, now: datetime) -> int:
    """Settle every stay of a programme that is over, by its activity's rule. Answers how many; again at once finds none.

    Those at an organisation on hold wait until it goes on.
    """
    here = session.execute(
        select(Attendance, Activity)
        .join(Activity, (Activity.programme_id == Attendance.programme_id) & (Activity.id == Attendance.activity_id))
        .where(
            Attendance.programme_id == programme_id,
            Attendance.state == AttendanceState.HERE,
            Attendance.came_at < now - LATE,
            Attendance.organisation_id.not_in(on_hold_among(session, programme_id)),
        )
        .order_by(Attendance.volunteer_id)  # one order, as where hours are recorded, so that two can't lock each other out
    ).all()
    kept = find_kept_sessions(session, programme_id, [attendance.session_id for attendance, _ in here])
    over = [(attendance, activity) for attendance, activity in here if now >= over_at(attendance, activity, kept)]
    states = [settle_by_rule(session, attendance, activity, now, wait=False) for attendance, activity in over]
    return sum(state is not None for state in states)


def over_at(attendance: Attendance, activity: Activity, kept: Mapping[UUID, DatedSession]) -> datetime:
    """When a stay nobody ended is over. `kept` holds its planned session, if it has one."""
    dated = kept.get(attendance.session_id)
    ends = attendance.came_at + timedelta(minutes=activity.usual_minutes) if dated is None else dated.ends
    return max(ends, attendance.came_at) + LATE


def is_over(session: Session, attendance: Attendance, now: datetime) -> bool:
    """Whether a stay should have ended long ago."""
    activity = find(session, Activity, attendance.programme_id, attendance.activity_id)
    return now >= over_at(attendance, activity, find_kept_sessions(session, attendance.programme_id, [attendance.session_id]))


def settle_by_rule(
    session: Session, attendance: Attendance, activity: Activity, now: datetime, *, wait: bool = True
) -> AttendanceState | None:
    """End a stay that nobody ended: the set time, or a coordinator's look. None when somebody else ended it meanwhile.

    So too, unless this is to `wait`, while its register is being saved: whoever settles many holds no more than is free. Where a
    register gave hours for the same session nothing more is given; where a rule forbids the set time, a coordinator looks.
    """
    if not hold_session(session, attendance, wait=wait):
        return None
    if not claim(session, attendance, AttendanceState.HERE, state=AttendanceState.FORGOTTEN):
        return None
    if saved_otherwise(session, attendance):
        claim(session, attendance, AttendanceState.FORGOTTEN, state=AttendanceState.DROPPED, settled_at=now)
    elif activity.forgotten is Forgotten.CREDIT:
        # Who went on to another door may be settled early; more than has gone by nobody can have given.
        minutes = min(activity.forgotten_minutes or activity.usual_minutes, stayed(attendance.came_at, now))
        given = record_length(session, attendance, minutes, actor_id=None)
        if given.recorded:
            claim(session, attendance, AttendanceState.FORGOTTEN, state=AttendanceState.CREDITED, settled_at=now)
    return attendance.state


def settle(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    attendance_id: UUID,
    *,
    minutes: int,
    reason: str = "",
    actor_id: UUID | None,
    now: datetime,
) -> Attendance:
    """A coordinator says how long a forgotten stay was. `reason` may be empty for the usual time; it stands beside the hours.

    Raises NotFoundError for another organisation's; RuleError for one's own stay, no reason, one too long, a stay settled
    before, one whose session's register gave hours, and what the rules of hours forbid. Nothing is then changed.
    """
    attendance = find(session, Attendance, programme_id, attendance_id, organisation_id=organisation_id)
    refuse_own(session, programme_id, attendance.volunteer_id, actor_id)
    activity = find(session, Activity, programme_id, attendance.activity_id)
    reason = _checked(reason, needed=minutes != activity.usual_minutes)
    if not 0 < minutes <= LONGEST_DAY:
        raise RuleError(Sentence("Type more than 0 hours, at most 24. Nothing was saved."), field="hours")
    try:
        with session.begin_nested():
            hold_session(session, attendance)
            _take(session, attendance, AttendanceState.SETTLED, reason, actor_id, now)
            if saved := saved_otherwise(session, attendance):
                raise RuleError(
                    Sentence(
                        "The register gave %(hours)s for this already. Nothing was added. To close it, type 0 hours.",
                        hours=hours_text(saved),
                    ),
                    field="hours",
                )
            given = record_length(session, attendance, minutes, actor_id=actor_id, note=reason)
            if given.fault is not None:
                raise RuleError(given.fault.sentence, field="hours")
            _note(session, attendance, "attendance settled", actor_id)
    finally:
        session.refresh(attendance)
    return attendance


def drop(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    attendance_id: UUID,
    *,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
) -> Attendance:
    """A coordinator says that no hours come of a forgotten stay. Raises as `settle` does."""
    attendance = find(session, Attendance, programme_id, attendance_id, organisation_id=organisation_id)
    reason = _checked(reason, needed=True)
    with session.begin_nested():
        _take(session, attendance, AttendanceState.DROPPED, reason, actor_id, now)
        _note(session, attendance, "attendance dropped", actor_id)
    return attendance


def claim(session: Session, attendance: Attendance, before: AttendanceState, **values: Any) -> bool:
    """Change an attendance that is still in the state `before`. Of two at once, one gets True; both see how it stands then."""
    changed = session.execute(
        update(Attendance)
        .where(
            Attendance.programme_id == attendance.programme_id,
            Attendance.id == attendance.id,
            Attendance.state == before,
        )
        .values(**values),
        execution_options={"synchronize_session": False},
    )
    session.refresh(attendance)
    return cast("CursorResult[Any]", changed).rowcount == 1


def _take(
    session: Session, attendance: Attendance, state: AttendanceState, reason: str, actor_id: UUID | None, now: datetime
) -> None:
    taken = claim(
        session,
        attendance,
        AttendanceState.FORGOTTEN,
        state=state,
        settled_by=actor_id,
        settled_at=now,
        settled_because=reason,
    )
    if not taken:
        raise RuleError(Sentence("This was settled before. Nothing was changed."), field="hours")


def _checked(reason: str, *, needed: bool) -> str:
    reason = " ".join(reason.split())
    if needed and not reason:
        raise RuleError(Sentence("Say why, in a few words. Nothing was saved."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_REASON), field="reason")
    return reason


def _note(session: Session, attendance: Attendance, action: str, actor_id: UUID | None) -> None:
    audit.record(
        session,
        attendance.programme_id,
        action,
        actor_id=actor_id,
        subject_id=attendance.id,
        organisation_id=attendance.organisation_id,
    )
