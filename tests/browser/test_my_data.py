"""All my data on a phone, with and without scripts: a copy to keep; asking to be erased, and stopping it."""

import json
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.web.database import db

pytestmark = pytest.mark.browser
_LOOKS = 400


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=120)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def phone(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> Page:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "volunteer")
    return context.new_page()


def look_until_ready(page: Page) -> None:
    """Look again, as somebody without scripts does, until the server's own thread has made it."""
    heading = page.get_by_role("heading", level=1)
    for _ in range(_LOOKS):
        if heading.text_content() == "The copy is ready":
            break
        page.goto(page.url)
    expect(heading).to_have_text("The copy is ready")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_copy_then_erasing_and_stopping_it(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    page = phone(site, open_context, javascript=javascript)
    page.goto(f"{site.url}/my/my-data")
    expect(page.get_by_role("heading", level=1)).to_have_text("All my data")
    page.get_by_role("button", name="Make a copy").tap()
    page.wait_for_url("**/my-data/copy/*")
    look_until_ready(page)
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Save the file").tap()
    with zipfile.ZipFile(fetched.value.path()) as copy:
        told = json.loads(copy.read("my-data.json"))
    assert any(part["table"] == "transfer" and part["rows"] for part in told["parts"])
    page.goto(f"{site.url}/my/my-data")
    page.get_by_role("button", name="See what would happen").tap()
    expect(page.locator("main")).to_contain_text("Nothing happens before")
    page.get_by_role("button", name="Ask for it").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("Nothing is erased yet.")
    page.get_by_role("button", name="Stop it. Keep my record").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("Stopped. Nothing will be erased.")
