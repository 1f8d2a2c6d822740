"""Signing in and out. Nobody is in two places at once: the database holds one open stay for each person.

What comes of a scan is an answer, never an exception: the person is told, and what was found stays kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance_hours import hold_session, record_stay, saved_otherwise
from timecredits.hours.attendances.attendance_places import AttendancePlace, Places, keep_place, list_places
from timecredits.hours.attendances.coming import note_came
from timecredits.hours.attendances.forgotten import claim, is_over, settle_by_rule
from timecredits.hours.attendances.rounding import stayed
from timecredits.network.models import Enrolment
from timecredits.network.scope import find
from timecredits.network.standing import need_open

DOUBLE = timedelta(minutes=1)
"""A second scan within this long of the first is a slip and does nothing."""

_table: Any = Attendance.__table__
# Without naming the index: a partial one can't be named the same way on both databases, and the id is fresh.
_INSERT = {
    name: dialect.insert(_table).on_conflict_do_nothing().returning(_table.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


class Outcome(StrEnum):
    """What came of signing in or out."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    CAME = "came"  # where no hours count: nobody signs out
    ALREADY_CAME = "already_came"
    ALREADY_IN = "already_in"
    ALREADY_OUT = "already_out"
    TOO_SHORT = "too_short"  # signed out; nothing to record
    SAVED_BEFORE = "saved_before"  # signed out; a register gave the hours already
    FOR_A_LOOK = "for_a_look"  # signed out; a rule stopped the hours, a coordinator looks
    NOT_ENROLLED = "not_enrolled"
    NOTHING_ON = "nothing_on"


@dataclass(frozen=True, slots=True)
class AttendanceAnswer:
    """The outcome, and what it is about. `stayed` and `recorded` are minutes; `earned`, `carried`, `without` as in Stay.

    `so_far` is minutes recorded earlier in the same session, `remarks` what a coordinator should look at.
    `before` says how an earlier stay, still open, was ended on the way: DONE (signed out now), CREDITED or FORGOTTEN.
    """

    outcome: Outcome
    attendance_id: UUID | None = None
    activity: str = ""
    came_at: datetime | None = None
    left_at: datetime | None = None
    stayed: int = 0
    recorded: int = 0
    before: AttendanceState | None = None
    earned: int = 0
    carried: int = 0
    without: str = ""
    so_far: int = 0
    remarks: tuple[Sentence, ...] = ()


def sign_in(
    session: Session,
    programme_id: UUID,
    place: AttendancePlace,
    volunteer_id: UUID,
    *,
    way: AttendanceWay,
    at: datetime,
    kiosk_id: UUID | None = None,
) -> AttendanceAnswer:
    """Sign somebody in at a place. Of two at once, one signs in.

    An earlier stay that is still open ends first: at the same organisation by signing out; elsewhere, or when it is over, by its
    activity's rule. A scan from before the last stay ended begins where that one ended, so that no minute counts twice.
    Where the activity counts no hours it is only noted that they came; another stay goes on beside it.
    Raises OnHoldError, a RuleError, while the organisation is on hold; signing out stays possible, so that the moment is kept.
    """
    need_open(session, programme_id, place.organisation_id)
    if not is_enrolled(session, programme_id, place.organisation_id, volunteer_id):
        return AttendanceAnswer(Outcome.NOT_ENROLLED)
    if not find(session, Activity, programme_id, place.activity_id).counts_hours:
        came, is_new = note_came(session, programme_id, place, volunteer_id, way=way, at=at, kiosk_id=kiosk_id)
        return _answer(session, Outcome.CAME if is_new else Outcome.ALREADY_CAME, came)
    before = None
    while True:
        here = find_here(session, programme_id, volunteer_id)
        if here is not None:
            over = is_over(session, here, at)
            if here.session_id == place.session_id and not over:
                return _answer(session, Outcome.ALREADY_IN, here, before)
            before = _end(session, here, place, way, at, is_over=over)
        keep_place(session, programme_id, place, actor_id=None)
        began = max(at, _last_left(session, programme_id, volunteer_id) or at)
        attendance_id = _insert(session, programme_id, place, volunteer_id, way, began, kiosk_id)
        if attendance_id is not None:
            return _answer(session, Outcome.SIGNED_IN, find(session, Attendance, programme_id, attendance_id), before)


def sign_out(
    session: Session, attendance: Attendance, *, way: AttendanceWay, at: datetime, actor_id: UUID | None = None
) -> AttendanceAnswer:
    """End a stay and record its hours. Of two at once, one does; the other is told that it is done."""
    at = max(at, attendance.came_at)
    hold_session(session, attendance)
    if not claim(session, attendance, AttendanceState.HERE, state=AttendanceState.DONE, left_at=at, left_by=way):
        return _answer(session, Outcome.ALREADY_OUT, attendance)
    if saved := saved_otherwise(session, attendance):
        claim(session, attendance, AttendanceState.DONE, state=AttendanceState.DROPPED)
        return _answer(session, Outcome.SAVED_BEFORE, attendance, recorded=saved)
    stay = record_stay(session, attendance, at, actor_id=actor_id)
    if stay.fault is not None:
        claim(session, attendance, AttendanceState.DONE, state=AttendanceState.FORGOTTEN)
        return _answer(session, Outcome.FOR_A_LOOK, attendance)
    if not stay.recorded:
        claim(session, attendance, AttendanceState.DONE, state=AttendanceState.DROPPED)
        return replace(_answer(session, Outcome.TOO_SHORT, attendance), so_far=stay.before)
    answer = _answer(session, Outcome.SIGNED_OUT, attendance, recorded=stay.recorded)
    return replace(
        answer,
        earned=stay.earned,
        carried=stay.carried,
        without=stay.without,
        so_far=stay.before,
        remarks=stay.remarks,
    )


