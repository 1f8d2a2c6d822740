"""Taking an organisation in, noting what it needs, putting it on hold and letting it go on: with and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def desk(site: ServedWorld, open_context: OpenContext, who: str, **options: Any) -> Page:
    context = open_context(**options)
    site.sign_in(context, who)
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_an_organisation_is_taken_in_and_seen_to(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    page = desk(site, open_context, "manager", java_script_enabled=javascript)
    page.goto(f"{site.url}/programme/organisations")
    page.get_by_role("button", name="Add an organisation").click()
    page.get_by_label("Name", exact=True).fill("Sutton Repair Shed")
    page.get_by_role("button", name="Add this organisation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sutton Repair Shed")
    expect(page.get_by_text("0 of 5 done.")).to_be_visible()
    page.get_by_role("link", name="Note the agreement").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Note the day").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 of 5 done.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_hold_stops_its_staff_and_ends(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    manager = desk(site, open_context, "manager", java_script_enabled=javascript)
    staff = desk(site, open_context, "coordinator", java_script_enabled=javascript)
    here = f"{site.url}/programme/organisations/{site.world.organisation_id}/hold"
    staff.goto(f"{site.url}/coordinator/people/{site.world.volunteer_id}/phone")
    manager.goto(here)
    manager.get_by_label("Why?").fill("A look at the books")
    manager.get_by_role("button", name="Put it on hold").click()
    expect(manager.locator(".tc-flashes")).to_contain_text("is on hold now. Nothing is lost.")
    staff.get_by_label("Phone number").fill("01632 960123")
    staff.get_by_role("button", name="Save").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Your organisation is on hold")
    manager.goto(here)
    manager.get_by_role("button", name="Let it go on").click()
    expect(manager.locator(".tc-flashes")).to_contain_text("goes on as before")
    staff.go_back()
    staff.get_by_label("Phone number").fill("01632 960123")
    staff.get_by_role("button", name="Save").click()
    expect(staff.get_by_role("link", name="01632 960123")).to_be_visible()


def test_somebody_leaves_and_is_back_by_keyboard(site: ServedWorld, open_context: OpenContext) -> None:
    page = desk(site, open_context, "coordinator")
    page.goto(f"{site.url}/coordinator/people/{site.world.volunteer_id}/leave")
    page.get_by_role("button", name="Note that they have left").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("They have left. Their last day was")).to_be_visible()
    page.get_by_role("button", name="They are back").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tc-flashes")).to_contain_text("Welcome back.")
