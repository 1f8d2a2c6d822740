"""Giving in a real browser: one phone shows its code, another scans it, gives, takes back; also without JavaScript."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import OpenContext, arrive
from tests.real.served import ServeApp


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> ServedWorld:
    return serve_world(live_server, sqlite_url, minutes=300)


def shown_code(page: Page, site: ServedWorld) -> str:
    """What is in the square of the page with the code to receive."""
    page.goto(f"{site.url}/my/receive")
    arrive(page, "My code to receive credits")
    picture = Image.open(io.BytesIO(page.locator(".tc-plate__code").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_scan_look_give_and_take_back(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    theirs, mine = (open_context(java_script_enabled=javascript, color_scheme="dark") for _ in range(2))
    site.sign_in(theirs, "other_volunteer")
    site.sign_in(mine, "volunteer")
    address = shown_code(theirs.new_page(), site)
    typed = address.rpartition("/")[2]
    assert address.endswith(f"/my/give/{typed}")
    page = mine.new_page()
    page.goto(f"{site.url}/my/give/{typed}")
    arrive(page, "Give credits to Łukasz Ż.")
    page.get_by_label("How many credits?").fill("1½")
    page.get_by_label("A few words (you can leave this out)").fill("For the lift")
    page.keyboard.press("Enter")
    arrive(page, "Check this gift")
    if javascript:
        assert violations(page) == []
    page.get_by_role("button", name="Give 1½ credits").click()
    arrive(page, "Gifts")
    expect(page.locator(".tc-flashes")).to_contain_text("Łukasz Ż. has 1½ credits from you.")
    page.get_by_role("button", name="Take this back").click()
    expect(page.locator(".tc-flashes")).to_contain_text("Taken back. The credits are yours again.")
