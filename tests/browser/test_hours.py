"""A volunteer's hours in a real browser: printed in two taps, shown to a work coach with one field, all without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from tests.web.volunteer.past import give_past
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    with served.app.app_context():
        give_past(db.session(), served.world)
        db.session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


def at_home(site: ServedWorld, context: BrowserContext) -> Page:
    site.sign_in(context, "volunteer")
    page = context.new_page()
    page.goto(f"{site.url}/my/")
    return page


@pytest.mark.parametrize("javascript", [True, False])
def test_hours_are_printed_in_two_taps(site: ServedWorld, open_context: OpenContext, javascript: bool) -> None:  # noqa: FBT001
    context = open_context(java_script_enabled=javascript)
    page = at_home(site, context)
    page.get_by_role("link", name="Hours", exact=True).first.click()  # the first tap
    with page.expect_response(lambda answer: answer.url.endswith("/my/hours.pdf")) as printed:
        page.get_by_role("button", name="Print my hours").click()  # the second
    assert printed.value.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_last_full_period_is_one_field_and_one_tap(site: ServedWorld, open_context: OpenContext, javascript: bool) -> None:  # noqa: FBT001
    context = open_context(java_script_enabled=javascript)
    page = at_home(site, context)
    page.goto(f"{site.url}/my/hours/by-week")
    page.locator("#begins").focus()
    page.keyboard.type("14")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your work coach decides how this counts.").first).to_be_visible()
    expect(page.get_by_role("heading", name="Each week, Monday to Sunday")).to_be_visible()
    assert page.url == f"{site.url}/my/hours/by-week", "the day stands in no address"
    expect(page).to_have_title("Hours by week – Time Credits")
    if javascript:
        assert violations(page) == []
    page.locator("#begins").fill("77")
    page.get_by_role("button", name="Show my hours").click()
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#begins")).to_be_focused()


def test_what_comes_next_is_there_only_for_those_who_look(site: ServedWorld, context: BrowserContext) -> None:
    page = at_home(site, context)
    page.goto(f"{site.url}/my/milestones")
    expect(page.get_by_text("The next one is at 25 hours.")).to_be_hidden()
    page.get_by_text("What comes next?").click()
    expect(page.get_by_text("The next one is at 25 hours.")).to_be_visible()
    assert violations(page) == []
