"""Looking somebody up at a till: line 20 of the list, and never without the second check."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.spending.shop import PIN, make_card
from tests.web.till.test_scanning import count
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.look_up import MOST_FOUND
from timecredits.spending.models import Redemption, RedemptionAttempt
from timecredits.spending.showing import LOOK_UP_FOR
from timecredits.web.database import db


@pytest.fixture
def card(app: Flask, world: World) -> None:
    with app.app_context():
        make_card(db.session(), world)
        db.session.commit()


def search(till: PageClient, words: str) -> Page:
    return till.get("/till/look-up").submit("Look", words=words)


def tokens(page: Page) -> list[str]:
    return [str(each["value"]) for each in page.soup.select("input[name=code]")]


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("words", ["", "   ", "Sia", "a b c", "O'N"])
def test_20_a_name_search_needs_4_letters(till: PageClient, words: str) -> None:
    page = search(till, words)
    assert page.soup.select_one(".govuk-error-summary") is not None
    assert page.fields("Look")["words"] == words.strip()
    assert tokens(page) == []


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("words", ["Siân", "sian", "SIAN O", "o'neill sian"])
def test_20_a_name_search_shows_first_name_and_initial_only(till: PageClient, words: str) -> None:
    page = search(till, words)
    assert "Siân O." in page.text
    assert "Neill" not in page.response.text.replace(words, "").replace(words.replace("'", "&#39;"), "")
    assert len(tokens(page)) == 1


def test_20_a_name_search_finds_only_who_has_a_card_with_a_pin_or_word(app: Flask, till: PageClient, world: World) -> None:
    assert "Nobody was found" in search(till, "Siân").text
    with app.app_context():
        make_card(db.session(), world, SecondCheck.PHOTO)
        db.session.commit()
    assert "Nobody was found" in search(till, "Siân").text
    assert "Nobody was found" in search(till, "%___").text


def test_20_a_name_search_shows_at_most_8(app: Flask, till: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        for number in range(MOST_FOUND + 3):
            person = enrol_volunteer(
                session, world.programme_id, world.organisation_id, first_name="Alexandra", last_name=f"Z{number}"
            )
            make_card(session, world, volunteer_id=person.volunteer.id)
        session.commit()
    assert len(tokens(search(till, "alex"))) == MOST_FOUND


@pytest.mark.usefixtures("card")
def test_who_is_chosen_still_shows_their_pin(app: Flask, till: PageClient) -> None:
    page = search(till, "Siân")
    asked = page.submit("Go on", code=tokens(page)[0], adults="2")
    assert "Ask for their PIN." in asked.text
    assert count(app, Redemption) == 0
    done = asked.submit("Go on", check=PIN)
    assert "Done. 2 credits taken." in done.text
    with app.app_context():
        assert db.session().scalars(select(Redemption.way)).one() == "look_up"


@pytest.mark.usefixtures("card")
def test_nobody_chosen_takes_nothing(app: Flask, till: PageClient) -> None:
    assert "Nothing was taken." in search(till, "Siân").submit("Go on").text
    assert count(app, Redemption) == 0


@pytest.mark.usefixtures("card")
def test_a_name_s_token_ends_and_belongs_to_its_till(app: Flask, till: PageClient, world: World) -> None:
    page = search(till, "Siân")
    token = tokens(page)[0]
    with clock.standing_at(clock.now() + 2 * LOOK_UP_FOR):
        assert "Nothing was taken." in page.submit("Go on", code=token).text
    with app.app_context():
        card_id = db.session().scalars(select(Card.id)).one()
    for forged in (
        f"card:{card_id}",
        str(card_id),
        f"LOOK:{card_id.hex}.1.AAAA",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token + "é",
    ):
        answer = page.submit("Go on", code=forged, id=str(uuid4()))
        assert "Nothing was taken." in answer.text or "Ask for their PIN" not in answer.text
    with app.app_context():
        assert "check_needed" not in db.session().scalars(select(RedemptionAttempt.outcome)).all()
    assert world.till_id


def test_only_a_till_looks_people_up(phone: PageClient) -> None:
    assert phone.get("/till/look-up", follow=False, status=302).response.location == "/till/pair"
