"""A programme manager on a phone makes one record of two and takes it back, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    here = (served.world.programme_id, served.world.organisation_id)
    with served.app.app_context():
        for number in ("Q1", "Q2"):
            enrol_volunteer(db.session(), *here, first_name="Perpetua", last_name="Quill", number=number)
        db.session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_one_record_of_two_and_back(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "manager")
    page = context.new_page()
    page.goto(f"{site.url}/programme/duplicates/look-up")
    page.get_by_label("First person").fill("Q1")
    page.get_by_label("Second person").fill("Q2")
    page.get_by_role("button", name="Look them up").tap()
    page.get_by_role("button", name="Compare the two").tap()
    page.get_by_role("button", name="Keep this record").first.tap()
    page.get_by_label("How do you know it is one person?").fill("Same phone")
    page.get_by_role("button", name="Make one record").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("The two records are one now.")
    page.get_by_role("button", name="Take the merge back").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("There are two records again.")
