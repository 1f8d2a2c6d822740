"""Signing in with a card and its PIN: two fields, and every page then does without an email address."""

from typing import Any

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.cards.test_issuing import PIN, make
from tests.web.world import World
from timecredits.network.models import RoleKind, User, Volunteer
from timecredits.network.tries import count_try
from timecredits.network.users import give_role
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.card_models import Card
from timecredits.spending.cards.card_sign_in import MISSES_WITHIN, MOST_MISSES_IN_ALL
from timecredits.spending.cards.stopping import CardEnd, stop_card
from timecredits.web.database import db

pytestmark = pytest.mark.usefixtures("steady_clock")
WRONG = "That card and PIN do not go together."
LOCKED = "To keep your credits safe, we locked this card."


@pytest.fixture
def card(app: Flask, world: World) -> Card:
    """Of somebody who has no email and never signed in."""
    with app.app_context():
        here = world.programme_id, world.organisation_id
        friend = enrol_volunteer(db.session(), *here, first_name="Zoë", last_name="Brown").volunteer
        return kept(make(db.session(), world, volunteer_id=friend.id))


def kept(card: Card) -> Card:
    """Commit it, to be read on after its session."""
    db.session.commit()
    db.session.refresh(card)
    db.session.expunge(card)
    return card


def sign_in(client: PageClient, code: str, pin: str = PIN, **kwargs: Any) -> Any:
    return client.get("/sign-in/card").submit("Sign in", code=code, pin=pin, **kwargs)


def test_two_fields_from_the_first_page(client: PageClient, card: Card) -> None:
    page = client.get("/sign-in").click("I have a card and a PIN")
    page = page.submit("Sign in", code=f" {card.code[:4].lower()}-{card.code[4:]} ", pin=PIN)
    assert page.path == "/my/"
    assert "Zoë" in page.soup.select_one(".tc-header__who").get_text()  # type: ignore[union-attr]
    assert client.get("/sign-in/card").path == "/my/"


def test_the_page_that_was_wanted_comes_next(client: PageClient, card: Card) -> None:
    assert client.get("/my/hours").path == "/sign-in"
    assert sign_in(client, card.code).path == "/my/hours"


@pytest.mark.parametrize(
    "path",
    ["/my/", "/my/settings", "/my/settings/name", "/my/settings/credits", "/my/card", "/my/reminders", "/my/hours", "/my/code"],
)
def test_every_page_does_without_an_email(client: PageClient, card: Card, path: str) -> None:
    sign_in(client, card.code)
    assert "None@" not in client.get(path).response.text
    assert 'value="None"' not in client.get(path).response.text


def test_a_password_goes_with_an_email(client: PageClient, card: Card) -> None:
    sign_in(client, card.code)
    assert "Password" not in client.get("/my/settings").text
    page = client.get("/how-i-sign-in/password")
    assert page.path == "/how-i-sign-in"
    assert "A password goes with an email address" in page.text


def test_what_is_missing_is_said(client: PageClient) -> None:
    page = sign_in(client, "", "")
    assert "Type the 8 letters and numbers on your card." in page.text
    assert "Type your PIN." in page.text


def test_an_unknown_code_and_a_wrong_pin_read_the_same(client: PageClient, app: Flask, card: Card) -> None:
    texts = []
    for code in (card.code, "ZZZZZZZZ", "☃" * 300):
        browser = PageClient(app)
        said = [sign_in(browser, code, "9753") for _ in range(6)]
        assert [WRONG in each.text for each in said] == [True] * 4 + [False] * 2
        assert [LOCKED in each.text for each in said] == [False] * 4 + [True] * 2
        assert {each.response.status_code for each in said} == {200}
        assert all("9753" not in each.response.text for each in said)
        texts.append([each.text for each in said])
    assert texts[0] == texts[1] == texts[2]
    assert LOCKED in sign_in(client, card.code).text


def test_what_was_typed_stays_but_the_pin(client: PageClient, card: Card) -> None:
    page = sign_in(client, card.code, "9753")
    assert page.fields("Sign in")["code"] == card.code
    assert page.fields("Sign in")["pin"] == ""


def test_staff_are_sent_to_their_password(client: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        give_role(
            db.session(),
            world.programme_id,
            world.users["volunteer"],
            RoleKind.COORDINATOR,
            organisation_id=world.organisation_id,
        )
        mine = kept(make(db.session(), world))
    assert "please sign in with your password" in sign_in(client, mine.code).text
    assert client.get("/my/").path == "/sign-in"


def test_a_card_opens_its_own_programmes_side_only(client: PageClient, app: Flask, world: World) -> None:
    """Somebody who is two volunteers says by the card which of them they are."""
    with app.app_context():
        db.session().get_one(User, world.users["volunteer"]).email = None
        other = db.session().get_one(Volunteer, (world.programme_id, world.other_volunteer_id))
        other.user_id = world.users["volunteer"]
        mine = kept(make(db.session(), world))
    page = sign_in(client, mine.code)
    assert page.path == "/my/"
    assert "Siân" in page.soup.select_one(".tc-header__who").get_text()  # type: ignore[union-attr]


def test_stopping_the_card_signs_out_at_the_next_request(client: PageClient, app: Flask, world: World, card: Card) -> None:
    sign_in(client, card.code)
    assert client.get("/my/").path == "/my/"
    with app.app_context():
        where: dict[str, Any] = {"organisation_id": world.organisation_id, "actor_id": None}
        stop_card(db.session(), world.programme_id, card.volunteer_id, CardEnd.STOLEN, **where)
        db.session.commit()
    assert client.get("/my/").path == "/sign-in"
    assert WRONG in sign_in(client, card.code).text


def test_many_misses_from_everybody_make_a_pause(client: PageClient, app: Flask, card: Card) -> None:
    with app.app_context():
        for _ in range(MOST_MISSES_IN_ALL):
            count_try(db.session(), "card sign-in misses", within=MISSES_WITHIN)
        db.session.commit()
    assert "Wait 10 minutes." in sign_in(client, card.code, status=429).text
