"""Cards through a coordinator's pages: make one, let them choose a PIN, print, make anew, stop, unlock, and the photo."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.spending.cards.test_photos import a_photo
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.jobs import run_waiting
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.card_models import Card
from timecredits.spending.second_checks import ShownCheck, secret_fits
from timecredits.web.database import db
from timecredits.web.jobs import handlers

PIN = "2580"


def cards_of(app: Flask) -> list[Card]:
    with app.app_context():
        return list(db.session().scalars(select(Card).order_by(Card.made_at, Card.id)))


def opens(card: Card, pin: str) -> bool:
    return secret_fits(card.secret_hash, ShownCheck(card.check.value, pin))


def work(app: Flask) -> None:
    with app.app_context():
        run_waiting(db.engine, handlers(app.config["KEYRING"]))


def make_card(staff: PageClient, world: World) -> Page:
    """Through the pages, with a PIN."""
    page = staff.get(f"/coordinator/people/{world.volunteer_id}").click("Make a card")
    page = page.submit("Make the card", check="pin")
    return page.submit("Save this PIN", pin=PIN, again=PIN)


def test_a_card_from_the_persons_page_to_the_printer(staff: PageClient, app: Flask, world: World) -> None:
    page = staff.get(f"/coordinator/people/{world.volunteer_id}").click("Make a card")
    page = page.submit("Make the card", check="pin")
    assert page.heading == "Ask Siân to type a PIN"
    page = page.submit("Save this PIN", pin=PIN, again=PIN)
    assert "The PIN is set." in page.text
    assert PIN not in page.response.text
    [card] = cards_of(app)
    assert opens(card, PIN)
    page = page.submit("Print this card")
    assert page.heading == "Making your cards"
    work(app)
    page = staff.get(page.path)
    assert page.heading == "Your cards are ready"
    file = page.click("Download the cards").response
    assert file.mimetype == "application/pdf"
    assert file.headers["Cache-Control"] == "no-store"
    assert file.headers["Content-Disposition"] == f'attachment; filename="cards-{clock.today().isoformat()}.pdf"'
    assert cards_of(app)[0].printed_at is not None
    assert "They have a card." in staff.get(f"/coordinator/people/{world.volunteer_id}").text


def test_a_pin_that_will_not_do_is_never_shown_back(staff: PageClient, app: Flask, world: World) -> None:
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/card/new").submit("Make the card", check="pin")
    for pin, again, said in (
        ("", "", "Type a PIN of 4 to 6 numbers."),
        ("9173", "9174", "The two PINs are not the same."),
        ("7777", "7777", "too easy to guess"),
        ("91a3", "91a3", "4 to 6 digits"),
    ):
        page = page.submit("Save this PIN", pin=pin, again=again)
        assert said in page.text
        assert not pin or pin not in page.response.text
    assert cards_of(app)[0].secret_hash is None


def test_a_word_is_kept_as_typed_until_it_will_do(staff: PageClient, app: Flask, world: World) -> None:
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/card/new")
    page = page.submit("Make the card", check="word", word="ab", name_on_card=None)
    assert "3 letters or more" in page.text
    assert page.fields("Make the card")["word"] == "ab"
    assert page.fields("Make the card")["check"] == "word"
    assert "name_on_card" not in page.fields("Make the card")
    page = page.submit("Make the card", word="blue kettle")
    assert page.heading == "Card of Siân O'Neill-Wyn"
    [card] = cards_of(app)
    assert not card.name_on_card
    assert opens(card, "Blue Kettle")


@pytest.mark.parametrize("check", [None, "photo", "face"])
def test_what_can_not_be_chosen_makes_no_card(staff: PageClient, app: Flask, world: World, check: str | None) -> None:
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/card/new").submit("Make the card", check=check)
    assert "Choose what places ask for." in page.text
    assert cards_of(app) == []


def test_the_form_sent_twice_makes_one_card_and_another_window_none(staff: PageClient, app: Flask, world: World) -> None:
    at = f"/coordinator/people/{world.volunteer_id}/card/new"
    first, other_window = staff.get(at), staff.get(at)
    for _ in range(2):
        first.submit("Make the card", check="word", word="blue kettle")
    assert "They have a card already." in other_window.submit("Make the card", check="pin").text
    assert len(cards_of(app)) == 1
    assert staff.get(at).heading == "Card of Siân O'Neill-Wyn"


def test_a_new_card_in_place_of_a_lost_one(staff: PageClient, app: Flask, world: World) -> None:
    make_card(staff, world)
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/card").click("Make a new card")
    assert "Choose why" in page.submit("Make the new card").text
    for _ in range(2):  # a double tap
        after = page.submit("Make the new card", because="lost")
    assert "The old card no longer works." in after.text
    old, new = cards_of(app)
    assert (old.ended_because, new.ended_at) == ("lost", None)
    assert opens(new, PIN)


def test_stopping_a_card(staff: PageClient, app: Flask, world: World) -> None:
    make_card(staff, world)
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/card").click("Stop this card")
    assert "The card still works." in page.submit("Stop the card", because="because").text
    after = page.submit("Stop the card", because="not wanted")
    assert "The card no longer works." in after.text
    assert "No card" in after.text
    page.submit("Stop the card", because="lost", status=404)
    assert [card.ended_because for card in cards_of(app)] == ["not wanted"]


def test_a_locked_card_is_opened_or_gets_a_new_pin(staff: PageClient, app: Flask, world: World) -> None:
    make_card(staff, world)
    for again in (False, True):
        with app.app_context():
            card = db.session.scalars(select(Card)).one()
            card.misses, card.locked_at = 5, clock.now()
            db.session.commit()
        page = staff.get(f"/coordinator/people/{world.volunteer_id}/card")
        assert "The credits are safe." in page.text
        if again:
            page.click("Choose a new PIN").submit("Save this PIN", pin="8642", again="8642")
        else:
            page.submit("Let them try again")
        [standing] = cards_of(app)
        assert (standing.locked_at, standing.misses) == (None, 0)
        assert opens(standing, "8642" if again else PIN)


def test_the_list_and_the_ticked(staff: PageClient, app: Flask, world: World) -> None:
    make_card(staff, world)
    with app.app_context():
        people = [
            enrol_volunteer(db.session(), world.programme_id, world.organisation_id, first_name=f"Person {number}").volunteer.id
            for number in range(30)
        ]
        db.session.commit()
    page = staff.get("/coordinator/people").click("Cards")
    assert "31 people" in page.text
    assert "Not printed" in page.text
    page = page.submit("Print cards for the ticked people")
    assert "Tick one person or more." in page.text
    page = page.submit("Print cards for the ticked people", person=[str(people[0]), "nonsense", str(world.other_volunteer_id)])
    assert page.heading == "Making your cards"
    work(app)
    page = staff.get(page.path)
    assert "1 card in one file. It is new." in page.text
    page = page.click("See who needs a PIN")
    assert "1 person" in page.text
    assert "Nobody found" in staff.get("/coordinator/cards?q=zzz").text
    assert "31 people" in staff.get("/coordinator/cards?show=nonsense&page=2").text


def test_printing_for_all_who_have_none(staff: PageClient, app: Flask) -> None:
    page = staff.get("/coordinator/cards").click("Print cards")
    assert "New cards for people who have none (1)" in page.text
    assert "Cards not printed yet" not in page.text
    assert "Choose whose cards" in page.submit("Make the file", which="nonsense").text
    done = page.submit("Make the file", which="none")
    assert page.submit("Make the file", which="none").path == done.path, "sent twice is one job"
    work(app)
    assert "1 card in one file." in staff.get(done.path).text
    assert len(cards_of(app)) == 1


def test_a_photo_with_the_persons_yes(staff: PageClient, app: Flask, world: World) -> None:
    at = f"/coordinator/people/{world.volunteer_id}"
    staff.get(f"{at}/photo.jpg", status=404)
    page = staff.get(f"{at}/card").click("Add a photo")
    assert "Choose a photo first." in page.submit("Save the photo", agreed="y").text
    picture = (BytesIO(a_photo()), "me.png")
    assert "Ask them first." in page.submit("Save the photo", picture=picture).text
    drawing = (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "me.png")
    assert "JPEG, PNG or WebP" in page.submit("Save the photo", picture=drawing, agreed="y").text
    page = page.submit("Save the photo", picture=(BytesIO(a_photo()), "me.png"), agreed="y")
    assert "We keep only the picture" in page.text
    answer = staff.http.get(f"{at}/photo.jpg")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert page.click("Make a card").submit("Make the card", check="photo").heading == "Card of Siân O'Neill-Wyn"
    page = staff.get(f"{at}/photo").submit("Remove it now")
    assert page.heading == "Ask Siân to type a PIN"
    staff.get(f"{at}/photo.jpg", status=404)
    with app.app_context():
        assert db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)).photo_id is None


def sent(client: PageClient, path: str, fields: dict[str, Any], content: bytes, status: int) -> Page:
    """A form with a file, written out here: werkzeug's own test form leaves a large file open."""
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    head = '--edge\r\nContent-Disposition: form-data; name="picture"; filename="me.png"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + b"\r\n--edge--\r\n"
    answer = client.http.post(path, data=body, content_type="multipart/form-data; boundary=edge", follow_redirects=True)
    return client._checked(answer, status)


