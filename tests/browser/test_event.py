"""Book an event on a phone, come, and be checked in at the door with a credit for entry; with and without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import make_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.local_times import instant_at
from timecredits.hours.planning.plans import PlanFacts
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@dataclass
class SoonFair:
    """A fair that begins within the hour, so that it can be booked and the door is open."""

    event_id: UUID
    door: str


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=180)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture
def fair(site: ServedWorld) -> SoonFair:
    event_id, soon = new_id(), clock.now() + timedelta(minutes=40)
    day = clock.local_day(soon)
    starts = int((soon - instant_at(day, 0)).total_seconds()) // 60
    with site.app.app_context():
        session, here = db.session(), (site.world.programme_id, site.world.organisation_id)
        change_setting(session, here[0], "event_entry", value=True, actor_id=None)
        facts = EventFacts("Winter fair", "Music and soup.", capacity=4, most_guests=2, asks_needs=True, entry_minutes=60)
        make_event(session, *here, facts, PlanFacts(day, starts, 120), event_id=event_id, actor_id=None)
        show_event(session, *here, event_id, shown=True, actor_id=None)
        session.commit()
        db.engine.dispose()
    return SoonFair(event_id, f"/coordinator/events/dates/{uuid5(event_id, 'plan')}/{day.isoformat()}/door")


def phone(site: ServedWorld, open_context: OpenContext, who: str, *, javascript: bool) -> Page:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, who)
    return context.new_page()


def credits_left(site: ServedWorld) -> int:
    with site.app.app_context():
        person = db.session().get_one(Volunteer, (site.world.programme_id, site.world.volunteer_id))
        left = balance(db.session(), site.world.programme_id, person.account_id)
        db.engine.dispose()
    return left


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_book_come_and_give_a_credit_for_entry(
    site: ServedWorld, fair: SoonFair, open_context: OpenContext, *, javascript: bool
) -> None:
    mine = phone(site, open_context, "volunteer", javascript=javascript)
    mine.goto(f"{site.url}/in/fenland/events/{fair.event_id}")
    mine.get_by_role("link", name="Book").tap()
    mine.get_by_label("How many people do you bring?").fill("1")
    mine.get_by_label("Is there something that you need?").fill("A seat near the door")
    mine.get_by_role("button", name="Book", exact=True).tap()
    expect(mine.locator(".tc-flashes")).to_contain_text("You are coming. No credits were taken.")
    assert credits_left(site) == 180
    door = phone(site, open_context, "coordinator", javascript=javascript)
    door.goto(f"{site.url}{fair.door}")
    expect(door.get_by_text("A seat near the door")).to_be_visible()
    door.get_by_role("button", name="Has come").tap()
    expect(door.locator(".tc-flashes")).to_contain_text("is in. 2 credits taken.")
    assert credits_left(site) == 60
    mine.reload()
    expect(mine.get_by_role("heading", name="You came. Good to see you.")).to_be_visible()
    door.get_by_role("button", name="Undo").tap()
    expect(door.locator(".tc-flashes")).to_contain_text("2 credits given back.")
    assert credits_left(site) == 180
