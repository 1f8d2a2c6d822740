"""Who came to a session, however they signed in. It says nothing of their hours."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import Attendance, AttendanceState

__all__ = ["who_came"]


def who_came(session: Session, programme_id: UUID, session_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], Attendance]:
    """Who came to these sessions, by session and volunteer: the last coming of each, those taken back left out."""
    rows = session.scalars(
        select(Attendance)
        .where(
            Attendance.programme_id == programme_id,
            Attendance.session_id.in_(set(session_ids)),
            # A stay too short to count was still a coming; one that was taken back has no end.
            (Attendance.state != AttendanceState.DROPPED) | Attendance.left_at.is_not(None),
        )
        .order_by(Attendance.came_at, Attendance.id)
        .execution_options(populate_existing=True)
    )
    return {(row.session_id, row.volunteer_id): row for row in rows}
