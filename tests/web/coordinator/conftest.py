"""An organisation whose garden group met last week, and a coordinator signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.register.registers import save_register
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.statements import volunteer_balance
from timecredits.web.database import db

Answer = TypeVar("Answer")
NAMES = ["Łukasz Żak", "Zoë O'Brien", "محمد علي", "=cmd Calc", *(f"Person {number}" for number in range(7))]


@dataclass
class Garden:
    """Ids of what exists; `people` are the 12 who came last week, Siân O'Neill-Wyn first."""

    app: Flask
    world: World
    activity_id: UUID
    elsewhere_id: UUID
    people: list[UUID]
    last_day: date

    def within(self, verb: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
        """Call a verb with the session, programme and organisation, and commit."""
        with self.app.app_context():
            answer = verb(db.session(), self.world.programme_id, self.world.organisation_id, *args, **kwargs)
            db.session.commit()
            return answer

    def credits(self, volunteer_id: UUID) -> int:
        with self.app.app_context():
            return volunteer_balance(db.session(), self.world.programme_id, volunteer_id)


@pytest.fixture
def garden_group(app: Flask, world: World) -> Garden:
    with app.app_context():
        made = make_garden(db.session(), app, world)
        db.session.commit()
    return made


@pytest.fixture
def staff(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def make_garden(session: Session, app: Flask, world: World) -> Garden:
    """Make it within the caller's transaction."""
    today = clock.today()
    last_day = today - timedelta(weeks=1)
    here = world.programme_id, world.organisation_id
    activity = create_activity(session, *here, ActivityFacts("Garden group"), actor_id=None)
    elsewhere = create_activity(
        session, world.programme_id, world.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    people = [world.volunteer_id]
    for name in NAMES:
        first, _, last = name.partition(" ")
        people.append(enrol_volunteer(session, *here, first_name=first, last_name=last).volunteer.id)
    save_register(
        session,
        *here,
        session_id=new_id(),
        activity_id=activity.id,
        day=last_day,
        minutes=dict.fromkeys(people, 120),
        actor_id=world.users["coordinator"],
        today=today,
    )
    return Garden(app, world, activity.id, elsewhere.id, people, last_day)
