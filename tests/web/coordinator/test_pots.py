"""An organisation's pots: give to many, take back, an outing's note, and a person's gifts, as pages."""

from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.shop import earn
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import run_waiting
from timecredits.network.preferences import set_wants_credits
from timecredits.spending.giving import gift_jobs
from timecredits.spending.giving.funding import fill_pot
from timecredits.spending.giving.gifts import Giver, give_to_person
from timecredits.spending.giving.pots import find_pot, make_pot
from timecredits.spending.giving_models import PotKind
from timecredits.web.database import db


def make(app: Flask, world: World, organisation_id: UUID, minutes: int) -> UUID:
    pot_id = new_id()
    with app.app_context():
        here = db.session(), world.programme_id
        own = {"kind": PotKind.ORGANISATION, "organisation_id": organisation_id}
        make_pot(*here, pot_id=pot_id, name="Summer", actor_id=None, **own)  # type: ignore[arg-type]
        fill_pot(*here, pot_id, gift_id=new_id(), minutes=minutes, actor_id=None)
        db.session.commit()
    return pot_id


@pytest.fixture
def pot_id(app: Flask, world: World) -> UUID:
    return make(app, world, world.organisation_id, 600)


def holds(app: Flask, world: World, pot_id: UUID) -> int:
    with app.app_context():
        return find_pot(db.session(), world.programme_id, pot_id).balance


def test_tick_look_and_give(app: Flask, world: World, staff: PageClient, garden_group: Garden, pot_id: UUID) -> None:
    page = staff.get("/coordinator/").click("Pots").click("Summer").click("Give credits")
    two = [str(each) for each in garden_group.people[:2]]
    looked = page.submit("Look at it first", amount="1.5", words="Well done", people=two)
    assert "To 2 people" in looked.text
    assert "In all 3 credits" in looked.text
    assert holds(app, world, pot_id) == 600
    changed = looked.submit("Change it")
    assert sorted(changed.fields("Look at it first")["people"]) == sorted(two)
    done = looked.submit("Give to 2 people")
    assert "Done. You gave 1½ credits each to 2 people." in done.text
    assert (holds(app, world, pot_id), garden_group.credits(garden_group.people[0])) == (420, 210)
    assert "Nothing was given twice." in looked.submit("Give to 2 people").text
    assert holds(app, world, pot_id) == 420


def test_everybody_but_who_said_no_and_somebody_new(
    app: Flask, world: World, staff: PageClient, garden_group: Garden, pot_id: UUID
) -> None:
    with app.app_context():
        set_wants_credits(db.session(), world.programme_id, garden_group.people[1], wants_credits=False)
        db.session.commit()
    page = staff.get(f"/coordinator/pots/{pot_id}/give")
    assert "1 person said no thank you to credits, so is not in this list." in page.text
    looked = page.submit("Look at it first", amount="0.25", everybody="yes")
    assert "To 11 people" in looked.text
    with app.app_context():
        set_wants_credits(db.session(), world.programme_id, garden_group.people[1], wants_credits=True)
        db.session.commit()
    again = looked.submit("Give to 11 people")  # somebody came in between: it is looked at once more
    assert again.heading == "Check this gift"
    assert "Done. You gave ¼ credit each to 12 people." in again.submit("Give to 12 people").text


def test_bad_input_keeps_what_was_typed(staff: PageClient, garden_group: Garden, pot_id: UUID) -> None:
    page = staff.get(f"/coordinator/pots/{pot_id}/give")
    one = str(garden_group.people[0])
    nobody = page.submit("Look at it first", amount="1", words="Hello")
    assert "Choose who gets credits. Nothing was given." in nobody.text
    assert nobody.fields("Look at it first")["words"] == "Hello"
    odd = page.submit("Look at it first", amount="none", people=one)
    assert "Type how many credits." in odd.text
    assert odd.fields("Look at it first")["people"] == one
    most = page.submit("Look at it first", amount="11", people=one)
    assert "The pot holds too little for this." in most.text
    with pytest.raises(AssertionError):
        most.form("Give to 1 person")
    elsewhere = page.submit("Look at it first", amount="1", people=str(uuid4()))
    assert "Choose who gets credits" in elsewhere.text


