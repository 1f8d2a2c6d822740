"""Asking to be in touch on a phone, with and without JavaScript: five pages, six fields; then staff enrol in one step."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    world = served.world
    with served.app.app_context():
        set_takes_requests(db.session(), world.programme_id, world.organisation_id, takes=True, actor_id=None)
        db.session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


def answer(page: Page) -> None:
    """All six fields, on five pages."""
    page.get_by_label("Somebody to talk to").check()
    page.get_by_role("button", name="Go on").tap()
    page.get_by_label("What shall we call you?").fill("Nia Bell")
    page.get_by_role("button", name="Go on").tap()
    page.get_by_label("Your phone number").fill("01632 960123")
    page.get_by_label("Your email").fill("nia@bell.example")
    page.get_by_role("button", name="Go on").tap()
    page.get_by_label("In the morning").check()
    page.get_by_role("button", name="Go on").tap()
    page.get_by_label("Is there anything we should know?").fill("I like gardens.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_five_pages_then_enrolled_in_one_step(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    page = open_context(**PHONE, has_touch=True, java_script_enabled=javascript).new_page()
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    page.goto(f"{site.url}/in/fenland/ask")
    page.get_by_role("button", name="Ask them Riverside Trust").tap()
    answer(page)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you")
    assert len({each for each in seen if each.rsplit("/", 1)[-1].isdecimal()}) == 5
    assert not [each for each in seen if "Nia" in each or "960123" in each or "?" in each]
    page.go_back()
    expect(page.locator("main")).not_to_contain_text("There is a problem")

    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "owner")
    staff = context.new_page()
    staff.goto(f"{site.url}/coordinator/referrals")
    staff.get_by_role("link", name="Nia Bell").tap()
    expect(staff.locator("main")).to_contain_text("I like gardens.")
    staff.get_by_role("button", name="They join").tap()
    expect(staff.get_by_label("First name")).to_have_value("Nia")
    staff.get_by_role("button", name="Save", exact=True).tap()
    expect(staff.locator(".tc-flashes")).to_contain_text("Nia Bell has joined.")
    staff.get_by_role("link", name="Nia Bell").tap()
    expect(staff.get_by_role("heading", level=1)).to_contain_text("Nia Bell")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_leaving_in_a_hurry_leaves_nothing_behind(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    page = open_context(**PHONE, has_touch=True, java_script_enabled=javascript).new_page()
    page.goto(f"{site.url}/in/fenland/ask")
    page.get_by_role("button", name="Ask them Riverside Trust").tap()
    answer(page)
    page.goto(f"{site.url}/in/fenland/ask/2")
    expect(page.get_by_label("What shall we call you?")).to_have_value("Nia Bell")
    page.request.get(f"{site.url}/exit", max_redirects=0)
    page.goto(f"{site.url}/in/fenland/ask/2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask us to get in touch")
    expect(page.locator("body")).not_to_contain_text("Nia Bell")
