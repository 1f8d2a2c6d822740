"""An offer is made with the keyboard alone, and found without JavaScript by somebody who looks for what is near."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import OpenContext, arrive
from tests.real.served import ServeApp
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=180)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def page_of(site: ServedWorld, open_context: OpenContext, who: str, path: str, *, script: bool = True) -> Page:
    context = open_context(java_script_enabled=script)
    site.sign_in(context, who)
    page = context.new_page()
    page.goto(f"{site.url}{path}")
    return page


def test_enter_saves_the_offer_and_adds_no_time(site: ServedWorld, open_context: OpenContext) -> None:
    page = page_of(site, open_context, "venue_manager", "/venue/offers/new")
    page.get_by_label("Name").focus()
    page.keyboard.type("Sauna")
    page.get_by_label("Credits for an adult").focus()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    arrive(page, "Sauna")
    expect(page.get_by_text("People can find Sauna now.")).to_be_visible()


def test_without_javascript_an_offer_is_made_and_found(site: ServedWorld, open_context: OpenContext) -> None:
    page = page_of(site, open_context, "venue_manager", "/venue/offers/new", script=False)
    page.get_by_label("Name").fill("Sauna")
    page.get_by_label("What must people know before they come?").fill("Bring a towel.")
    page.get_by_label("Credits for an adult").fill("1")
    page.get_by_text("When it is on").click()
    page.get_by_role("group", name="Time 1").get_by_label("Monday").check()
    page.get_by_role("group", name="Time 1").get_by_label("From").fill("7am")
    page.get_by_role("group", name="Time 1").get_by_label("Until").fill("9am")
    page.get_by_role("button", name="Add another time").click()
    page.get_by_role("group", name="Time 2").get_by_label("Tuesday").check()
    page.get_by_role("group", name="Time 2").get_by_label("From").fill("7pm")
    page.get_by_role("group", name="Time 2").get_by_label("Until").fill("midnight")
    page.get_by_role("button", name="Save this offer").click()
    arrive(page, "Sauna")
    expect(page.get_by_text("Monday, 7am to 9am; Tuesday, 7pm to midnight")).to_be_visible()
    page.goto(f"{site.url}/venue/about")
    page.get_by_label("Postcode").fill("CB4 1AA")
    page.get_by_role("button", name="Save").click()
    arrive(page, "Offers")

    mine = page_of(site, open_context, "volunteer", "/my/places", script=False)
    mine.get_by_role("link", name="Show the nearest first").click()
    mine.get_by_label("The first half of your postcode").fill("CB7 4DF")
    mine.get_by_role("button", name="Show the nearest places").click()
    arrive(mine, "Places to use your credits")
    assert "4DF" not in mine.url
    expect(mine.get_by_text("About 13 miles").first).to_be_visible()
    mine.get_by_role("link", name="Sauna").click()
    arrive(mine, "Sauna")
    expect(mine.get_by_text("Bring a towel.")).to_be_visible()
