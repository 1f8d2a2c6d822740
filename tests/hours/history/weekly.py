"""A weekly plan for the garden group of tests/hours/conftest.py."""

from datetime import date
from uuid import UUID

from tests.hours.conftest import TODAY, Place
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import ActivityPlan


def make_weekly(
    place: Place, *, starts_on: date = date(2026, 10, 3), starts: int = 600, minutes: int = 120, activity_id: UUID | None = None
) -> ActivityPlan:
    """Every Saturday from `starts_on` on; TODAY is one."""
    assert starts_on.weekday() == TODAY.weekday()
    plan = ActivityPlan(
        programme_id=place.programme_id,
        id=new_id(),
        activity_id=activity_id or place.garden_id,
        starts_on=starts_on,
        starts=starts,
        minutes=minutes,
        rule="FREQ=WEEKLY",
        place="",
        made_at=clock.now(),
    )
    place.session.add(plan)
    place.session.flush()
    return plan
