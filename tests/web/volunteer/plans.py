"""Plans for pages: every day at ten."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.hours.activity_models import Activity
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_volunteer


def plan_daily(
    session: Session, programme_id: UUID, organisation_id: UUID, activity_id: UUID, *, capacity: int | None = None
) -> UUID:
    """10am to 12pm from tomorrow on."""
    facts = PlanFacts(clock.today() + timedelta(days=1), 600, 120, Repeats.DAILY, capacity=capacity)
    return make_plan(session, programme_id, organisation_id, activity_id, facts, actor_id=None).id


def change(session: Session, programme_id: UUID, activity_id: UUID, **columns: object) -> None:
    """Change columns of an activity."""
    activity = session.get_one(Activity, (programme_id, activity_id))
    for name, value in columns.items():
        setattr(activity, name, value)


def enrol(session: Session, programme_id: UUID, organisation_id: UUID, name: str) -> Volunteer:
    """Somebody else."""
    return enrol_volunteer(session, programme_id, organisation_id, first_name=name).volunteer
