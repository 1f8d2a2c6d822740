"""Coming to a session, and taking that back. Where an activity counts no hours, signing in says that somebody came, and no more.

Such a coming is one row for a person and a session, whose id follows from both. It is over as soon as it is noted: nobody signs
out of it, nothing of it is forgotten, no hours come of it, and helping somewhere else goes on beside it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance_places import AttendancePlace, keep_place
from timecredits.hours.attendances.forgotten import claim

__all__ = ["note_came", "take_back_coming"]

_table: Any = Attendance.__table__
_INSERT = {
    name: dialect.insert(_table).on_conflict_do_nothing(index_elements=["programme_id", "id"]).returning(_table.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


def note_came(
    session: Session,
    programme_id: UUID,
    place: AttendancePlace,
    volunteer_id: UUID,
    *,
    way: AttendanceWay,
    at: datetime,
    kiosk_id: UUID | None = None,
) -> tuple[Attendance, bool]:
    """Note that somebody came to what counts no hours. The row, and whether it is new; twice is once, also at once."""
    keep_place(session, programme_id, place, actor_id=None)
    connection = session.connection()
    key = uuid5(place.session_id, str(volunteer_id))
    made = connection.execute(
        _INSERT[connection.dialect.name],
        {
            "programme_id": programme_id,
            "id": key,
            "organisation_id": place.organisation_id,
            "activity_id": place.activity_id,
            "session_id": place.session_id,
            "volunteer_id": volunteer_id,
            "came_at": at,
            "came_by": way,
            "kiosk_id": kiosk_id,
            "state": AttendanceState.DONE,
            "settled_because": "",
        },
    ).scalar()
    row = session.get_one(Attendance, (programme_id, key), populate_existing=True)
    if made is not None:
        return row, True
    back = claim(session, row, AttendanceState.DROPPED, state=AttendanceState.DONE, came_at=at, came_by=way, kiosk_id=kiosk_id)
    return row, back


def take_back_coming(session: Session, attendance: Attendance) -> bool:
    """Say that somebody did not come after all. False once there are hours of it: those are corrected in their history."""
    if attendance.state is AttendanceState.HERE:
        return claim(session, attendance, AttendanceState.HERE, state=AttendanceState.DROPPED)
    if attendance.left_at is None:
        return claim(session, attendance, AttendanceState.DONE, state=AttendanceState.DROPPED)
    # A stay too short to count gave no hours. Without an end it was no coming (hours/who_came).
    return claim(session, attendance, AttendanceState.DROPPED, left_at=None, left_by=None)
