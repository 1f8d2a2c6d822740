"""Leaving in a hurry, in a real browser: by the button, and by Shift three times. Back shows nothing of the person's.

From each page that a volunteer or a visitor has: the pages come from the list of routes, so a new one is left too.
"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.house.addresses import pages
from tests.page_client import PageClient
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from timecredits.web.database import db

pytestmark = pytest.mark.browser
AREA = "fenland"
MANY = 40
WITHOUT_BUTTON = {
    "/my/code/fragment": "a part of a page",
    "/v": "for employers, who have nobody to hide from",
}
NAME = "Siân"
TYPED = "zqx-half-typed"


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


def html_pages(site: ServedWorld, room: str) -> list[str]:
    """The addresses of a room's pages that need nothing but an area, as the person who uses the room."""
    client = PageClient(site.app)
    if room == "volunteer":
        site.world.sign_in(client, "volunteer")
    found = []
    for rule in pages(site.app):
        if not rule.endpoint.startswith(f"{room}.") or rule.endpoint == "public.leave" or rule.arguments - {"area"}:
            continue
        path = rule.rule.replace("<area>", AREA)
        answer = client.http.get(path)
        if path not in WITHOUT_BUTTON and answer.status_code == 200 and answer.mimetype == "text/html":
            found.append(path)
    return found


def leave(page: Page, site: ServedWorld, path: str) -> None:
    """Open the page, leave by one tap on the button, and press Back."""
    page.goto(f"{site.url}{path}")
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(f"{site.url}/healthz")
    assert not [each for each in page.context.cookies() if each.get("name") == "timecredits"], path
    _back(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_every_page_of_a_volunteer(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    paths = html_pages(site, "volunteer")
    assert len(paths) > MANY
    context = open_context(java_script_enabled=javascript)
    page = context.new_page()
    for path in paths if javascript else paths[::6]:  # without scripts the button is the same link everywhere
        site.sign_in(context, "volunteer")
        leave(page, site, path)
        assert NAME not in page.content(), path


def test_every_public_page(context: BrowserContext, site: ServedWorld) -> None:
    paths = html_pages(site, "public")
    assert {"/help-now", "/safety", f"/in/{AREA}/concern"} <= set(paths)
    page = context.new_page()
    for path in paths:
        site.sign_in(context, "volunteer")
        leave(page, site, path)
        assert NAME not in page.content(), path


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_half_typed_is_forgotten(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    context = open_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto(f"{site.url}/in/{AREA}/concern")
    page.get_by_label("What worries you?").fill(TYPED)
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(f"{site.url}/healthz")
    _back(page)
    assert TYPED not in _all_that_stands(page)
    page.goto(f"{site.url}/in/{AREA}/ask")
    page.locator("main form button").first.click()
    page.wait_for_url(f"{site.url}/in/{AREA}/ask/1")
    page.get_by_role("checkbox").first.check()
    page.locator("main form button").first.click()
    page.wait_for_url(f"{site.url}/in/{AREA}/ask/2")
    page.get_by_role("textbox").first.fill(TYPED)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{site.url}/in/{AREA}/ask/3")
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(f"{site.url}/healthz")
    _back(page)
    assert TYPED not in _all_that_stands(page)
    page.goto(f"{site.url}/in/{AREA}/ask/2")
    assert page.url == f"{site.url}/in/{AREA}/ask", "the browser knows of no draft any more"


def _all_that_stands(page: Page) -> str:
    typed = [field.input_value() for field in page.locator("main input:not([type=hidden]), main textarea").all()]
    return " ".join([page.content(), *typed])


def _back(page: Page) -> None:
    with suppress(Error):  # Back from a redirect may lead to where it leads, in the middle of going there
        page.go_back()
    page.wait_for_load_state()
