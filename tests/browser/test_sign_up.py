"""Signing up on a phone, with and without JavaScript: one tap to sign up, two to cancel, and the link to copy."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.foundation import clock
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture
def tea(site: ServedWorld) -> UUID:
    """An activity at ten every day from tomorrow on."""
    here = (site.world.programme_id, site.world.organisation_id)
    with site.app.app_context():
        activity = create_activity(db.session(), *here, ActivityFacts("Tea and talk"), actor_id=None)
        daily = PlanFacts(clock.today() + timedelta(days=1), 600, 120, Repeats.DAILY, capacity=1)
        make_plan(db.session(), *here, activity.id, daily, actor_id=None)
        db.session.commit()
        return activity.id


def phone(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> Page:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "volunteer")
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_one_tap_to_sign_up_and_two_to_cancel(
    site: ServedWorld, tea: UUID, open_context: OpenContext, *, javascript: bool
) -> None:
    page = phone(site, open_context, javascript=javascript)
    page.goto(f"{site.url}/my/activities/{tea}")
    page.get_by_role("button", name="Sign up Tomorrow").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your session")
    expect(page.locator(".tc-flashes")).to_contain_text("Done. You are coming.")
    page.get_by_text("I can't come").tap()
    page.get_by_role("button", name="Yes, take me off the list").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("You are not down for it any more.")
    expect(page.get_by_role("heading", name="Nothing is planned")).to_be_visible()


def test_the_whole_of_it_by_keyboard(site: ServedWorld, tea: UUID, open_context: OpenContext) -> None:
    page = phone(site, open_context, javascript=True)
    page.goto(f"{site.url}/my/activities/{tea}")
    page.get_by_role("button", name="Sign up Tomorrow").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your session")
    page.locator("summary", has_text="I can't come").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, take me off the list")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My sessions")


def test_the_calendar_s_link_can_be_copied(site: ServedWorld, tea: UUID, open_context: OpenContext) -> None:
    assert tea
    page = phone(site, open_context, javascript=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    page.goto(f"{site.url}/my/calendar")
    page.get_by_role("button", name="Make my link").tap()
    page.get_by_role("button", name="Copy this link").first.tap()
    expect(page.locator("[data-copy-said]").first).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#address").input_value()
    plain = phone(site, open_context, javascript=False)
    plain.goto(f"{site.url}/my/calendar")
    expect(plain.get_by_role("button", name="Copy this link")).to_have_count(0)
    expect(plain.locator("#address")).to_have_value(copied)