def sign_in_or_out(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    way: AttendanceWay,
    now: datetime,
    kiosk_id: UUID | None = None,
    chosen: UUID | None = None,
    choose: bool = False,
) -> AttendanceAnswer | Places:
    """What a scan at a kiosk does: out for who is in, in for who isn't, nothing for a second scan within a minute.

    Answers the places where one must be `chosen` (a session's id) first: several are on, or the person asked to `choose`.
    """
    if not is_enrolled(session, programme_id, organisation_id, volunteer_id):
        return AttendanceAnswer(Outcome.NOT_ENROLLED)
    if chosen is None and not choose:
        answer = _leave_or_repeat(session, programme_id, organisation_id, volunteer_id, way, now)
        if answer is not None:
            return answer
    places = list_places(session, programme_id, organisation_id, now)
    if chosen is None and (choose or places.usual is None) and places.all:
        return places
    place = places.usual if chosen is None else places.find(chosen)
    if place is None:
        return AttendanceAnswer(Outcome.NOTHING_ON)
    return sign_in(session, programme_id, place, volunteer_id, way=way, at=now, kiosk_id=kiosk_id)


def find_here(session: Session, programme_id: UUID, volunteer_id: UUID) -> Attendance | None:
    """Where somebody is signed in now, if anywhere."""
    return session.scalars(
        select(Attendance)
        .where(
            Attendance.programme_id == programme_id,
            Attendance.volunteer_id == volunteer_id,
            Attendance.state == AttendanceState.HERE,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_latest(session: Session, programme_id: UUID, volunteer_id: UUID) -> Attendance | None:
    """The stay that somebody began last, whatever came of it. Coming to what counts no hours is no stay."""
    return session.scalars(
        select(Attendance)
        .join(Activity, (Activity.programme_id == Attendance.programme_id) & (Activity.id == Attendance.activity_id))
        .where(Attendance.programme_id == programme_id, Attendance.volunteer_id == volunteer_id, Activity.counts_hours)
        .order_by(Attendance.came_at.desc(), Attendance.id.desc())
        .limit(1)
    ).one_or_none()


def is_enrolled(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> bool:
    """Whether somebody is enrolled at an organisation and not gone."""
    found = session.scalar(
        select(Enrolment.id).where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None),
        )
    )
    return found is not None


def _leave_or_repeat(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, way: AttendanceWay, now: datetime
) -> AttendanceAnswer | None:
    here = find_here(session, programme_id, volunteer_id)
    if here is None:
        left = find_latest(session, programme_id, volunteer_id)
        if left is None or left.organisation_id != organisation_id or not left.left_at or now - left.left_at >= DOUBLE:
            return None
        return _answer(session, Outcome.ALREADY_OUT, left)
    if here.organisation_id != organisation_id or is_over(session, here, now):
        return None
    if now - here.came_at < DOUBLE:
        return _answer(session, Outcome.ALREADY_IN, here)
    return sign_out(session, here, way=way, at=now)


def _last_left(session: Session, programme_id: UUID, volunteer_id: UUID) -> datetime | None:
    """When somebody last signed out, wherever it was."""
    return session.scalar(
        select(func.max(Attendance.left_at)).where(
            Attendance.programme_id == programme_id, Attendance.volunteer_id == volunteer_id
        )
    )


def _end(
    session: Session, here: Attendance, place: AttendancePlace, way: AttendanceWay, at: datetime, *, is_over: bool
) -> AttendanceState:
    if here.organisation_id == place.organisation_id and not is_over:
        sign_out(session, here, way=way, at=at)
    else:
        settle_by_rule(session, here, find(session, Activity, here.programme_id, here.activity_id), at)
    return here.state


def _insert(
    session: Session,
    programme_id: UUID,
    place: AttendancePlace,
    volunteer_id: UUID,
    way: AttendanceWay,
    at: datetime,
    kiosk_id: UUID | None,
) -> UUID | None:
    connection = session.connection()
    found: UUID | None = connection.execute(
        _INSERT[connection.dialect.name],
        {
            "programme_id": programme_id,
            "id": new_id(),
            "organisation_id": place.organisation_id,
            "activity_id": place.activity_id,
            "session_id": place.session_id,
            "volunteer_id": volunteer_id,
            "came_at": at,
            "came_by": way,
            "kiosk_id": kiosk_id,
            "state": AttendanceState.HERE,
            "settled_because": "",
        },
    ).scalar()
    return found


def _answer(
    session: Session,
    outcome: Outcome,
    attendance: Attendance,
    before: AttendanceState | None = None,
    *,
    recorded: int = 0,
) -> AttendanceAnswer:
    left = attendance.left_at
    return AttendanceAnswer(
        outcome,
        attendance_id=attendance.id,
        activity=find(session, Activity, attendance.programme_id, attendance.activity_id).name,
        came_at=attendance.came_at,
        left_at=left,
        stayed=stayed(attendance.came_at, left) if left else 0,
        recorded=recorded,
        before=before,
    )
