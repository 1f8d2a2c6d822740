"""My card: what it asks for, a new PIN, stopping it when it is lost, taking back the yes to a photo."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.cards.test_issuing import PIN, make
from tests.spending.cards.test_photos import add
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.models import Volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.finding import find_live_card
from timecredits.spending.second_checks import ShownCheck, secret_fits
from timecredits.web.database import db


@pytest.fixture
def card(app: Flask, world: World) -> Card:
    with app.app_context():
        made = make(db.session(), world)
        db.session.commit()
        return made


def live(app: Flask, world: World) -> Card | None:
    with app.app_context():
        return find_live_card(db.session(), world.programme_id, world.volunteer_id)


def test_without_a_card(me: PageClient) -> None:
    page = me.get("/my/settings").click("Look at my card")
    assert "You have no card" in page.text
    for path in ("check", "pin", "stop"):
        me.get(f"/my/card/{path}", status=404)
    assert me.get("/my/card/photo").path == "/my/card"
    me.get("/my/card/photo.jpg", status=404)


@pytest.mark.usefixtures("card")
def test_a_new_pin(me: PageClient, app: Flask, world: World) -> None:
    elsewhere = world.sign_in(PageClient(app), "volunteer")
    page = me.get("/my/card").click("Change pin")
    assert "The two PINs are not the same." in page.submit("Save my PIN", pin="8642", again="8643").text
    assert "too easy" in page.submit("Save my PIN", pin="1111", again="1111").text
    page = page.submit("Save my PIN", pin="8642", again="8642")
    assert "Your new PIN works from now on." in page.text
    assert "8642" not in page.response.text
    standing = live(app, world)
    assert standing is not None
    assert secret_fits(standing.secret_hash, ShownCheck("pin", "8642"))
    assert elsewhere.get("/my/").path == "/sign-in"
    assert me.get("/my/").path == "/my/"


@pytest.mark.usefixtures("card")
def test_a_word_in_place_of_the_pin_and_back(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/card").click("Change places ask for")
    assert "A photo and the first name" not in page.text
    page = page.submit("Save my choice", check="word", word="x")
    assert page.fields("Save my choice")["word"] == "x"
    assert "Your word" in page.submit("Save my choice", word="blue kettle").text
    page = me.get("/my/card/check").submit("Save my choice", check="pin")
    assert page.heading == "Choose your PIN"
    assert "Your card does not work yet." in me.get("/my/card").text
    page.submit("Save my PIN", pin=PIN, again=PIN)
    standing = live(app, world)
    assert standing is not None
    assert standing.secret_hash is not None


@pytest.mark.usefixtures("card")
def test_i_lost_my_card(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/card").click("I lost my card").submit("Stop my card")
    assert "Nobody can use that card now." in page.text
    assert "You have no card" in page.text
    assert live(app, world) is None
    assert me.get("/my/").path == "/my/"


@pytest.mark.usefixtures("card")
def test_a_locked_card_is_told_of_and_opened_with_a_new_pin(me: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        found = find_live_card(db.session(), world.programme_id, world.volunteer_id)
        assert found is not None
        found.misses, found.locked_at = 5, clock.now()
        db.session.commit()
    assert "So we locked your card." in me.get("/my/card").text
    me.get("/my/card/pin").submit("Save my PIN", pin="8642", again="8642")
    standing = live(app, world)
    assert standing is not None
    assert standing.locked_at is None


def test_my_photo_and_taking_the_yes_back(me: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        add(db.session(), world)
        make(db.session(), world, check=SecondCheck.PHOTO)
        db.session.commit()
    assert me.http.get("/my/card/photo.jpg").headers["Cache-Control"] == "no-store"
    page = me.get("/my/card").click("Look at photo")
    page = page.submit("Remove my photo")
    assert page.heading == "Choose your PIN"
    me.get("/my/card/photo.jpg", status=404)
    with app.app_context():
        assert db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)).photo_id is None


@pytest.mark.usefixtures("card")
def test_another_volunteer_sees_a_card_of_their_own_or_none(app: Flask, world: World) -> None:
    other = world.sign_in(PageClient(app), "other_volunteer")
    assert "You have no card" in other.get("/my/card").text
    other.get("/my/card/stop", status=404)
