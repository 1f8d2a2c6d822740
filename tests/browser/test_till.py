"""A volunteer's phone and a venue's till, both real browsers: the code is held up to the camera, and the till says Done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.paper import picture_of
from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.camera import film, flags_for
from tests.real.chromium import PHONE, OpenContext, launched
from tests.real.served import ServeApp
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=180)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture
def phone(site: ServedWorld, context: BrowserContext) -> Page:
    site.sign_in(context, "volunteer")
    page = context.new_page()
    page.goto(f"{site.url}/my/code")
    return page


def open_till(site: ServedWorld, context: BrowserContext) -> Page:
    site.be_till(context)
    page = context.new_page()
    page.goto(f"{site.url}/till")
    return page


def typed_code(phone: Page) -> str:
    return phone.locator(".tc-plate__typed").inner_text()


def take(till: Page, code: str) -> None:
    till.get_by_label("Or type the code").fill(code)
    till.get_by_role("button", name="Take credits").click()


def test_a_code_held_up_to_the_camera_is_taken(site: ServedWorld, phone: Page, playwright: Playwright, tmp_path: Path) -> None:
    path = film(picture_of(phone, ".tc-plate__code"), tmp_path / "code.y4m")
    with launched(playwright, *flags_for(path)) as browser:
        context = browser.new_context(**PHONE)
        context.grant_permissions(["camera"], origin=site.url)
        till = open_till(site, context)
        result = till.locator("[data-result-place] [data-result]")
        expect(result).to_have_attribute("data-result", "done")
        expect(result).to_contain_text("Done. 1 credit taken.")
        expect(result).to_contain_text("Siân O.")
        # The phone is still in view: nothing more is taken, and the page says what to do.
        expect(till.locator("[data-camera-words]")).to_have_text("Take it away. Then show the next code.")
        expect(till.locator(".tc-last__item")).to_have_count(1)
    # The phone says so by itself, and draws no other code until it is asked to.
    expect(phone.locator("[data-live-part]")).to_contain_text("1 credit used at Parkside Pool just now.")
    expect(phone.locator("[data-live-part]")).to_contain_text("You have 2 credits left.")
    expect(phone.locator(".tc-plate")).to_have_count(0)


def test_typed_again_wrong_and_undone(site: ServedWorld, phone: Page, open_context: OpenContext) -> None:
    till = open_till(site, open_context())
    result = till.locator("[data-result-place] [data-result]")
    code = typed_code(phone)
    take(till, code.lower())
    expect(result).to_contain_text("Done. 1 credit taken.")
    expect(till.get_by_label("Or type the code")).to_have_value("")
    take(till, code)
    expect(result).to_contain_text("Already done. You took 1 credit")
    take(till, "ZZZZ 9999")
    expect(result).to_contain_text("That code did not work. Nothing was taken.")
    till.get_by_text("Undo").first.click()
    till.get_by_role("button", name="Wrong person").click()
    expect(till.get_by_text("Undone. 1 credit given back.")).to_be_visible()
    take(till, code)
    expect(result).to_contain_text("Done. 1 credit taken.")


def test_a_lost_answer_takes_credits_once(site: ServedWorld, phone: Page, open_context: OpenContext) -> None:
    context = open_context()
    till = open_till(site, context)
    sent: list[str] = []

    def lose_the_first_answer(route: object) -> None:
        request = route.request  # type: ignore[attr-defined]
        sent.append(request.post_data)
        if len(sent) == 1:
            route.fetch()  # type: ignore[attr-defined]  # it reaches the server, and the answer never comes back
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    context.route("**/till/use", lose_the_first_answer)
    take(till, typed_code(phone))
    result = till.locator("[data-result-place] [data-result]")
    expect(result).to_contain_text("Already done. You took 1 credit")
    assert len(sent) == 2
    expect(till.locator(".tc-last__item")).to_have_count(1)


def test_a_scanner_that_types_needs_no_aim(site: ServedWorld, phone: Page, open_context: OpenContext) -> None:
    till = open_till(site, open_context())
    till.locator("h1").click()
    till.keyboard.type(typed_code(phone).replace(" ", ""))
    till.keyboard.press("Enter")
    expect(till.locator("[data-result-place]")).to_contain_text("Done. 1 credit taken.")


def test_without_a_camera_it_offers_typing(site: ServedWorld, open_context: OpenContext) -> None:
    till = open_till(site, open_context())
    expect(till.locator("[data-camera-state]")).to_contain_text("Type the code below.")


def test_a_family_is_counted_with_the_buttons(site: ServedWorld, phone: Page, open_context: OpenContext) -> None:
    till = open_till(site, open_context())
    till.get_by_role("button", name="One child more").dblclick()
    take(till, typed_code(phone))
    expect(till.locator("[data-result-place]")).to_contain_text("Done. 2 credits taken.")
    expect(till.get_by_label("Under 16")).to_have_value("0")


def test_with_several_offers_one_must_be_chosen_first(site: ServedWorld, phone: Page, open_context: OpenContext) -> None:
    with site.app.app_context():
        session = db.session()
        facts = OfferFacts(name="Gym", adult_minutes=120)
        create_offer(session, site.world.programme_id, site.world.venue_id, facts)
        session.commit()
        db.engine.dispose()
    till = open_till(site, open_context())
    take(till, typed_code(phone))
    expect(till.locator("[data-result-place]")).to_contain_text("Choose what it is for first.")
    till.get_by_text("Gym").click()
    expect(till.get_by_label("Adults")).to_be_hidden()
    till.get_by_role("button", name="Take credits").click()
    expect(till.locator("[data-result-place]")).to_contain_text("Done. 2 credits taken.")
    till.reload()
    expect(till.get_by_role("radio", name="Gym")).to_be_checked()


def test_everything_goes_without_javascript(site: ServedWorld, open_context: OpenContext) -> None:
    carried = open_context(java_script_enabled=False)
    site.sign_in(carried, "volunteer")
    phone = carried.new_page()
    phone.goto(f"{site.url}/my/code")
    till = open_till(site, open_context(java_script_enabled=False))
    take(till, typed_code(phone))
    expect(till.locator("[data-result-place]")).to_contain_text("Done. 1 credit taken.")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("1 credit used at Parkside Pool just now.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_break_no_rule(site: ServedWorld, open_context: OpenContext, scheme: str) -> None:
    carried = open_context(color_scheme=scheme)
    site.sign_in(carried, "volunteer")
    phone = carried.new_page()
    phone.goto(f"{site.url}/my/code")
    assert violations(phone) == []
    till = open_till(site, open_context(color_scheme=scheme))
    expect(till.locator("[data-camera-state]")).not_to_be_empty()
    assert violations(till) == []
    take(till, typed_code(phone))
    expect(till.locator("[data-result-place]")).to_contain_text("Done.")
    assert violations(till) == []
    expect(phone.locator("[data-live-part]")).to_contain_text("used at")
    assert violations(phone) == []
    managed = open_context(color_scheme=scheme)
    site.sign_in(managed, "venue_manager")
    page = managed.new_page()
    for path in ("/venue", "/venue/tills", "/venue/offers", f"/venue/offers/{site.world.offer_id}/price"):
        page.goto(f"{site.url}{path}")
        assert violations(page) == [], path
