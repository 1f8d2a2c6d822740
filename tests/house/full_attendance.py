"""For the full world: somebody signed in now, somebody who forgot to sign out, and a set time given."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import Activity, AttendanceWay, Forgotten
from timecredits.hours.attendances.attendance import AttendanceAnswer, sign_in_or_out
from timecredits.hours.attendances.attendance_places import list_places
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.network.volunteers import enrol_volunteer


def attendance_things(session: Session, here: tuple[UUID, UUID], actor_id: UUID) -> dict[str, str]:
    """Make them at this organisation, and answer what pages about one stay need."""
    now = clock.now()
    with standing_at(now - timedelta(days=30)):
        activity = create_activity(session, *here, ActivityFacts(name="Walk and wave"), actor_id=actor_id)
        people = [
            enrol_volunteer(session, *here, first_name=first, last_name="Door", number=f"D{number}").volunteer.id
            for number, first in enumerate(("Anwen", "Idris", "Mair"))
        ]
    _come(session, here, activity.id, people[0], days_ago=3)
    session.get_one(Activity, (here[0], activity.id)).forgotten = Forgotten.CREDIT
    settle_forgotten(session, here[0], now - timedelta(days=2))
    session.get_one(Activity, (here[0], activity.id)).forgotten = Forgotten.LOOK
    forgotten = _come(session, here, activity.id, people[1], days_ago=2)
    settle_forgotten(session, here[0], now - timedelta(days=1))
    _come(session, here, activity.id, people[2], days_ago=0)
    return {"attendance": str(forgotten)}


def _come(session: Session, here: tuple[UUID, UUID], activity_id: UUID, volunteer_id: UUID, *, days_ago: int) -> UUID:
    moment = clock.now() - timedelta(days=days_ago)
    with standing_at(moment):
        place = next(each for each in list_places(session, *here, moment).all if each.activity_id == activity_id)
        answer = sign_in_or_out(session, *here, volunteer_id, way=AttendanceWay.CODE, now=moment, chosen=place.session_id)
    assert isinstance(answer, AttendanceAnswer)
    assert answer.attendance_id is not None
    return answer.attendance_id
