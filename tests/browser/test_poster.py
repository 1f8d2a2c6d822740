"""A venue's poster from the manager's page to the counter: printed, scanned, shown and taken back; with and without scripts."""

import io
import subprocess
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.paper import new_poster
from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import OpenContext, arrive
from tests.real.programs import program
from tests.real.served import ServeApp
from tests.web.world import PASSWORD
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=300)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def poster_of(site: ServedWorld) -> str:
    with site.app.app_context():
        return new_poster(site.world, site.app.config["KEYRING"], site.url)


def open_as(site: ServedWorld, context: BrowserContext, who: str, address: str) -> Page:
    site.sign_in(context, who)
    page = context.new_page()
    page.goto(address)
    return page


def test_from_the_printer_to_the_counter(site: ServedWorld, open_context: OpenContext) -> None:
    manager = open_as(site, open_context(), "venue_manager", f"{site.url}/venue/posters")
    manager.get_by_label("Name of the poster").fill("Front desk")
    manager.get_by_role("button", name="Make the poster").click()
    address = manager.get_by_role("button", name="Print it (PDF)").get_attribute("href")
    printed = manager.request.get(f"{site.url}{address}").body()
    drawn = subprocess.run(  # noqa: S603  Poppler
        [program("pdftoppm", package="Poppler"), "-r", "60", "-png", "-"], input=printed, check=True, capture_output=True
    ).stdout
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    counter_context = open_context()
    site.be_till(counter_context)
    counter = counter_context.new_page()
    counter.goto(f"{site.url}/till")
    # Somebody who isn't signed in: the phone's camera opens the address, they sign in, and are where they meant to be.
    phone = open_context().new_page()
    phone.goto(code.text)
    phone.get_by_role("link", name="I have a password").click()
    arrive(phone, "Sign in with a password")
    phone.get_by_label("Your email address").fill(site.world.emails["volunteer"])
    phone.get_by_label("Your password", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    arrive(phone, "Use credits here")
    phone.get_by_role("button", name="One child more").click()
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("button", name="Use 1½ credits").dblclick()
    arrive(phone, "Show this at the counter")
    expect(phone.locator("[data-at-done]")).to_contain_text("Done. 1½ credits taken.")
    # The counter's own screen shows it by itself.
    expect(counter.locator(".tc-last__item")).to_have_count(1, timeout=20_000)
    expect(counter.locator(".tc-last__item")).to_contain_text("Siân O.")
    expect(counter.locator(".tc-last__item")).to_contain_text("Poster")


def test_the_page_for_the_counter_moves_and_ends(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_as(site, open_context(), "volunteer", poster_of(site))
    page.get_by_role("button", name="Go on").click()
    page.clock.install()
    page.get_by_role("button", name="Use 1 credit").click()
    arrive(page, "Show this at the counter")
    clock, left = page.locator("[data-clock]"), page.locator("[data-countdown]")
    before = clock.inner_text()
    page.clock.run_for(3000)
    assert clock.inner_text() > before
    expect(left).to_contain_text("14:5")
    assert page.locator(".tc-live__bar").evaluate("bar => getComputedStyle(bar).animationName") == "tc-sweep"
    with page.expect_navigation():
        page.clock.run_for(15 * 60 * 1000)


def test_taking_it_back(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_as(site, open_context(), "volunteer", poster_of(site))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Use 1 credit").click()
    arrive(page, "Show this at the counter")
    page.get_by_text("Take it back").click()
    assert violations(page) == []
    page.get_by_role("button", name="This was not me").click()
    arrive(page, "The credits are back")
    expect(page.get_by_text("Undone. 1 credit given back.")).to_be_visible()


def test_everything_goes_without_scripts(site: ServedWorld, open_context: OpenContext) -> None:
    with site.app.app_context():
        facts = OfferFacts(name="Gym", adult_minutes=120, restrictions="A short welcome talk comes first.")
        create_offer(db.session(), site.world.programme_id, site.world.venue_id, facts)
        db.session.commit()
        db.engine.dispose()
    page = open_as(site, open_context(java_script_enabled=False), "volunteer", poster_of(site))
    page.get_by_text("Gym").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("main")).to_contain_text("A short welcome talk comes first.")
    page.get_by_role("button", name="Use 2 credits").click()
    arrive(page, "Show this at the counter")
    page.get_by_text("Take it back").click()
    page.get_by_role("button", name="I can't stay").click()
    arrive(page, "The credits are back")


@pytest.mark.parametrize(
    "options",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 320, "height": 640}},
        {"viewport": {"width": 1280, "height": 900}},
    ],
)
def test_the_pages_break_no_rule(site: ServedWorld, open_context: OpenContext, options: dict[str, object]) -> None:
    address = poster_of(site)
    said: list[str] = []
    page = open_as(site, open_context(**options), "volunteer", address)
    page.on("console", lambda message: said.append(message.text))

    def look() -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    look()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Use 1 credit").wait_for()
    look()
    page.get_by_role("button", name="Use 1 credit").click()
    arrive(page, "Show this at the counter")
    look()
    page.goto(f"{site.url}/my/at")
    look()
    assert said == []
    page.goto(f"{site.url}/my/at/00000000")
    look()
    manager = open_as(site, open_context(**options), "venue_manager", f"{site.url}/venue/posters")
    assert violations(manager) == []
