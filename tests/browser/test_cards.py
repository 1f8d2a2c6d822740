"""Cards in a real browser: one lost and made anew until its PDF is in hand, and signing in with it, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import OpenContext, arrive
from tests.real.served import ServeApp
from tests.spending.cards.test_issuing import PIN, make
from tests.spending.cards.test_printing import codes_on, sheets
from timecredits.network.models import Programme, User
from timecredits.spending.card_models import Card
from timecredits.spending.codes import CardParts, encode_card
from timecredits.web.database import db

pytestmark = pytest.mark.browser
PATIENCE = 60_000


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    with served.app.app_context():
        make(db.session(), served.world)
        db.session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


def live(site: ServedWorld) -> tuple[str, str]:
    """What the live card's code says, and what is typed for it."""
    with site.app.app_context():
        card = db.session().scalars(select(Card).where(Card.ended_at.is_(None))).one()
        number = db.session().get_one(Programme, card.programme_id).number
        return encode_card(site.app.config["KEYRING"], CardParts(number, card.serial)), card.code


def sign_in_by_keyboard(page: Page, url: str, code: str, pin: str) -> None:
    page.goto(f"{url}/sign-in/card")
    page.get_by_label("The 8 letters and numbers on your card").focus()
    page.keyboard.type(code)
    page.keyboard.press("Tab")
    page.keyboard.type(pin)
    page.keyboard.press("Enter")


def test_a_lost_card_is_made_anew_and_its_sheet_holds_the_new_code(
    site: ServedWorld, open_context: OpenContext, tmp_path: Path
) -> None:
    old = live(site)
    context = open_context(accept_downloads=True)
    site.sign_in(context, "coordinator")
    page = context.new_page()
    page.goto(f"{site.url}/coordinator/people/{site.world.volunteer_id}")
    page.get_by_role("link", name="Open their card").click()
    arrive(page, "Card of Siân")
    assert violations(page) == []
    page.get_by_role("button", name="Make a new card").click()
    arrive(page, "Make a new card for Siân")
    page.get_by_label("It is lost").check()
    page.get_by_role("button", name="Make the new card").click()
    arrive(page, "Card of Siân")
    page.get_by_role("button", name="Print this card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cards are ready", timeout=PATIENCE)
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the cards").click()
    front, back = sheets(download.value.path().read_bytes(), tmp_path)
    new = live(site)
    assert new != old
    assert codes_on(front)[0, 0][0] == codes_on(back)[0, 1][0] == new[0]


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_with_two_fields_and_no_mouse(site: ServedWorld, open_context: OpenContext, scripts: bool) -> None:  # noqa: FBT001
    _qr_text, code = live(site)
    with site.app.app_context():
        db.session.get_one(User, site.world.users["volunteer"]).email = None
        db.session.commit()
        db.engine.dispose()
    page = open_context(java_script_enabled=scripts).new_page()
    sign_in_by_keyboard(page, site.url, code.lower(), "9753")
    arrive(page, "Error: Sign in with your card")
    if scripts:
        assert violations(page) == []
    expect(page.get_by_label("Your PIN", exact=True)).to_have_value("")
    sign_in_by_keyboard(page, site.url, code.lower(), PIN)
    expect(page).to_have_url(f"{site.url}/my/")
    page.goto(f"{site.url}/my/card")
    expect(page.get_by_role("main")).to_contain_text("You have a card.")
