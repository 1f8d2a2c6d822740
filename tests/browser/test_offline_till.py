"""A till without a signal, in a real browser: what it saves is sent once, whatever is restarted, scanned twice or taken back."""

from datetime import timedelta
from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import BrowserContext, Page, Playwright, expect
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
from tests.real.camera import film, flags_for
from tests.real.chromium import arrive
from timecredits.spending.models import Till
from timecredits.spending.offline_models import OfflineUse
from timecredits.spending.tills.till_keeping import remove_till

pytestmark = pytest.mark.browser

TWO_DAYS_AHEAD = """
const known = Date;
window.Date = class extends known {
  constructor(...parts) { if (parts.length) super(...parts); else super(known.now() + 172800000); }
  static now() { return known.now() + 172800000; }
};
"""
SAVED = "Saved. No signal right now."


def save_note(page: Page, code: str, waiting: int) -> None:
    """Scan a note and see that it was saved, and that the counter says so."""
    wedge(page, code)
    expect(result(page)).to_contain_text(SAVED)
    expect(bar(page)).to_contain_text(f"{waiting} waiting to be sent")


def test_twenty_scans_over_three_tabs_and_a_restart_are_twenty_uses(
    playwright: Playwright, shop: OfflineShop, tmp_path: Path
) -> None:
    notes = shop.notes(21)
    with device(playwright, shop, tmp_path / "till") as context:
        get_ready(shop, context)
    shop.stop()
    with device(playwright, shop, tmp_path / "till") as context:  # a cold start
        tabs = [open_without_signal(shop, context) for _ in range(3)]
        for index, code in enumerate(notes[:11]):
            save_note(tabs[index % 3], code, index + 1)
        for tab in tabs:
            expect(bar(tab)).to_contain_text("11 waiting to be sent")
        wedge(tabs[1], notes[0])  # saved in another tab
        expect(result(tabs[1])).to_contain_text("This note was used here before.")
    with device(playwright, shop, tmp_path / "till") as context:  # somebody pulled the plug
        tabs = [open_without_signal(shop, context) for _ in range(3)]
        expect(bar(tabs[2])).to_contain_text("11 waiting to be sent")
        for index, code in enumerate(notes[11:20]):
            save_note(tabs[index % 3], code, index + 12)
        wedge(tabs[0], notes[20])
        expect(result(tabs[0])).to_contain_text("This till can take no more with no signal.")
        assert shop.results() == []
        shop.start()
        for tab in tabs:
            touch(tab)
        for tab in tabs:
            expect(bar(tab)).not_to_contain_text("waiting")
            expect(tab.locator("[data-answers-sum]")).to_have_text("Sent: 20 fine")
    assert shop.results() == ["ok"] * 20
    assert shop.book_faults() == []


@pytest.mark.parametrize("first", [0, 1])
def test_one_note_on_two_devices_counts_the_same_in_either_order(
    playwright: Playwright, shop: OfflineShop, tmp_path: Path, first: int
) -> None:
    [note] = shop.notes(1)
    with (
        device(playwright, shop, tmp_path / "one") as one,
        device(playwright, shop, tmp_path / "two", token=shop.another_till()) as two,
    ):
        for context in (one, two):
            get_ready(shop, context).close()
        shop.stop()
        pages = [open_without_signal(shop, context) for context in (one, two)]
        for page in pages:
            save_note(page, note, 1)
        shop.start()
        for page in (pages[first], pages[1 - first]):
            touch(page)
            expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine")
    assert sorted(shop.results()) == ["duplicate", "ok"]
    assert shop.book_faults() == []


def test_a_card_needs_its_name_and_is_taken_once(shop: OfflineShop, till: BrowserContext) -> None:
    [card] = shop.cards(1)
    get_ready(shop, till)
    shop.stop()
    page = open_without_signal(shop, till)
    wedge(page, card)
    expect(page.locator("[data-question]")).to_contain_text("Is it Ada0 B.?")
    page.get_by_role("button", name="No", exact=True).click()
    expect(result(page)).to_contain_text("Nothing was taken.")
    expect(bar(page)).not_to_contain_text("waiting")
    wedge(page, card)
    expect(page.locator("[data-question]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, it is them")).to_be_focused()
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text(SAVED)
    expect(result(page)).to_contain_text("Ada0 B. · Swim, one hour · 1 credit")
    wedge(page, card)
    expect(result(page)).to_contain_text("Already done. We did not take it again.")
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine")
    assert shop.results() == ["ok"]


