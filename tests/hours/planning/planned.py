"""A garden group every Tuesday at ten with room for a few, and the shortest ways to sign people up for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.hours.conftest import Place
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity, ActivityPlan, SignUpStatus
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.signing_up import SignUpAnswer, cancel_sign_up, list_sign_ups, sign_up
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TODAY = date(2026, 11, 21)
TUESDAY = date(2026, 11, 24)


@dataclass
class Planned:
    """A plan of the garden group's, and what can be done with its sessions."""

    place: Place
    plan_id: UUID
    seconds: int = 0

    @property
    def session(self) -> Session:
        return self.place.session

    @property
    def programme_id(self) -> UUID:
        return self.place.programme_id

    def on(self, week: int = 0) -> DatedSession:
        """The Tuesday so many weeks after the first."""
        return find_dated_session(self.session, self.programme_id, self.plan_id, TUESDAY + timedelta(weeks=week))

    def sign_up(self, volunteer_id: UUID, week: int = 0, *, staff_of: UUID | None = None) -> SignUpAnswer:
        """Sign somebody up, a second after whoever was before."""
        self.seconds += 1
        with clock.standing_at(clock.now() + timedelta(seconds=self.seconds)):
            return sign_up(
                self.session, self.programme_id, volunteer_id, self.on(week), actor_id=None, today=TODAY, staff_of=staff_of
            )

    def cancel(self, volunteer_id: UUID, week: int = 0, *, staff_of: UUID | None = None) -> tuple[UUID, ...]:
        return cancel_sign_up(self.session, self.programme_id, volunteer_id, self.on(week).id, actor_id=None, staff_of=staff_of)

    def listed(self, week: int = 0) -> list[tuple[UUID, SignUpStatus]]:
        session_id = self.on(week).id
        listed = list_sign_ups(self.session, self.programme_id, [session_id]).get(session_id, [])
        return [(each.volunteer_id, each.status) for each in listed]

    def activity(self, **columns: object) -> Activity:
        """Change columns of the garden group."""
        activity = self.session.get_one(Activity, (self.programme_id, self.place.garden_id))
        for name, value in columns.items():
            setattr(activity, name, value)
        self.session.flush()
        return activity

    def give_address(self, volunteer_id: UUID, email: str) -> None:
        """Let somebody sign in with an email address."""
        volunteer = self.session.get_one(Volunteer, (self.programme_id, volunteer_id))
        volunteer.user_id = create_user(self.session, email=email, name=volunteer.name).id
        self.session.flush()


def plan_tuesdays(place: Place, *, capacity: int | None = 2, rule: str = "FREQ=WEEKLY;BYDAY=TU") -> Planned:
    """Tuesdays, 10am to 12pm."""
    plan = ActivityPlan(
        programme_id=place.programme_id,
        id=new_id(),
        activity_id=place.garden_id,
        starts_on=TUESDAY,
        starts=600,
        minutes=120,
        rule=rule,
        capacity=capacity,
        made_at=clock.now(),
    )
    place.session.add(plan)
    place.session.flush()
    return Planned(place, plan.id)
