"""A programme's pots: make, fill, pass on, budget, close, as pages."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.spending.shop import earn
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.insight.books.check_everything import check_everything
from timecredits.network.models import Organisation
from timecredits.spending.giving.gifts import Giver, give_to_pot
from timecredits.spending.giving.pots import find_pot
from timecredits.spending.giving_models import Pot
from timecredits.web.database import db


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def make(manager: PageClient, name: str, organisation_id: UUID | None = None) -> UUID:
    whose = str(organisation_id) if organisation_id else ""
    page = manager.get("/programme/pots/new").submit("Make this pot", organisation=whose, name=name, about="For all")
    assert page.heading == name
    return UUID(page.path.rpartition("/")[2])


def holds(app: Flask, world: World, pot_id: UUID) -> int:
    with app.app_context():
        return find_pot(db.session(), world.programme_id, pot_id).balance


def test_make_fill_and_take_back(app: Flask, world: World, manager: PageClient) -> None:
    assert "No pots yet" in manager.get("/programme").click("Pots and budgets").text
    pot_id = make(manager, "Summer", world.organisation_id)
    form = manager.get(f"/programme/pots/{pot_id}").click("Put credits in")
    assert "The credits are in the pot." in form.submit("Put them in", amount="10", words="For June").text
    assert "Nothing was moved twice." in form.submit("Put them in", amount="10", words="For June").text
    take = manager.get(f"/programme/pots/{pot_id}").click("Take credits back")
    too_much = take.submit("Take them back", amount="11")
    assert "The pot holds 10 credits. Nothing was moved. Type less." in too_much.text
    assert too_much.fields("Take them back")["amount"] == "11"
    take.submit("Take them back", amount="2.5")
    assert holds(app, world, pot_id) == 450
    assert "Taken back by the programme" in manager.get(f"/programme/pots/{pot_id}").text
    assert manager.get(f"/programme/pots/{pot_id}/statement.csv").response.text.count("\r\n") == 3
    with app.app_context():
        assert check_everything(db.session(), world.programme_id) == []


def test_a_double_save_makes_one_pot(app: Flask, manager: PageClient) -> None:
    form = manager.get("/programme/pots/new")
    for _ in range(2):
        form.submit("Make this pot", name="Coats")
    with app.app_context():
        assert len(db.session.scalars(select(Pot)).all()) == 1


@pytest.mark.parametrize(("name", "said"), [("", "Type a name for the pot."), ("x" * 81, "That name is too long.")])
def test_a_bad_name_is_said(manager: PageClient, name: str, said: str) -> None:
    page = manager.get("/programme/pots/new").submit("Make this pot", name=name, about="For all")
    assert said in page.text
    assert page.fields("Make this pot")["about"] == "For all"


def test_community_credits_are_passed_on_and_nobody_is_named(app: Flask, world: World, manager: PageClient) -> None:
    common, own = make(manager, "Coats"), make(manager, "Summer", world.organisation_id)
    with app.app_context():
        earn(db.session(), world, 120)
        give_to_pot(db.session(), world.programme_id, Giver(world.volunteer_id, None), common, gift_id=new_id(), minutes=90)
        db.session.commit()
    page = manager.get(f"/programme/pots/{common}")
    assert "A gift from somebody" in page.text
    assert "Siân" not in page.text
    form = page.click("Pass on to another pot")
    assert "in the other pot" in form.submit("Pass them on", pot=str(own), amount="1").text
    assert (holds(app, world, common), holds(app, world, own)) == (30, 60)
    assert "Choose a pot from the list." in form.submit("Pass them on", pot=str(uuid4()), amount="1").text
    close = manager.get(f"/programme/pots/{common}").click("Close this pot")
    assert "Some credits of this pot were passed on." in close.submit("Close this pot", to_pot="").text
    assert "The pot is closed." in close.submit("Close this pot", to_pot=str(own)).text
    assert holds(app, world, own) == 90


def test_a_budget_begins_and_ends(app: Flask, world: World, manager: PageClient) -> None:
    pot_id = make(manager, "Hours", world.organisation_id)
    page = manager.get(f"/programme/pots/{pot_id}/budget").submit("Begin the budget")
    assert "Hours are now paid from this pot." in page.text
    with app.app_context():
        organisation = db.session.get_one(Organisation, (world.programme_id, world.organisation_id))
        assert organisation.budget_account_id == find_pot(db.session(), world.programme_id, pot_id).pot.account_id
    assert "End the budget first." in manager.get(f"/programme/pots/{pot_id}/close").text
    page = manager.get(f"/programme/pots/{pot_id}/budget").submit("End the budget")
    assert "Hours are paid without a budget now." in page.text


def test_renaming_and_what_is_not_there(world: World, manager: PageClient) -> None:
    pot_id = make(manager, "Hours", world.organisation_id)
    page = manager.get(f"/programme/pots/{pot_id}/name").submit("Save", name="Garden hours")
    assert page.heading == "Garden hours"
    for path in ("", "/fill", "/take", "/pass-on", "/budget", "/close", "/name", "/statement.csv"):
        manager.get(f"/programme/pots/{uuid4()}{path}", status=404)
    common = make(manager, "Coats")
    for path in ("/fill", "/take", "/budget"):
        manager.get(f"/programme/pots/{common}{path}", status=404)


def test_coordinators_do_not_make_pots(client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator").get("/programme/pots", status=403)
