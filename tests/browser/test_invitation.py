"""Somebody is invited on a phone and begins to work, with and without JavaScript: by the slip's code, and by the link."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from tests.web.world import app_code
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import code_of
from timecredits.network.roles import Workplace
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_slip_is_made_typed_and_leads_to_work(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    office = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(office, "owner")
    page = office.new_page()
    page.goto(f"{site.url}/coordinator/staff")
    page.get_by_role("button", name="Invite somebody").tap()
    page.get_by_label("On paper.").check()
    page.get_by_label("Their name, if you chose paper").fill("Jo Reed")
    page.get_by_role("button", name="Invite them").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("The slip is ready.")
    with site.app.app_context():
        slip = db.session().scalars(select(Invitation.id)).one()
        place = Workplace(organisation_id=site.world.organisation_id)
        code = code_of(db.session(), site.app.config["KEYRING"], site.world.programme_id, place, slip)
        db.session.rollback()
    home = open_context(**PHONE, has_touch=True, java_script_enabled=javascript).new_page()
    home.goto(f"{site.url}/join")
    home.get_by_label("The 12 letters and numbers on your slip").fill(f"{code[:4]} {code[4:8]} {code[8:]}".lower())
    home.get_by_role("button", name="Go on").tap()
    expect(home.locator("main")).to_contain_text("Riverside Trust")
    link = home.url
    home.get_by_label("Your email address, to sign in with").fill("jo@example.org")
    home.get_by_label("A new password, at least 12 characters").fill("eleven slow green boats")
    home.get_by_role("button", name="Yes, I will do it").tap()
    expect(home.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    home.get_by_label("The 6 digits").fill(app_code(home.locator(".tc-app-key").inner_text().replace(" ", "")))
    home.get_by_role("button", name="Save this app").tap()
    home.get_by_label("I have kept them").check()
    home.get_by_role("button", name="Go on").tap()
    expect(home.locator(".tc-flashes")).to_contain_text("Welcome. You can begin now.")
    page.goto(f"{site.url}/coordinator/staff")
    expect(page.get_by_role("link", name="Jo Reed")).to_be_visible()
    again = open_context(**PHONE, has_touch=True, java_script_enabled=javascript).new_page()
    again.goto(link)
    expect(again.get_by_role("heading", level=1)).to_have_text("This invitation does not work")
