"""For coordinators: who is signed in at this moment, whose stay waits for a look, and which set times were given lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity, Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance_hours import recorded_minutes
from timecredits.hours.attendances.rounding import stayed
from timecredits.network.models import Volunteer

FLAGGED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Stay:
    """One person's stay. `stayed` is minutes between signing in and out, 0 without an end; `usual_minutes` the activity's."""

    attendance_id: UUID
    volunteer_id: UUID
    name: str
    activity: str
    came_at: datetime
    came_by: AttendanceWay
    left_at: datetime | None
    state: AttendanceState
    stayed: int
    usual_minutes: int
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class AttendanceCounts:
    """How many are signed in now, and how many stays wait for a look."""

    here: int
    forgotten: int


def who_is_here(session: Session, programme_id: UUID, organisation_id: UUID) -> list[Stay]:
    """Everybody signed in at an organisation now, by activity and name."""
    return _stays(session, programme_id, organisation_id, Attendance.state == AttendanceState.HERE)


def list_forgotten(session: Session, programme_id: UUID, organisation_id: UUID) -> list[Stay]:
    """Stays that wait for a coordinator's look, the oldest first."""
    found = _stays(session, programme_id, organisation_id, Attendance.state == AttendanceState.FORGOTTEN)
    return sorted(found, key=lambda stay: (stay.came_at, stay.attendance_id))


def list_credited(session: Session, programme_id: UUID, organisation_id: UUID, now: datetime) -> list[Stay]:
    """Forgotten stays of the last two weeks for which the set time was given, the newest first; `recorded` is what counts now."""
    lately = (Attendance.state == AttendanceState.CREDITED) & (Attendance.came_at > now - FLAGGED_FOR)
    found = _stays(session, programme_id, organisation_id, lately, with_recorded=True)
    return sorted(found, key=lambda stay: (stay.came_at, stay.attendance_id), reverse=True)


def find_stay(session: Session, programme_id: UUID, organisation_id: UUID, attendance_id: UUID) -> Stay:
    """One stay at an organisation, or NotFoundError."""
    found = _stays(session, programme_id, organisation_id, Attendance.id == attendance_id, with_recorded=True)
    if not found:
        raise NotFoundError
    return found[0]


def count_attendance(session: Session, programme_id: UUID, organisation_id: UUID) -> AttendanceCounts:
    """The two figures for a coordinator's home page. One question."""
    rows = session.execute(
        select(Attendance.state, func.count())
        .where(
            Attendance.programme_id == programme_id,
            Attendance.organisation_id == organisation_id,
            Attendance.state.in_((AttendanceState.HERE, AttendanceState.FORGOTTEN)),
        )
        .group_by(Attendance.state)
    )
    counts = {state: number for state, number in rows}  # noqa: C416  rows are no tuples to mypy
    return AttendanceCounts(counts.get(AttendanceState.HERE, 0), counts.get(AttendanceState.FORGOTTEN, 0))


def _stays(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    which: ColumnElement[bool],
    *,
    with_recorded: bool = False,
) -> list[Stay]:
    rows = session.execute(
        select(Attendance, Volunteer, Activity)
        .join(Volunteer, (Volunteer.programme_id == Attendance.programme_id) & (Volunteer.id == Attendance.volunteer_id))
        .join(Activity, (Activity.programme_id == Attendance.programme_id) & (Activity.id == Attendance.activity_id))
        .where(Attendance.programme_id == programme_id, Attendance.organisation_id == organisation_id, which)
        .order_by(Activity.folded_name, Volunteer.folded_name, Attendance.id)
    ).all()
    given = recorded_minutes(session, programme_id, [row[0] for row in rows]) if with_recorded else {}
    return list(_said(rows, given))


def _said(rows: Iterable[tuple[Attendance, Volunteer, Activity]], given: dict[UUID, int]) -> Iterable[Stay]:
    for attendance, volunteer, activity in rows:
        yield Stay(
            attendance_id=attendance.id,
            volunteer_id=volunteer.id,
            name=volunteer.name,
            activity=activity.name,
            came_at=attendance.came_at,
            came_by=attendance.came_by,
            left_at=attendance.left_at,
            state=attendance.state,
            stayed=stayed(attendance.came_at, attendance.left_at) if attendance.left_at else 0,
            usual_minutes=activity.usual_minutes,
            recorded=given.get(attendance.id, 0),
        )
