"""Passes on a phone: ready is said when it is so, the page opens with the server stopped, and leaving forgets them."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.page_client import PageClient
from tests.real.axe import violations
from tests.real.chromium import OpenContext, arrive
from tests.real.served import served
from tests.spending.shop import KEYRING, earn
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.spending.notes.passes import list_passes
from timecredits.web.database import db

pytestmark = pytest.mark.browser

SECRET = "a-secret-for-tests-0123456789abcdef"
KEPT = "async () => (await caches.has('passes')) ? (await (await caches.open('passes')).keys()).length : 0"


@dataclass
class Site:
    """A server that can be stopped, as a phone with no signal sees it, and started again at the same address."""

    app: Flask
    world: World
    database_url: str
    running: ExitStack = field(default_factory=ExitStack)
    url: str = ""

    def start(self) -> None:
        port = int(self.url.rsplit(":", 1)[1]) if self.url else 0
        settings = {"SECRET_KEY": SECRET, "EXIT_URL": "/healthz"}
        made = served("timecredits.app:create_app()", self.database_url, environment=settings, port=port)
        self.url = self.running.enter_context(made).url

    def stop(self) -> None:
        self.running.close()

    def sign_in(self, context: BrowserContext) -> None:
        client = self.world.sign_in(PageClient(self.app), "volunteer")
        cookie = client.http.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def codes(self) -> list[str]:
        with self.app.app_context():
            mine = list_passes(db.session(), KEYRING, self.world.programme_id, self.world.volunteer_id)
            return [each.qr_text for each in mine]


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    app = create_app({"DATABASE_URL": sqlite_url, "SECRET_KEY": SECRET, "TESTING": True})
    with app.app_context():
        world = build_world(db.session())
        earn(db.session(), world, 300)
        db.session.commit()
        db.engine.dispose()
    made = Site(app, world, sqlite_url)
    made.start()
    yield made
    made.stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def phone(site: Site, context: BrowserContext) -> Page:
    """A phone with two passes that are ready."""
    site.sign_in(context)
    page = context.new_page()
    page.goto(f"{site.url}/my/passes/new")
    page.get_by_label("How many passes?").fill("2")
    page.get_by_role("button", name="Make the passes").click()
    arrive(page, "My passes")
    expect(page.get_by_text("Ready. You can open this page with no signal.")).to_be_visible()
    return page


def read_code(page: Page) -> str:
    picture = Image.open(io.BytesIO(page.locator("details[open] .tc-plate__code").screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    return str(found.text)


def test_the_passes_are_there_with_no_signal(phone: Page, site: Site, context: BrowserContext) -> None:
    assert read_code(phone) in site.codes()
    phone.close()
    site.stop()
    page = context.new_page()
    page.goto(f"{site.url}/my/passes")
    expect(page.get_by_text("No signal right now. Your passes still work.")).to_be_visible()
    first = read_code(page)
    page.locator("details.tc-pass").nth(1).locator("summary").click()
    page.locator("details.tc-pass").nth(0).locator("summary").click()
    page.locator("details.tc-pass").nth(1).locator("summary").click()
    page.locator("details.tc-pass").nth(1).scroll_into_view_if_needed()
    assert sorted({first, read_code(page)}) == sorted(site.codes())
    expect(page.get_by_role("button", name="Give it back now")).to_have_count(0)
    assert page.evaluate("document.fonts.check('1rem \"Atkinson Hyperlegible Next\"')")
    assert violations(page) == []


def test_with_a_signal_again_the_page_is_fresh(phone: Page, site: Site) -> None:
    site.stop()
    phone.reload()
    expect(phone.get_by_text("No signal right now.")).to_be_visible()
    site.start()
    phone.reload()
    expect(phone.get_by_text("No signal right now.")).to_be_hidden()
    expect(phone.get_by_text("Ready. You can open this page with no signal.")).to_be_visible()


def test_what_is_sent_with_no_signal_is_said_not_to_have_arrived(phone: Page, site: Site) -> None:
    site.stop()
    phone.get_by_role("button", name="Give it back now").first.click()
    expect(phone.get_by_text("That did not work, because there is no signal. Nothing was changed.")).to_be_visible()
    assert len(site.codes()) == 2


def test_passes_given_back_are_not_kept(phone: Page, site: Site) -> None:
    for left in (1, 0):
        phone.get_by_role("button", name="Give it back now").first.click()
        expect(phone.get_by_text("Done. The credits are yours again.")).to_be_visible()
        expect(phone.locator(".tc-pass")).to_have_count(left)
    phone.wait_for_function("async () => !(await caches.has('passes'))")
    phone.wait_for_function("async () => (await navigator.serviceWorker.getRegistrations()).length === 0")
    assert site.codes() == []


def _nothing_is_left(page: Page, site: Site) -> None:
    assert page.evaluate(KEPT) == 0
    site.stop()
    with pytest.raises(Exception, match="ERR_"):
        page.goto(f"{site.url}/my/passes")


def test_exit_this_page_forgets_them(phone: Page, site: Site) -> None:
    assert phone.evaluate(KEPT) > 3
    phone.get_by_role("button", name="Exit this page").click()
    phone.wait_for_url(f"{site.url}/healthz")
    _nothing_is_left(phone, site)


def test_exit_from_another_page_forgets_them_too(phone: Page, site: Site) -> None:
    phone.goto(f"{site.url}/my/")
    for _ in range(3):
        phone.keyboard.press("Shift")
    phone.wait_for_url(f"{site.url}/healthz")
    _nothing_is_left(phone, site)


def test_exit_with_no_signal_forgets_them_too(phone: Page, site: Site) -> None:
    site.stop()
    phone.reload()
    phone.get_by_role("button", name="Exit this page").click()
    later = phone.context.new_page()
    site.start()
    later.goto(f"{site.url}/healthz")
    later.wait_for_function("async () => !(await caches.has('passes'))")


def test_signing_out_forgets_them(phone: Page, site: Site) -> None:
    phone.get_by_role("button", name="Sign out").click()
    phone.wait_for_function("async () => !(await caches.has('passes'))")
    _nothing_is_left(phone, site)


def test_a_sign_in_that_ended_elsewhere_forgets_them(phone: Page, site: Site, context: BrowserContext) -> None:
    context.clear_cookies()
    phone.goto(f"{site.url}/my/passes")
    arrive(phone, "Sign in")
    _nothing_is_left(phone, site)


def test_the_page_that_asks_who_you_are_forgets_what_somebody_before_kept(
    phone: Page, site: Site, context: BrowserContext
) -> None:
    context.clear_cookies()
    phone.goto(f"{site.url}/sign-in")
    phone.wait_for_function("async () => !(await caches.has('passes'))")


def test_a_pass_whose_last_day_is_over_is_not_shown(phone: Page, site: Site) -> None:
    site.stop()
    phone.clock.install(time="2030-01-01T12:00:00Z")
    phone.reload()
    expect(phone.get_by_text("The last day of this pass is over.").first).to_be_visible()
    expect(phone.locator(".tc-plate").first).to_be_hidden()


def test_without_javascript_the_passes_are_shown_and_can_be_saved(site: Site, open_context: OpenContext) -> None:
    context = open_context(java_script_enabled=False)
    site.sign_in(context)
    page = context.new_page()
    page.goto(f"{site.url}/my/passes/new")
    page.get_by_role("button", name="Make the passes").click()
    arrive(page, "My passes")
    assert [read_code(page)] == site.codes()
    expect(page.get_by_text("Ready. You can open this page with no signal.")).to_be_hidden()
    expect(page.get_by_role("button", name="Print or save as a file")).to_be_visible()


def test_a_browser_that_can_not_keep_the_page_says_so(site: Site, open_context: OpenContext) -> None:
    context = open_context(service_workers="block")
    site.sign_in(context)
    page = context.new_page()
    page.goto(f"{site.url}/my/passes/new")
    page.get_by_role("button", name="Make the passes").click()
    arrive(page, "My passes")
    expect(page.get_by_text("This phone could not save the page.")).to_be_visible()
    expect(page.get_by_text("Ready. You can open this page with no signal.")).to_be_hidden()


def test_the_whole_picture_is_in_the_first_view(phone: Page) -> None:
    phone.evaluate("window.scrollTo(0, 0)")
    box = phone.locator("details[open] .tc-plate__code").bounding_box()
    tabs = phone.locator(".tc-tabs").bounding_box()
    assert box is not None
    assert tabs is not None
    assert box["y"] + box["height"] <= tabs["y"]
