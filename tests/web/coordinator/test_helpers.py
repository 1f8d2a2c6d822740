"""Noting who helps whom, as pages."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.shop import earn
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer
from timecredits.spending.giving.gifts import Giver, give_to_person
from timecredits.spending.giving.helping import agree
from timecredits.web.database import db


def test_note_a_helper_with_the_persons_yes_and_end_it(world: World, staff: PageClient, garden_group: Garden) -> None:
    assert garden_group
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/helpers")
    assert "No helpers" in page.text
    form = page.click("Add a helper")
    saved = form.submit("Save", helper="zoe o'brien", amount="2", may_give="y", agreed="y")
    assert "Saved. Zoë O'Brien may now help Siân O'Neill-Wyn." in saved.text
    assert "Zoë O'Brien helps Siân O'Neill-Wyn" in saved.text
    form.submit("Save", helper="zoe o'brien", amount="2", may_give="y", agreed="y")
    assert len(staff.get(saved.path).soup.select(".tc-card")) == 1
    ended = saved.submit("End it now")
    assert "They can not use these credits any more." in ended.text
    assert "Ended" in ended.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agreed": None}, "Ask the person first, then tick this box. Nothing was saved."),
        ({"helper": ""}, "Type the helper's name. Nothing was saved."),
        ({"helper": "Nobody Known"}, "Nobody else here has that name. Nothing was saved."),
        ({"helper": "Łukasz Ż"}, "Nobody else here has that name. Nothing was saved."),
        ({"helper": "Siân O'Neill-Wyn"}, "Nobody else here has that name."),
        ({"amount": "0"}, "Type from 0.25 to 40 credits a week, in quarters. Nothing was saved."),
        ({"amount": "lots"}, "Type how many credits."),
        ({"ends": ["1", "1", "2020"]}, "That day has passed. Nothing was saved."),
        ({"ends": ["31", "2", "2030"]}, "Type a day that exists"),
    ],
)
def test_bad_input_is_said_and_kept(
    world: World, staff: PageClient, garden_group: Garden, changes: dict[str, object], said: str
) -> None:
    assert garden_group
    form = staff.get(f"/coordinator/people/{world.volunteer_id}/helpers/new")
    values = {"helper": "Zoë O'Brien", "amount": "2", "agreed": "y", **changes}
    page = form.submit("Save", **values)
    assert said in page.text
    assert page.fields("Save")["helper"] == values["helper"]


def test_what_was_agreed_elsewhere_is_not_told_here(app: Flask, world: World, staff: PageClient) -> None:
    """A helper noted at another organisation, and the places where credits were used, are not this coordinator's to know."""
    with app.app_context():
        earn(db.session(), world, 240)
        where = db.session(), world.programme_id, world.other_organisation_id
        enrol_at_another(db.session(), db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)), where[2])
        friend = enrol_volunteer(*where, first_name="Nia", last_name="Price").volunteer
        values = {"helper_id": world.other_volunteer_id, "minutes_a_week": 120, "may_give": True, "actor_id": None}
        agree(*where, world.volunteer_id, helping_id=new_id(), **values)
        giver = Giver(world.volunteer_id, None, world.other_volunteer_id)
        give_to_person(*where[:2], giver, friend.id, gift_id=new_id(), minutes=30, words="Private words")
        db.session.commit()
    page = staff.get(f"/coordinator/people/{world.volunteer_id}/helpers")
    assert "Łukasz" not in page.text
    assert "What helpers did" not in page.text


def test_people_of_others_are_not_there(app: Flask, world: World, staff: PageClient, garden_group: Garden) -> None:
    assert garden_group
    for path in ("", "/new"):
        staff.get(f"/coordinator/people/{world.other_volunteer_id}/helpers{path}", status=404)
    form = staff.get(f"/coordinator/people/{world.volunteer_id}/helpers/new")
    saved = form.submit("Save", helper="Zoë O'Brien", amount="2", agreed="y")
    action = str(saved.form("End it now")["action"])
    theirs = world.sign_in(PageClient(app), "other_coordinator")
    token = theirs.get("/coordinator/people/new").fields()["csrf_token"]
    theirs.post(action, {"csrf_token": token}, status=404)
