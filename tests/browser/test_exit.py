"""Leaving in a hurry, in a real browser: by the button, and by Shift three times. Back shows nothing of the person's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.served import ServeApp
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedWorld]:
    monkeypatch.setenv("EXIT_URL", "/healthz")  # the neutral site, as far as this browser can go
    served = serve_world(live_server, sqlite_url, minutes=180)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture
def home(site: ServedWorld, context: BrowserContext) -> Page:
    site.sign_in(context, "volunteer")
    page = context.new_page()
    page.goto(f"{site.url}/my/")
    expect(page.get_by_role("heading", name="Your credits")).to_be_visible()
    return page


def _is_out(page: Page, site: ServedWorld, context: BrowserContext) -> None:
    page.wait_for_url(f"{site.url}/healthz")
    assert [cookie for cookie in context.cookies() if cookie.get("name") == "timecredits"] == []
    page.go_back()
    expect(page.get_by_role("heading", name="Your credits")).to_have_count(0)
    page.goto(f"{site.url}/my/")
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()


def test_one_tap_on_the_button(home: Page, site: ServedWorld, context: BrowserContext) -> None:
    home.get_by_role("button", name="Exit this page").click()
    _is_out(home, site, context)


def test_shift_three_times(home: Page, site: ServedWorld, context: BrowserContext) -> None:
    for _ in range(3):
        home.keyboard.press("Shift")
    _is_out(home, site, context)


def test_the_balance_and_the_code_are_in_view_without_scrolling(home: Page) -> None:
    size = home.viewport_size
    assert size is not None
    for found in (home.locator(".tc-balance__number"), home.get_by_role("link", name="Show my code")):
        box = found.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size["height"]
