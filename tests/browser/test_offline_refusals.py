"""What a till without a signal turns down, what it says when it can't be trusted with anything, and how its pages look."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect
from sqlalchemy import select

from tests.browser.offline_shop import (
    OfflineShop,
    bar,
    device,
    get_ready,
    open_without_signal,
    result,
    touch,
    wedge,
)
from tests.real.axe import violations
from tests.spending.shop import earn, make_note, note_text, show
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.spending.codes import NoteParts, encode_note
from timecredits.spending.models import Per
from timecredits.spending.note_models import NoteEnd
from timecredits.spending.offers.offer_facts import OfferFacts
from timecredits.spending.offers.offer_keeping import create_offer
from timecredits.spending.offline_models import OfflineUse

pytestmark = pytest.mark.browser

CHANGE_CONTACT = """hours => new Promise((resolve) => {
  const device = Date.now() - hours * 3600000;
  const opening = indexedDB.open("timecredits-till");
  opening.onsuccess = () => {
    const change = opening.result.transaction("kept", "readwrite");
    const kept = change.objectStore("kept");
    kept.get("contact").onsuccess = ({ target }) => kept.put({ ...target.result, device }, "contact");
    change.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""
NO_STORE = (
    "Object.defineProperty(IDBFactory.prototype, 'open', {value() { throw new DOMException('full', 'QuotaExceededError'); }});"
)
OLD_BROWSER = """
Object.defineProperty(Navigator.prototype, "locks", {get: () => undefined});
const known = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (form, key, how, ...rest) {
  if (how?.name === "Ed25519") return Promise.reject(new DOMException("no", "NotSupportedError"));
  return known.call(this, form, key, how, ...rest);
};
"""


def state(page: Page) -> Any:
    """What stands at the top of the page."""
    return page.locator("[data-state-place]")


def test_each_code_that_can_t_be_taken_says_why(shop: OfflineShop, till: BrowserContext) -> None:
    world = shop.world
    [good] = shop.notes(1)
    with shop.session() as session:
        earn(session, world, 300)
        small = note_text(session, make_note(session, world, 30))
        old = note_text(session, make_note(session, world, 60, expires_on=date(2020, 1, 1)))
        stopped = make_note(session, world, 60)
        dead = note_text(session, stopped)
        stopped.ended_at, stopped.ended_because = clock.now(), NoteEnd.VOID
        number = session.get_one(Programme, world.programme_id).number
        live = show(session, world).qr_text
        create_offer(session, world.programme_id, world.venue_id, OfferFacts(name="Sauna", adult_minutes=300))
    forger = Keyring.from_secret("another secret, of the same length")
    forged = encode_note(forger, NoteParts(number, 7, 60, date(2030, 1, 1)))
    elsewhere = encode_note(forger, NoteParts(number + 1, 7, 60, date(2030, 1, 1)))
    [card] = shop.cards(1)
    get_ready(shop, till).close()
    [new_card] = shop.cards(1)
    shop.stop()
    page = open_without_signal(shop, till)
    wedge(page, good)
    expect(result(page)).to_contain_text("Choose what it is for first. Nothing was taken.")
    page.get_by_text("Swim, one hour").click()
    for code, said in {
        live: "A live code needs a signal.",
        "ABCD 2345": "A typed code needs a signal.",
        "TC1:AAAA": "That code did not work. Nothing was taken.",
        good[:-1] + ("B" if good[-1] == "A" else "A"): "Nothing was taken.",
        forged: "That is not one of our codes. Nothing was taken.",
        elsewhere: "That code can't be used here. Nothing was taken.",
        small: "This note is not enough. Nothing was taken.",
        old: "This note is too old. Nothing was taken.",
        dead: "This note can't be used. Nothing was taken.",
        new_card: "We can't check this card with no signal.",
    }.items():
        wedge(page, code)
        expect(result(page)).to_contain_text(said)
        expect(page.locator("#code")).to_have_value(code)
    for _ in range(2):
        page.get_by_role("button", name="One adult more").click()
    wedge(page, card)
    expect(result(page)).to_contain_text("This card can take no more with no signal.")
    page.get_by_text("Sauna").click()
    wedge(page, card)
    expect(result(page)).to_contain_text("This is too much at once with no signal.")
    expect(bar(page)).not_to_contain_text("waiting")
    assert violations(page) == []


def test_an_offer_with_few_places_is_grey_and_says_why(shop: OfflineShop, till: BrowserContext) -> None:
    world = shop.world
    with shop.session() as session:
        facts = OfferFacts(name="Yoga", adult_minutes=60, places=8, places_per=Per.DAY)
        create_offer(session, world.programme_id, world.venue_id, facts)
    get_ready(shop, till).close()
    shop.stop()
    page = open_without_signal(shop, till)
    yoga = page.get_by_role("radio", name="Yoga")
    expect(yoga).to_be_disabled()
    expect(page.locator(".tc-till-offers__item--off")).to_contain_text("Needs a signal: places are limited.")
    expect(page.get_by_role("radio", name="Swim")).to_be_checked()
    assert violations(page) == []


def test_a_till_too_long_without_contact_warns_and_then_stops(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    get_ready(shop, till).close()
    shop.stop()
    page = open_without_signal(shop, till)
    page.evaluate(CHANGE_CONTACT, 25)
    page.reload()
    expect(state(page)).to_contain_text("Hours since this till was last online: 25. It stops at 72.")
    page.evaluate(CHANGE_CONTACT, 73)
    page.reload()
    expect(state(page)).to_contain_text("This till takes no credits now")
    wedge(page, note)
    expect(result(page)).to_contain_text("It was not online for too long. Nothing was taken.")
    assert violations(page) == []


def test_an_emptied_store_is_said(shop: OfflineShop, till: BrowserContext) -> None:
    notes = shop.notes(2)
    get_ready(shop, till).close()
    shop.stop()
    page = open_without_signal(shop, till)
    wedge(page, notes[0])
    expect(bar(page)).to_contain_text("1 waiting to be sent")
    tools = till.new_cdp_session(page)
    tools.send("Storage.clearDataForOrigin", {"origin": shop.url, "storageTypes": "indexeddb"})
    wedge(page, notes[1])
    expect(result(page)).to_contain_text("This till is not ready for no signal.")
    expect(bar(page)).to_contain_text("Not ready for no signal")
    expect(state(page)).to_contain_text("What was not sent is gone from this device: 1. Tell the venue's manager.")
    shop.start()
    touch(page)
    expect(bar(page)).to_contain_text("Ready for no signal")
    expect(state(page)).to_contain_text("This browser emptied its store")
    page.get_by_role("button", name="I have told them").click()
    expect(state(page)).to_contain_text("You have a signal.")
    shop.stop()
    page = open_without_signal(shop, till)
    wedge(page, notes[1])
    expect(bar(page)).to_contain_text("1 waiting to be sent")
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine")
    with shop.session() as session:  # the server sees the gap where the lost one stood
        assert session.scalars(select(OfflineUse.sequence)).all() == [2]


def test_a_browser_that_keeps_nothing_says_so(shop: OfflineShop, till: BrowserContext) -> None:
    till.add_init_script(NO_STORE)
    page = till.new_page()
    page.goto(f"{shop.url}/till/offline")
    expect(bar(page)).to_contain_text("Not ready for no signal")
    expect(state(page)).to_contain_text("This browser keeps nothing here. It may be private, or full.")
    expect(page.locator("[data-offline-form]")).to_be_hidden()
    assert violations(page) == []


def test_without_https_it_offers_the_usual_page(shop: OfflineShop, till: BrowserContext) -> None:
    till.add_init_script("Object.defineProperty(window, 'isSecureContext', {get: () => false});")
    page = till.new_page()
    page.goto(f"{shop.url}/till/offline")
    expect(state(page)).to_contain_text("The address must begin with https. Until then, type codes on the usual page.")
    page.goto(f"{shop.url}/till")
    expect(bar(page)).to_have_text("Works only with a signal")
    expect(page.get_by_label("Or type the code")).to_be_visible()


def test_ready_is_not_said_before_the_pack_is_stored_and_genuine(shop: OfflineShop, till: BrowserContext) -> None:
    def forge(route: Route) -> None:
        sent = route.fetch()
        route.fulfill(response=sent, json={**sent.json(), "signature": "A" * 86})

    till.route("**/till/pack", forge)
    page = till.new_page()
    with page.expect_response("**/till/pack"):
        page.goto(f"{shop.url}/till/offline")
    expect(page.locator("[data-missing=page]")).to_be_hidden()
    expect(page.locator("[data-missing=pack]")).to_be_visible()
    expect(bar(page)).to_contain_text("Not ready for no signal")
    till.unroute("**/till/pack")
    touch(page)
    expect(bar(page)).to_contain_text("Ready for no signal")


def test_a_browser_without_locks_and_ed25519_goes_on(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    till.add_init_script(OLD_BROWSER)
    get_ready(shop, till).close()
    shop.stop()
    page = open_without_signal(shop, till)
    wedge(page, note)
    expect(result(page)).to_contain_text("Saved. No signal right now.")
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine")


def test_a_device_with_a_list_doesn_t_stop_being_a_till(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    get_ready(shop, till).close()
    shop.stop()
    page = open_without_signal(shop, till)
    wedge(page, note)
    expect(bar(page)).to_contain_text("1 waiting to be sent")
    till.route("**/till/sync", lambda route: route.abort())
    shop.start()
    page.goto(f"{shop.url}/till")
    page.get_by_text("Stop using this device as a till").click()
    page.get_by_role("button", name="Stop being a till").click()
    expect(page.get_by_text("Send what waits first. Nothing was changed.")).to_be_visible()
    till.unroute("**/till/sync")
    touch(page)
    expect(bar(page)).not_to_contain_text("waiting")
    page.reload()
    page.get_by_text("Stop using this device as a till").click()
    page.get_by_role("button", name="Stop being a till").click()
    expect(page.locator("h1")).to_have_text("Make this device a till")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_breaks_no_rule(playwright: Playwright, shop: OfflineShop, tmp_path: Path, scheme: str) -> None:
    [note] = shop.notes(1)
    [card] = shop.cards(1)
    with device(playwright, shop, tmp_path / "till", color_scheme=scheme) as context:
        page = get_ready(shop, context)
        assert violations(page) == []
        shop.stop()
        page = open_without_signal(shop, context)
        wedge(page, note)
        expect(result(page)).to_contain_text("Saved.")
        page.get_by_text("Undo").click()
        page.get_by_text("Save a copy of the list").click()
        _check(page)
        wedge(page, card)
        expect(page.locator("[data-question]")).to_be_visible()
        _check(page)
        page.get_by_role("button", name="Yes, it is them").click()
        expect(bar(page)).to_contain_text("2 waiting")
        shop.start()
        touch(page)
        expect(result(page)).to_contain_text("All is sent.")
        _check(page)


def _check(page: Page) -> None:
    for width in (390, 320, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, width
