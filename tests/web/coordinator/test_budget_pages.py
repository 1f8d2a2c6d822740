"""A budget that holds too little, on the pages where hours are saved: nothing is saved, what was typed stays, and it says why."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.coordinator.test_register import SAVE, open_garden
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.spending.giving.funding import fill_pot, set_budget
from timecredits.spending.giving.pots import make_pot
from timecredits.spending.giving_models import PotKind
from timecredits.web.database import db

SAYS = "The budget for hours holds 1 credit."


@pytest.fixture
def budget(app: Flask, world: World, garden_group: Garden) -> None:
    assert garden_group
    with app.app_context():
        here, pot_id = (db.session(), world.programme_id), new_id()
        own = {"kind": PotKind.ORGANISATION, "organisation_id": world.organisation_id}
        make_pot(*here, pot_id=pot_id, name="Hours", actor_id=None, **own)  # type: ignore[arg-type]
        fill_pot(*here, pot_id, gift_id=new_id(), minutes=60, actor_id=None)
        set_budget(*here, world.organisation_id, pot_id, actor_id=None)
        db.session.commit()


@pytest.mark.usefixtures("budget")
def test_a_register_says_it_over_the_list_and_keeps_who_came(garden_group: Garden, staff: PageClient) -> None:
    page = open_garden(staff)
    again = page.submit(SAVE)
    assert f"{SAYS} This needs 24 credits. Nothing was saved. Ask your programme to add some." in again.text
    assert not again.soup.select(".tc-hours--error")
    assert "Here: 12 . Hours: 24" in again.text
    assert garden_group.credits(garden_group.people[0]) == 120


@pytest.mark.usefixtures("budget")
def test_hours_of_one_person_are_kept_as_typed(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/hours/new?volunteer={garden_group.people[0]}")
    again = page.submit("Save these hours", hours="2", note="Watering")
    assert SAYS in again.text
    assert again.fields("Save these hours")["note"] == "Watering"
    assert garden_group.credits(garden_group.people[0]) == 120
    saved = again.submit("Save these hours", hours="1")
    assert "Saved. 1 hour added" in saved.text
