"""A fair for tests of pages: made and shown in the small world, with the shortest ways to book it and let it begin."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from flask import Flask

from tests.web.world import World
from timecredits.community.events.booking import Booker, book
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import make_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.planning.plans import PlanFacts
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

STARTS = 14 * 60


@dataclass
class PageFair:
    """An event in three days, from two to four."""

    app: Flask
    world: World
    event_id: UUID
    day: date

    @property
    def plan_id(self) -> UUID:
        return uuid5(self.event_id, "plan")

    @property
    def begins(self) -> datetime:
        with self.app.app_context():
            return self.dated().begins

    @property
    def public(self) -> str:
        return f"/in/fenland/events/{self.event_id}"

    @property
    def mine(self) -> str:
        return f"/my/events/{self.event_id}/{self.plan_id}/{self.day.isoformat()}"

    @property
    def door(self) -> str:
        return f"/coordinator/events/dates/{self.plan_id}/{self.day.isoformat()}/door"

    @property
    def bookings(self) -> str:
        return self.door.removesuffix("/door")

    def dated(self) -> DatedSession:
        return find_dated_session(db.session(), self.world.programme_id, self.plan_id, self.day)

    def book(self, volunteer_id: UUID, guests: int = 0, needs: str = "") -> None:
        with self.app.app_context():
            booker = Booker(volunteer_id, None)
            keyring = self.app.config["KEYRING"]
            book(db.session(), keyring, self.world.programme_id, self.dated(), booker, guests=guests, needs=needs)
            db.session.commit()

    def somebody(self, name: str) -> UUID:
        with self.app.app_context():
            here = (db.session(), self.world.programme_id, self.world.organisation_id)
            made = enrol_volunteer(*here, first_name=name, last_name="Ferch").volunteer.id
            db.session.commit()
            return made


def page_fair(app: Flask, world: World, *, shown: bool = True, entry: int | None = None, **said: Any) -> PageFair:
    """Make it, in a transaction of its own; with `entry` the programme allows credits for entry."""
    facts = {"name": "Winter fair", "words": "Music and soup.", "place": "The long hall", "capacity": 4, "most_guests": 2}
    day, event_id = clock.today() + timedelta(days=3), new_id()
    with app.app_context():
        session, here = db.session(), (world.programme_id, world.organisation_id)
        if entry is not None:
            change_setting(session, world.programme_id, "event_entry", value=True, actor_id=None)
        made = EventFacts(**{**facts, "asks_needs": True, "entry_minutes": entry, **said})
        make_event(session, *here, made, PlanFacts(day, STARTS, 120), event_id=event_id, actor_id=None)
        if shown:
            show_event(session, *here, event_id, shown=True, actor_id=None)
        db.session.commit()
    return PageFair(app, world, event_id, day)
