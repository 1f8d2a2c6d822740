"""A register too large for a request: watched while it is added and undone, with scripts and without, in a real browser."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from timecredits.foundation import clock
from timecredits.web.database import db

pytestmark = pytest.mark.browser

ROWS = 800
PATIENCE = 60_000


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


def register() -> bytes:
    days = (clock.today() - timedelta(days=number + 1) for number in range(ROWS))
    return "\n".join(["Date,Number,Hours,Activity", *(f"{day:%d/%m/%Y},V1,1,Garden" for day in days)]).encode()


def choose(page: Page, url: str, name: str, content: bytes) -> None:
    page.goto(f"{url}/coordinator/imports")
    page.get_by_label("Your file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at it").click()


def test_a_large_register_is_watched_to_its_end_and_undone(site: ServedWorld, open_context: OpenContext) -> None:
    context = open_context()
    site.sign_in(context, "coordinator")
    page = context.new_page()
    choose(page, site.url, "years.csv", register())
    page.get_by_role("button", name=f"Add {ROWS} entries").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your register", timeout=PATIENCE)
    expect(page.get_by_role("main")).to_contain_text(f"Saved. {ROWS} hours added for 1 person.")
    page.get_by_role("link", name="Wrong file? Undo this register").click()
    assert violations(page) == []
    page.get_by_role("button", name=f"Take {ROWS} entries away").click()
    expect(page.get_by_role("main")).to_contain_text("These hours no longer count.", timeout=PATIENCE)


def test_without_scripts_one_looks_again(site: ServedWorld, open_context: OpenContext) -> None:
    context = open_context(java_script_enabled=False)
    site.sign_in(context, "coordinator")
    page = context.new_page()
    choose(page, site.url, "years.csv", register())
    page.get_by_role("button", name=f"Add {ROWS} entries").click()
    done = page.get_by_role("heading", level=1, name="Your register", exact=True)
    again = page.get_by_role("button", name="See how far it is")
    for _ in range(PATIENCE):
        if done.is_visible():
            break
        again.click()
    expect(page.get_by_role("main")).to_contain_text(f"Saved. {ROWS} hours added for 1 person.")


def test_the_rows_to_mend_are_a_file_and_the_columns_are_chosen_by_keyboard(site: ServedWorld, open_context: OpenContext) -> None:
    context = open_context()
    site.sign_in(context, "coordinator")
    page = context.new_page()
    day = clock.today() - timedelta(days=3)
    choose(page, site.url, "odd.csv", f"Tag,Wer,Wie lange\n{day:%d/%m/%Y},V1,2\n{day:%d/%m/%Y},V1,two\n".encode())
    assert violations(page) == []
    page.get_by_role("link", name="We found no row of headings.").press("Enter")
    expect(page.get_by_label("Column A")).to_be_focused()
    for letter, meaning in (("A", "Date"), ("B", "Volunteer number"), ("C", "Hours")):
        page.get_by_label(f"Column {letter}").select_option(meaning)
    page.get_by_label("Activity, if the file does not say").fill("Garden")
    page.get_by_role("button", name="Look again").press("Enter")
    page.get_by_role("button", name="Add 1 entry").press("Enter")
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Get the rows to mend").click()
    assert downloaded.value.suggested_filename == "rows-to-mend.csv"
    text = downloaded.value.path().read_text("utf-8-sig")
    assert "What to mend" in text
    assert f"{day:%d/%m/%Y},V1,two" in text
