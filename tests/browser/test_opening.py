"""A manager brings people and credits in from a list, and undoes it, with and without JavaScript; and takes all data out."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.web.database import db

pytestmark = pytest.mark.browser

PATIENCE = 400

LIST = "Number,First name,Last name,Credits so far,Phone\n701,Bo,Lind,12,01632 960001\n702,Ada,Mensah,2.5,\n703,Kit,Waters,12h,\n"


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def phone(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> Page:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "manager")
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_list_is_loaded_looked_at_added_and_undone(
    site: ServedWorld, open_context: OpenContext, tmp_path: Path, *, javascript: bool
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(LIST)
    page = phone(site, open_context, javascript=javascript)
    page.goto(f"{site.url}/programme/data")
    page.get_by_role("button", name="Bring in a list").tap()
    page.get_by_label("Which organisation are they with?").select_option(str(site.world.organisation_id))
    page.get_by_label("Your list").set_input_files(file)
    page.get_by_role("button", name="Look at the list").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check this list")
    expect(page.get_by_text("Nothing is added yet.")).to_be_visible()
    expect(page.get_by_text("is time, not credits")).to_be_visible()
    page.get_by_role("button", name="Add 2 rows").tap()
    expect(page.get_by_text("Saved. 14½ credits added.")).to_be_visible()
    page.get_by_role("link", name="Wrong list? Undo it").tap()
    page.get_by_label("Why do you undo it?").fill("The list was old")
    page.get_by_role("button", name="Take the credits back").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your list of people")
    expect(page.locator(".tc-flashes")).to_contain_text("Undone. 14½ credits taken back.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_all_data_goes_out_as_one_file(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    page = phone(site, open_context, javascript=javascript)
    page.goto(f"{site.url}/programme/data")
    page.get_by_role("button", name="Make the file").tap()
    page.wait_for_url("**/programme/data/*")
    done = page.get_by_role("heading", level=1, name="Your file is ready", exact=True)
    again = page.get_by_role("button", name="See how far it is")
    for _ in range(PATIENCE if not javascript else 0):  # with scripts the page keeps itself fresh
        if done.is_visible():
            break
        again.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your file is ready", timeout=20_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").tap()
    lines = gzip.decompress(Path(download.value.path()).read_bytes()).splitlines()
    assert json.loads(lines[-1])["end"] is True
