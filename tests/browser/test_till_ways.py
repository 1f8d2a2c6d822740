"""Cards, notes and look-up at a till in real browsers: camera, keyboard alone, a scanner that types, and without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.paper import filmed, new_card, new_note
from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import PHONE, OpenContext, arrive, launched
from tests.real.served import ServeApp
from tests.spending.shop import PIN
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer
from timecredits.web.database import db

pytestmark = pytest.mark.browser

RESULT = "[data-result-place] [data-result]"


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=300)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def card_of(site: ServedWorld, check: SecondCheck = SecondCheck.PIN) -> str:
    with site.app.app_context():
        return new_card(site.world, site.app.config["KEYRING"], check)


def note_of(site: ServedWorld) -> str:
    with site.app.app_context():
        return new_note(site.world, site.app.config["KEYRING"])


def open_till(site: ServedWorld, context: BrowserContext, path: str = "/till") -> Page:
    site.be_till(context)
    page = context.new_page()
    page.goto(f"{site.url}{path}")
    return page


def film_at_till(site: ServedWorld, playwright: Playwright, text: str, folder: Path) -> Iterator[Page]:
    with launched(playwright, *filmed(text, folder)) as browser:
        context = browser.new_context(**PHONE)
        context.grant_permissions(["camera"], origin=site.url)
        yield open_till(site, context)


def test_a_card_before_the_camera_asks_for_the_pin_and_goes_on_with_it(
    site: ServedWorld, playwright: Playwright, tmp_path: Path
) -> None:
    for till in film_at_till(site, playwright, card_of(site), tmp_path):
        result = till.locator(RESULT)
        expect(result).to_have_attribute("data-result", "ask")
        field = till.get_by_label("Your PIN")
        expect(field).to_be_focused()
        # The card is still in view: the question stays, and what is typed is not wiped away.
        expect(till.locator("[data-camera-words]")).to_have_text("Answer the question first.")
        till.keyboard.type("0000")
        till.keyboard.press("Enter")
        expect(result).to_contain_text("There are 4 more tries.")
        expect(till.get_by_label("Your PIN")).to_be_focused()
        assert violations(till) == []
        till.keyboard.type(PIN)
        till.keyboard.press("Enter")
        expect(result).to_contain_text("Done. 1 credit taken.")
        expect(till.locator("[data-camera-words]")).to_have_text("Take it away. Then show the next code.")
        expect(till.locator(".tc-last__item")).to_have_count(1)


def test_a_note_before_the_camera_is_taken(site: ServedWorld, playwright: Playwright, tmp_path: Path) -> None:
    for till in film_at_till(site, playwright, note_of(site), tmp_path):
        expect(till.locator(RESULT)).to_contain_text("Done. 1 credit taken.")
        expect(till.locator(".tc-last__item")).to_contain_text("A note")


def test_the_second_check_goes_by_keyboard_alone(site: ServedWorld, open_context: OpenContext) -> None:
    till = open_till(site, open_context(viewport={"width": 1024, "height": 768}, has_touch=False))
    card = card_of(site, SecondCheck.WORD)
    till.keyboard.type(card)
    till.keyboard.press("Enter")
    expect(till.locator(RESULT)).to_contain_text("Ask for their word.")
    expect(till.get_by_label("Their word")).to_be_focused()
    till.keyboard.press("Enter")
    expect(till.get_by_label("Their word")).to_be_focused()  # nothing was typed, nothing is sent
    till.keyboard.press("Tab")
    till.keyboard.press("Tab")
    expect(till.get_by_role("link", name="Stop here. Nothing is taken.")).to_be_focused()
    till.keyboard.press("Enter")
    expect(till.locator(RESULT)).to_have_count(0)
    till.keyboard.type(card)
    till.keyboard.press("Enter")
    till.get_by_label("Their word").wait_for()
    till.keyboard.type(PIN)
    till.keyboard.press("Enter")
    expect(till.locator(RESULT)).to_contain_text("Done. 1 credit taken.")


def test_a_scanner_that_types_needs_no_aim_whatever_has_the_focus(site: ServedWorld, open_context: OpenContext) -> None:
    till = open_till(site, open_context())
    card, note = card_of(site), note_of(site)
    till.get_by_label("Adults").focus()
    till.keyboard.type(card)
    till.keyboard.press("Enter")
    expect(till.get_by_label("Your PIN")).to_be_focused()
    expect(till.get_by_label("Adults")).to_have_value("1")
    till.keyboard.type("73")  # the next person's note is scanned while one PIN is half typed
    till.keyboard.type(note)
    till.keyboard.press("Enter")
    result = till.locator(RESULT)
    expect(result).to_contain_text("Done. 1 credit taken.")
    till.locator("h1").click()
    till.keyboard.type(note)
    till.keyboard.press("Enter")
    expect(result).to_contain_text("Already done.")
    expect(till.locator(".tc-last__item")).to_have_count(1)


def test_what_is_typed_for_the_check_stays_in_no_browser(site: ServedWorld, open_context: OpenContext) -> None:
    context = open_context(service_workers="block")  # a till that is ready for no signal hands over to its other page
    till = open_till(site, context)
    sent: list[str] = []

    def lose_the_pin_s_answer(route: object) -> None:
        request = route.request  # type: ignore[attr-defined]
        sent.append(request.post_data)
        if len(sent) == 2:
            route.fetch()  # type: ignore[attr-defined]  # it reaches the server, and the answer never comes back
            kept.append(till.evaluate("JSON.stringify({...sessionStorage})"))
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    kept: list[str] = []
    context.route("**/till/use", lose_the_pin_s_answer)
    till.get_by_label("Or type the code").fill(card_of(site))
    till.get_by_role("button", name="Take credits").click()
    till.get_by_label("Your PIN").fill(PIN)
    till.get_by_role("button", name="Go on").click()
    expect(till.locator(RESULT)).to_contain_text("Already done. You took 1 credit")
    expect(till.locator(".tc-last__item")).to_have_count(1)
    assert kept
    assert "check_kind" in kept[0]
    assert PIN not in re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", kept[0])


def test_without_scripts_a_card_is_taken_all_the_same(site: ServedWorld, open_context: OpenContext) -> None:
    till = open_till(site, open_context(java_script_enabled=False))
    till.get_by_label("Or type the code").fill(card_of(site))
    till.get_by_label("Adults").fill("2")
    till.get_by_role("button", name="Take credits").click()
    arrive(till, "Take credits")
    expect(till.get_by_label("Your PIN")).to_be_focused()
    till.get_by_label("Your PIN").fill("0000")
    till.get_by_role("button", name="Go on").click()
    expect(till.locator("[data-result-place]")).to_contain_text("There are 4 more tries.")
    till.get_by_label("Your PIN").fill(PIN)
    till.get_by_role("button", name="Go on").click()
    expect(till.locator("[data-result-place]")).to_contain_text("Done. 2 credits taken.")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_is_looked_up(site: ServedWorld, open_context: OpenContext, *, scripts: bool) -> None:
    card_of(site)
    till = open_till(site, open_context(java_script_enabled=scripts))
    till.get_by_role("link", name="Look them up").click()
    arrive(till, "Look somebody up")
    till.get_by_label("Their name").fill("sian")
    till.get_by_role("button", name="Look").click()
    till.get_by_text("Siân O.").click()
    assert "Neill" not in till.content()
    if scripts:
        assert violations(till) == []
    till.get_by_role("button", name="Go on").click()
    expect(till.get_by_label("Your PIN")).to_be_focused()
    till.get_by_label("Your PIN").fill(PIN)
    till.get_by_role("button", name="Go on").click()
    expect(till.locator("[data-result-place]")).to_contain_text("Done. 1 credit taken.")


def test_restrictions_stand_above_the_price_and_no_tap_is_needed_for_the_usual_one(
    site: ServedWorld, open_context: OpenContext
) -> None:
    with site.app.app_context():
        facts = OfferFacts(name="Gym", adult_minutes=120, restrictions="A short welcome talk comes first.")
        create_offer(db.session(), site.world.programme_id, site.world.venue_id, facts)
        db.session.commit()
        db.engine.dispose()
    till = open_till(site, open_context())
    label = till.locator("label", has_text="Gym")
    rule, price = label.get_by_text("A short welcome talk comes first."), label.get_by_text("2 credits")
    above, below = rule.bounding_box(), price.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    assert below["y"] < (till.get_by_label("Or type the code").bounding_box() or {"y": 0})["y"]


@pytest.mark.parametrize(
    "options", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}]
)
def test_the_question_breaks_no_rule(site: ServedWorld, open_context: OpenContext, options: dict[str, object]) -> None:
    context = open_context(**options)
    till = open_till(site, context)
    said: list[str] = []
    till.on("console", lambda message: said.append(message.text))
    till.get_by_label("Or type the code").fill(card_of(site))
    till.get_by_role("button", name="Take credits").click()
    till.get_by_label("Your PIN").wait_for()
    assert violations(till) == []
    assert till.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look_up = context.new_page()
    look_up.goto(f"{site.url}/till/look-up")
    assert violations(look_up) == []
    assert look_up.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []
