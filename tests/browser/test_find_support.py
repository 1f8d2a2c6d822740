"""Finding support on a phone and calling it: two taps once the words are typed, misspelt, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from tests.web.support_entries import FOOD_BANK, add
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    add(served.app, served.world.programme_id, served.world.organisation_id, FOOD_BANK)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_find_a_service_and_call_it_in_two_taps(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    page = open_context(**PHONE, has_touch=True, java_script_enabled=javascript).new_page()
    page.goto(f"{site.url}/")
    link = page.get_by_role("link", name="Find support")
    if link.count():  # from the menu or the page, wherever it stands first
        link.first.tap()
    else:
        page.goto(f"{site.url}/to/support")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find support")
    expect(page.get_by_role("link", name="Samaritans 116 123")).to_have_attribute("href", "tel:116123")
    page.get_by_role("searchbox", name="What do you need?").fill("fod bnak")
    page.get_by_role("button", name="Search").tap()
    expect(page.get_by_text("Here is what we found for: food bank")).to_be_visible()
    call = page.get_by_role("button", name="Ring 01632 960111")
    expect(call).to_have_attribute("href", "tel:01632960111")
    box = call.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    call.tap(trial=True)  # nothing lies over it
    page.get_by_role("link", name="Ely Food Bank", exact=True).tap()
    expect(page.get_by_role("button", name="Ring 01632 960111")).to_have_attribute("href", "tel:01632960111")
    page.get_by_role("link", name="Back to what we found").tap()
    expect(page.get_by_role("searchbox", name="What do you need?")).to_have_value("fod bnak")


def test_a_topic_is_two_taps_from_a_call(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_context(**PHONE, has_touch=True).new_page()
    page.goto(f"{site.url}/in/fenland/support")
    page.get_by_role("link", name="Food", exact=True).tap()
    expect(page.get_by_role("button", name="Ring 01632 960111")).to_be_visible()
