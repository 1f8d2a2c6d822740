"""A card's second check at the till, without JavaScript: the question, what goes with its answer, and the photo meanwhile."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.spending.shop import PIN, make_card, make_note
from tests.web.till.test_scanning import BUTTON, count, typed_code, use
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import Picture, Volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import CardParts, NoteParts, encode_card, encode_note
from timecredits.spending.models import Redemption, RedemptionAttempt
from timecredits.spending.second_checks import hash_secret
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.web.database import db

GO_ON, YES, NO = "Go on", "Yes, it is them", "No"


def card_of(app: Flask, world: World, check: SecondCheck = SecondCheck.PIN, **changes: Any) -> str:
    """Make a card and answer what its square code says."""
    with app.app_context():
        session = db.session()
        if check is SecondCheck.PHOTO:
            _give_photo(world)
        card = make_card(session, world, check, **changes)
        text = encode_card(app.config["KEYRING"], CardParts(1, card.serial))
        session.commit()
        return text


def _give_photo(world: World) -> None:
    session, drawn = db.session(), io.BytesIO()
    Image.new("RGB", (40, 50), (120, 150, 190)).save(drawn, "JPEG")
    picture = Picture(
        programme_id=world.programme_id, id=new_id(), jpeg=drawn.getvalue(), width=40, height=50, made_at=clock.now()
    )
    session.add(picture)
    session.flush()
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).photo_id = picture.id


def photo_address(page: Page) -> str:
    photo = page.soup.select_one("img.tc-question__photo")
    assert photo is not None
    return str(photo["src"])


def test_a_card_alone_asks_for_the_pin_and_takes_nothing(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world), adults="2")
    assert "Ask for their PIN." in page.text
    assert "Siân" not in page.text, "a card that was found says whose it is only once they showed that it is theirs"
    assert count(app, Redemption) == 0
    field = page.soup.select_one("#check")
    assert field is not None
    assert {name: field[name] for name in ("type", "inputmode", "autocomplete")} == {
        "type": "password",
        "inputmode": "numeric",
        "autocomplete": "off",
    }
    done = page.submit(GO_ON, check=PIN)
    assert "Done. 2 credits taken." in done.text
    assert "Siân O., Swim, one hour" in done.text
    assert page.fields(BUTTON)["code"] == "", "the code stands in the question, not in the field for the next person"


def test_the_question_goes_out_under_an_id_of_its_own_and_twice_takes_once(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world))
    assert page.fields(GO_ON)["id"] != page.fields(BUTTON)["id"]
    page.submit(GO_ON, check=PIN)
    again = page.submit(GO_ON, check=PIN)
    assert "Already done." in again.text
    assert count(app, Redemption) == 1


def test_a_wrong_pin_says_how_many_tries_are_left_and_asks_again(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world))
    for left in (4, 3, 2):
        page = page.submit(GO_ON, check="0000")
        assert "That PIN is not right. Nothing was taken." in page.text
        assert f"There are {left} more tries." in page.text
    assert "There is 1 more try." in page.submit(GO_ON, check="0000").text
    locked = page.submit(GO_ON, check="0000", id=str(uuid4()))
    assert "This card is locked for now. Nothing was taken." in locked.text
    assert locked.soup.select_one("#check") is None
    refused = page.submit(GO_ON, check=PIN, id=str(uuid4()))
    assert "This card is locked for now." in refused.text
    assert count(app, Redemption) == 0


def test_nothing_typed_asks_again_and_costs_no_try(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world))
    for typed in ("", "   "):
        again = page.submit(GO_ON, check=typed, id=str(uuid4()))
        assert "Ask for their PIN." in again.text
    with app.app_context():
        assert db.session().scalars(select(Card.misses)).one() == 0


def test_a_word_is_typed_by_staff_however_it_is_spelt(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world, SecondCheck.WORD, secret_hash=hash_secret(SecondCheck.WORD, "Bluebell")))
    assert "Ask for their word." in page.text
    assert "That word is not the one." in page.submit(GO_ON, check="Daffodil").text
    page = use(till, card_of_known(app))
    assert "Done. 1 credit taken." in page.submit(GO_ON, check=" BLUEBELL ").text


def card_of_known(app: Flask) -> str:
    with app.app_context():
        card = db.session().scalars(select(Card).where(Card.ended_at.is_(None))).one()
        return encode_card(app.config["KEYRING"], CardParts(1, card.serial))


def test_a_photo_is_looked_at_and_staff_say_yes_or_no(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world, SecondCheck.PHOTO))
    assert "Is this Siân O.?" in page.text
    seen = till.http.get(photo_address(page))
    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert seen.headers["Cache-Control"] == "no-store"
    assert "You said no. Nothing was taken." in page.submit(NO).text
    page = use(till, card_of_known(app))
    assert "Done. 1 credit taken." in page.submit(YES).text


def test_the_photo_is_there_only_while_this_till_is_asked(app: Flask, till: PageClient, phone: PageClient, world: World) -> None:
    page = use(till, card_of(app, world, SecondCheck.PHOTO))
    address = photo_address(page)
    with app.app_context():
        session = db.session()
        paired = pair_till(session, begin_pairing(session, world.venue_id, till_name="Back door", made_by=None))
        assert paired is not None
        token = paired.token
        session.commit()
    other = PageClient(app)
    other.http.set_cookie("till", token)
    assert other.http.get(address).status_code == 404
    assert PageClient(app).http.get(address).status_code == 302
    assert phone.http.get(address).status_code == 302
    assert till.http.get(f"/till/photo/{uuid4()}").status_code == 404
    with clock.standing_at(clock.now() + timedelta(minutes=2, seconds=1)):
        assert till.http.get(address).status_code == 404
    assert till.http.get(address).status_code == 200


@pytest.mark.parametrize("check", [SecondCheck.PIN, SecondCheck.WORD])
def test_a_photo_is_not_shown_for_another_check(app: Flask, till: PageClient, world: World, check: SecondCheck) -> None:
    with app.app_context():
        _give_photo(world)
        db.session.commit()
    use(till, card_of(app, world, check))
    with app.app_context():
        attempt_id: UUID = db.session().scalars(select(RedemptionAttempt.id)).one()
    assert till.http.get(f"/till/photo/{attempt_id}").status_code == 404


def test_the_8_letters_of_a_card_and_of_a_note_are_typed(app: Flask, till: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        card_code, note_code = make_card(session, world).code, make_note(session, world).code
        session.commit()
    page = use(till, f"{card_code[:4]} {card_code[4:].lower()}")
    assert "Done. 1 credit taken." in page.submit(GO_ON, check=PIN).text
    noted = use(till, note_code)
    assert "Done. 1 credit taken." in noted.text
    assert "A note" in noted.text
    assert "note was used before" in use(till, note_code).text or "Already done." in use(till, note_code).text


def test_a_note_is_taken_by_its_square_code_and_says_nobody_s_name(app: Flask, till: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        note = make_note(session, world, 120)
        text = encode_note(app.config["KEYRING"], NoteParts(1, note.serial, note.minutes, note.expires_on))
        session.commit()
    page = use(till, text)
    assert "Done. 1 credit taken." in page.text
    assert "Siân" not in page.text


def test_each_answer_has_its_own_panel(app: Flask, till: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
        volunteer.frozen_at, volunteer.frozen_because = clock.now(), "for a test"
        session.commit()
    page = use(till, card_of(app, world))
    panel = page.soup.select_one("[data-result]")
    assert panel is not None
    assert panel["data-result"] == "locked"
    assert "for a test" not in page.text
    assert panel.select_one("svg") is not None, "a sign beside the colour"


def test_the_fragment_holds_the_question(app: Flask, till: PageClient, world: World) -> None:
    fields = {**till.get("/till").fields(BUTTON), "code": card_of(app, world)}
    response = till.http.post("/till/use", data=fields, headers={"X-Fragment": "result"})
    part = BeautifulSoup(response.text, "html.parser")
    question = part.select_one("[data-answer] form[data-question=pin]")
    assert question is not None
    assert question["data-code"] == fields["code"]
    assert part.select_one("[data-last]") is not None


def test_what_was_typed_is_kept_nowhere(app: Flask, till: PageClient, world: World) -> None:
    page = use(till, card_of(app, world))
    page.submit(GO_ON, check="5318")
    with app.app_context():
        rows = db.session().execute(select(RedemptionAttempt.answer, RedemptionAttempt.body_hash)).all()
        assert len(rows) == 2
        assert not any(re.search("5318", str(row)) for row in rows)
        assert db.session().scalar(select(func.count()).select_from(Redemption)) == 0


def test_the_list_alone_shows_what_was_taken(till: PageClient, phone: PageClient) -> None:
    use(till, typed_code(phone))
    part = BeautifulSoup(till.http.get("/till/last").text, "html.parser")
    assert part.select_one("html") is None
    assert "Siân O." in part.get_text()
