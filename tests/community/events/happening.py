"""A fair that people book, with the shortest ways to make it, book it and come. The organisation is that of tests/hours."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.hours.conftest import Place
from tests.spending.shop import KEYRING
from timecredits.community.events.booking import Booker, book, cancel_booking, change_party
from timecredits.community.events.door import CheckIn, DoorRow, check_in, list_door, undo_check_in
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import make_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import ActivityPlan, SignUp, SignUpStatus
from timecredits.hours.planning.plans import PlanFacts
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.signing_up import SignUpAnswer
from timecredits.network.settings import change_setting

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = date(2026, 11, 28)
BEGINS = datetime(2026, 11, 28, 14, tzinfo=UTC)
ENDS = BEGINS + timedelta(hours=2)
FAIR = EventFacts("Winter fair", "Music, soup and stalls.", "The long hall", capacity=4, most_guests=3, asks_needs=True)


@dataclass
class Fair:
    """An event, and what can be done with its day. Each act is a second after the one before."""

    place: Place
    event_id: UUID
    plan_id: UUID
    seconds: int = 0

    @property
    def session(self) -> Session:
        return self.place.session

    @property
    def programme_id(self) -> UUID:
        return self.place.programme_id

    @property
    def here(self) -> dict[str, Any]:
        return {"programme_id": self.programme_id, "organisation_id": self.place.organisation_id}

    def on(self) -> DatedSession:
        return find_dated_session(self.session, self.programme_id, self.plan_id, DAY)

    def book(self, who: UUID, guests: int = 0, needs: str = "", *, by_staff: bool = False) -> SignUpAnswer:
        self.seconds += 1
        booker = Booker(who, None, self.place.organisation_id if by_staff else None)
        with clock.standing_at(clock.now() + timedelta(seconds=self.seconds)):
            return book(self.session, KEYRING, self.programme_id, self.on(), booker, guests=guests, needs=needs)

    def change(self, who: UUID, guests: int) -> SignUpAnswer:
        return change_party(self.session, self.programme_id, self.on().id, who, guests=guests)

    def cancel(self, who: UUID) -> tuple[UUID, ...]:
        return cancel_booking(self.session, self.programme_id, self.on().id, Booker(who, None))

    def come(self, who: UUID, guests: int = 0, *, without_entry: bool = False) -> CheckIn:
        return check_in(self.session, self.on(), who, guests=guests, without_entry=without_entry, actor_id=None, **self.here)

    def undo(self, who: UUID) -> int:
        return undo_check_in(self.session, self.on(), who, actor_id=None, **self.here)

    def door(self) -> list[DoorRow]:
        return list_door(self.session, KEYRING, self.programme_id, self.on())

    def sign_up(self, who: UUID) -> SignUp:
        return self.session.scalars(select(SignUp).where(SignUp.session_id == self.on().id, SignUp.volunteer_id == who)).one()

    def taken(self) -> int:
        rows = self.session.scalars(
            select(SignUp.party).where(SignUp.session_id == self.on().id, SignUp.status == SignUpStatus.COMING)
        )
        return sum(rows)

    def ask_for_credits(self) -> None:
        change_setting(self.session, self.programme_id, "event_entry", value=True, actor_id=None)


def make_fair(at: Place, *, shown: bool = True, day: date = DAY, **said: Any) -> Fair:
    """The fair on a Saturday from two to four."""
    event_id = new_id()
    here = (at.session, at.programme_id, at.organisation_id)
    make_event(*here, replace(FAIR, **said), PlanFacts(day, 14 * 60, 120), event_id=event_id, actor_id=None)
    if shown:
        show_event(*here, event_id, shown=True, actor_id=None)
    plan_id = uuid5(event_id, "plan")
    at.session.get_one(ActivityPlan, (at.programme_id, plan_id))
    return Fair(at, event_id, plan_id)