def test_taken_back_before_it_was_sent(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    get_ready(shop, till)
    shop.stop()
    page = open_without_signal(shop, till)
    save_note(page, note, 1)
    page.get_by_text("Undo").click()
    page.get_by_role("button", name="They could not stay").click()
    expect(result(page)).to_contain_text("Taken back. No signal right now.")
    expect(page.locator("[data-waiting-list]")).to_contain_text("Taken back")
    save_note(page, note, 2)  # it is good again
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine, 1 not counted")
    assert shop.results() == ["undone", "ok"]
    assert shop.book_faults() == []


def test_a_note_held_up_to_the_camera(playwright: Playwright, shop: OfflineShop, tmp_path: Path) -> None:
    [note] = shop.notes(1)
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=8)
    code.add_data(note)
    path = film(code.make_image().get_image(), tmp_path / "note.y4m")
    with device(playwright, shop, tmp_path / "till") as context:
        get_ready(shop, context)
    shop.stop()
    with device(playwright, shop, tmp_path / "till", *flags_for(path)) as context:
        page = open_without_signal(shop, context)
        expect(result(page)).to_contain_text(SAVED)
        expect(page.locator("[data-camera-words]")).to_have_text("Take the code away. Then show the next one.")
        expect(bar(page)).to_contain_text("1 waiting to be sent")


def test_a_device_that_is_no_till_keeps_its_list(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    get_ready(shop, till)
    shop.stop()
    page = open_without_signal(shop, till)
    save_note(page, note, 1)
    shop.be_till(till, "a-token-of-no-till")
    shop.start()
    touch(page)
    state = page.locator("[data-state-place]")
    expect(state).to_contain_text("This device is no longer a till")
    expect(state).to_contain_text("Your list is kept. Save a copy, or pair again.")
    expect(bar(page)).to_contain_text("1 waiting to be sent")
    expect(page.locator("[data-offline-form]")).to_be_hidden()
    page.get_by_text("Save a copy of the list").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the copy").click()
    assert note in download.value.path().read_text()
    page.goto(f"{shop.url}/till")  # which leads to pairing
    expect(page.locator("[data-kept]")).to_contain_text("1 waiting to be sent on this device.")
    shop.be_till(till)
    page.get_by_role("link", name="Look at the list").click()
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine")
    assert shop.results() == ["ok"]


def test_a_till_that_was_removed_sends_what_it_saved(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    get_ready(shop, till)
    shop.stop()
    page = open_without_signal(shop, till)
    save_note(page, note, 1)
    with shop.session() as session:
        world = shop.world
        assert session.get_one(Till, world.till_id).revoked_at is None
        remove_till(session, world.programme_id, world.venue_id, world.till_id, actor_id=None)
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 looked at later")
    expect(page.locator("[data-state-place]")).to_contain_text("This device is no longer a till")
    assert shop.results() == ["review"]


def test_no_answer_to_a_scan_leads_here_and_it_counts_once(shop: OfflineShop, till: BrowserContext) -> None:
    notes = shop.notes(2)
    page = get_ready(shop, till)
    lost: list[str] = []

    def lose_the_answer(route: object) -> None:
        lost.append("one")
        route.fetch()  # type: ignore[attr-defined]  # it reaches the server, and the answer never comes back
        shop.stop()
        route.abort()  # type: ignore[attr-defined]

    till.route("**/till/use", lose_the_answer)
    wedge(page, notes[0])
    arrive(page, "Take credits with no signal")
    expect(result(page)).to_contain_text(SAVED)
    till.unroute("**/till/use")
    assert lost == ["one"]
    save_note(page, notes[1], 2)
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 2 fine")
    # With a signal the next code goes the usual way.
    wedge(page, notes[1])
    arrive(page, "Take credits –")
    expect(result(page)).to_contain_text("Already done.")
    assert shop.book_faults() == []


def test_a_clock_two_days_wrong_is_no_trouble(shop: OfflineShop, till: BrowserContext) -> None:
    [note] = shop.notes(1)
    till.add_init_script(TWO_DAYS_AHEAD)
    get_ready(shop, till).close()
    shop.stop()
    page = open_without_signal(shop, till)
    save_note(page, note, 1)
    shop.start()
    touch(page)
    expect(page.locator("[data-answers-sum]")).to_have_text("Sent: 1 fine")
    with shop.session() as session:
        [use] = session.scalars(select(OfflineUse))
        assert abs(use.scanned_at - use.arrived_at) < timedelta(minutes=2)
