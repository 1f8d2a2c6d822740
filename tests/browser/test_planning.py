"""A coordinator plans an activity in a real browser, with JavaScript and without: look, save, sign somebody up, move, cancel."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from timecredits.foundation import clock
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    with served.app.app_context():
        here = served.world.programme_id, served.world.organisation_id
        create_activity(db.session(), *here, ActivityFacts("Garden group", capacity=1), actor_id=None)
        db.session.commit()
        db.engine.dispose()
    yield served
    with served.app.app_context():
        db.engine.dispose()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_planning_from_the_first_day_to_a_cancelled_one(site: ServedWorld, open_context: OpenContext, *, scripts: bool) -> None:
    context = open_context(java_script_enabled=scripts)
    site.sign_in(context, "coordinator")
    page = context.new_page()
    page.goto(f"{site.url}/coordinator/activities")
    page.get_by_role("link", name="Garden group").click()
    page.get_by_role("button", name="Say when it happens").or_(page.get_by_role("link", name="Say when it happens")).click()
    first = clock.today() + timedelta(days=8)
    for name, value in (("Day", first.day), ("Month", first.month), ("Year", first.year)):
        page.get_by_role("group", name="First day").get_by_label(name).fill(str(value))
    page.get_by_label("Starts at").fill("half past ten")
    press(page, "Show the days first")
    page.get_by_role("link", name="Type when it starts").click()
    expect(page.get_by_label("Starts at")).to_be_focused()
    page.get_by_label("Starts at").fill("10:30")
    press(page, "Show the days first")
    expect(page.locator("#days li")).to_have_count(5)
    if scripts:
        assert violations(page) == []
    press(page, "Save these days")
    said = f"{first:%A} {first.day} {first:%B %Y}"
    page.get_by_role("link", name=said).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Garden group, {said}")
    page.get_by_label("Add someone").fill("V1")
    press(page, "Add this person")
    expect(page.get_by_role("main")).to_contain_text("Coming (1 of 1)")
    page.get_by_role("button", name="Move or change").click()
    page.get_by_label("Starts at").fill("2pm")
    press(page, "Save and tell everybody")
    expect(page.get_by_role("main")).to_contain_text("We wrote to 1 person.")
    expect(page.get_by_role("main")).to_contain_text("2pm to 4pm")
    page.get_by_role("button", name="Cancel it").click()
    page.get_by_label("Why").fill("The hall is closed.")
    press(page, "Cancel and tell everybody")
    expect(page.get_by_role("main")).to_contain_text("Cancelled: The hall is closed.")
    if scripts:
        assert violations(page) == []
    press(page, "Put it back on")
    expect(page.get_by_role("main")).to_contain_text("It is on again.")