def test_search_finds_people(staff: PageClient, garden_group: Garden, pot_id: UUID) -> None:
    assert garden_group
    page = staff.get(f"/coordinator/pots/{pot_id}/give?q=zoe")
    assert [each.get_text() for each in page.soup.select(".tc-who .govuk-checkboxes__label bdi")] == ["Zoë O'Brien"]


def test_take_back_from_one_and_from_everybody(
    app: Flask, world: World, staff: PageClient, garden_group: Garden, pot_id: UUID
) -> None:
    people = [str(each) for each in garden_group.people[:3]]
    give = staff.get(f"/coordinator/pots/{pot_id}/give").submit("Look at it first", amount="1", people=people)
    given = give.submit("Give to 3 people")
    one = staff.get(given.soup.select_one(".tc-table a[href*='/given/']")["href"])  # type: ignore[index, arg-type]
    assert "Say why, in a few words. Nothing was taken back." in one.submit("Take it back", reason="").text
    back = one.submit("Take it back", reason="Gave it twice")
    assert "Taken back from 1 person" in back.text
    whole = back.submit("Take back from all 2 people", reason="The wrong day")
    assert "Taken back from 2 people." in whole.text
    assert holds(app, world, pot_id) == 600
    assert "Take it back from everybody" not in whole.text
    csv = staff.get(f"/coordinator/pots/{pot_id}/statement.csv").response
    assert csv.mimetype == "text/csv"
    assert csv.text.count("Put right: A gift to") == 3


def test_very_many_are_given_to_by_a_job(
    app: Flask, world: World, staff: PageClient, garden_group: Garden, pot_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gift_jobs.begin_giving.__kwdefaults__, "at_once", 2)
    looked = staff.get(f"/coordinator/pots/{pot_id}/give").submit("Look at it first", amount="0.25", everybody="yes")
    page = looked.submit("Give to 12 people")
    assert page.heading == "Credits on their way"
    assert "12 people in all." in page.text
    with app.app_context():
        assert run_waiting(db.engine, gift_jobs.HANDLERS) == 1
    assert staff.get(page.path).heading == "A gift from Summer"
    assert (holds(app, world, pot_id), garden_group.credits(garden_group.people[5])) == (420, 135)


def test_a_note_for_an_outing(app: Flask, world: World, staff: PageClient, pot_id: UUID) -> None:
    page = staff.get(f"/coordinator/pots/{pot_id}").click("A note for an outing")
    assert "Nothing was made" in page.submit("Make the note", amount="11", words="Swimming").text
    made = page.submit("Make the note", amount="6", words="Swimming")
    assert made.path.startswith("/coordinator/notes/")
    assert holds(app, world, pot_id) == 240
    page.submit("Make the note", amount="6", words="Swimming")
    assert holds(app, world, pot_id) == 240


def test_another_organisations_pot_is_not_there(app: Flask, world: World, staff: PageClient) -> None:
    theirs = make(app, world, world.other_organisation_id, 60)
    for path in ("", "/give", "/outing", "/statement.csv", f"/given/{uuid4()}"):
        assert (
            staff.get(f"/coordinator/pots/{theirs}{path}", status=404).text
            == staff.get(f"/coordinator/pots/{uuid4()}{path}", status=404).text
        )
    assert "You have no pot yet" in staff.get("/coordinator/pots").text


def test_a_persons_gifts_are_seen_and_taken_back(app: Flask, world: World, staff: PageClient) -> None:
    gift_id = new_id()
    with app.app_context():
        earn(db.session(), world, 120)
        giver, here = Giver(world.volunteer_id, None), (db.session(), world.programme_id)
        give_to_person(*here, giver, world.other_volunteer_id, gift_id=gift_id, minutes=60, words="Private words")
        db.session.commit()
    gifts = staff.get(f"/coordinator/people/{world.volunteer_id}/gifts")
    assert "Given elsewhere" in gifts.text
    assert "Łukasz" not in gifts.text
    assert "Private words" not in gifts.text
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/gifts/{gift_id}")
    assert "Elsewhere" in page.text
    assert "Łukasz" not in page.text
    assert "Say why" in page.submit("Take it back", reason=" ").text
    assert "Taken back. A slip" in page.submit("Take it back", reason="A slip").text
    assert "This was taken back already." in staff.get(page.path).text
    staff.get(f"/coordinator/people/{world.other_volunteer_id}/gifts", status=404)
