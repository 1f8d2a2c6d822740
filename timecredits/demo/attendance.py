"""A kiosk at one organisation's door, a few people signed in now, and one who forgot to sign out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.hours.activity_models import AttendanceWay
from timecredits.hours.attendances.attendance import sign_in
from timecredits.hours.attendances.attendance_places import AttendancePlace, list_places
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.attendances.kiosks import make_kiosk
from timecredits.hours.models import HourEntry

_HERE = 3
_LONGEST_AGO = 7


def attend(session: Session, programme_id: UUID, organisation_id: UUID, people: Sequence[UUID], *, coordinator_id: UUID) -> None:
    """Let some of `people` come to an organisation's door. Where nothing is on at this hour, nobody is here now."""
    now = clock.now()
    made = make_kiosk(session, programme_id, organisation_id, name="Front door", actor_id=coordinator_id)
    for days in range(1, _LONGEST_AGO + 1):
        moment = now - timedelta(days=days)
        place, who = _place_at(session, programme_id, organisation_id, moment), _free(session, people, moment)
        if place is not None and who is not None:
            with clock.standing_at(moment):
                sign_in(session, programme_id, place, who, way=AttendanceWay.CODE, at=moment, kiosk_id=made.kiosk.id)
            break
    settle_forgotten(session, programme_id, now)
    for number, volunteer_id in enumerate(people[-_HERE:]):
        moment = now - timedelta(minutes=12 + 9 * number)
        place = _place_at(session, programme_id, organisation_id, moment)
        if place is not None:
            with clock.standing_at(moment):
                sign_in(session, programme_id, place, volunteer_id, way=AttendanceWay.CODE, at=moment, kiosk_id=made.kiosk.id)


def _place_at(session: Session, programme_id: UUID, organisation_id: UUID, moment: datetime) -> AttendancePlace | None:
    places = list_places(session, programme_id, organisation_id, moment)
    return next(iter(places.all), None)


def _free(session: Session, people: Sequence[UUID], moment: datetime) -> UUID | None:
    """Somebody who gave no hours on that day."""
    busy = set(session.scalars(select(HourEntry.volunteer_id).where(HourEntry.done_on == clock.local_day(moment))))
    return next((each for each in people if each not in busy), None)