def test_a_picture_may_be_larger_than_other_files_but_not_too_large(staff: PageClient, world: World) -> None:
    at = f"/coordinator/people/{world.volunteer_id}/photo"
    fields = {**staff.get(at).fields(), "agreed": "y"}
    large = a_photo() + b"\0" * (4 * 1024 * 1024)
    assert "We keep only the picture" in sent(staff, at, fields, large, 200).text
    too_large = b"\0" * (6 * 1024 * 1024)
    assert "5 MB or less" in sent(staff, at, {**fields, "new_id": str(uuid4())}, too_large, 413).text
    assert "2 MB or less" in sent(staff, "/coordinator/imports", fields, large, 413).text


def test_another_organisation_meets_a_missing_page(client: PageClient, app: Flask, world: World) -> None:
    job = make_card(world.sign_in(client, "coordinator"), world).submit("Print this card").path
    work(app)
    stranger = world.sign_in(PageClient(app), "other_coordinator")
    token: dict[str, Any] = {
        "csrf_token": stranger.get("/coordinator/cards").fields("Print cards for the ticked people")["csrf_token"]
    }
    for who in (world.volunteer_id, uuid4()):
        for page in ("card", "card/new", "card/anew", "card/check", "card/pin", "card/stop", "photo", "photo.jpg"):
            stranger.get(f"/coordinator/people/{who}/{page}", status=404)
        for act in ("card/print", "card/unlock", "card/stop", "card/anew", "card/pin", "photo/remove"):
            stranger.post(f"/coordinator/people/{who}/{act}", token, status=404)
    for path in (job, f"{job}/cards.pdf"):
        stranger.get(path, status=404)
    stranger.post(f"{job}/again", token, status=404)
    ticked = stranger.post(
        "/coordinator/cards/print/ticked", {**token, "new_id": str(uuid4()), "person": str(world.volunteer_id)}
    )
    assert "There is no card to print." in ticked.text
