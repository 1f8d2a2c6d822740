"""One venue of two programmes: each capacity has its own offers, one till serves both, and totals are told apart."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.till.test_scanning import typed_code, use
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.insight.counting.months import add_months, month_of
from timecredits.insight.roll_up_models import VenueSettlement
from timecredits.network.models import RoleKind, Venue
from timecredits.network.programmes import create_programme, join_programme
from timecredits.network.sign_ins import list_capacities, start_sign_in
from timecredits.network.users import give_role
from timecredits.spending.freezing import freeze_venue
from timecredits.spending.offers.offer_facts import OfferFacts
from timecredits.spending.offers.offer_keeping import create_offer
from timecredits.web import access
from timecredits.web.database import db


@dataclass(frozen=True)
class Second:
    programme_id: UUID
    offer_id: UUID


@pytest.fixture
def second(app: Flask, world: World) -> Second:
    """Another programme at the same pool, with the same manager and an offer of the same name."""
    with app.app_context():
        session = db.session()
        programme = create_programme(session, name="Coastal Time Credits", slug="coastal")
        session.get_one(Venue, world.venue_id).is_national = True
        with clock.standing_at(clock.now() + timedelta(days=1)):
            join_programme(session, programme.id, world.venue_id)
        give_role(session, programme.id, world.users["venue_manager"], RoleKind.VENUE_MANAGER, venue_id=world.venue_id)
        offer = create_offer(session, programme.id, world.venue_id, OfferFacts(name="Swim, one hour", adult_minutes=120))
        session.commit()
        return Second(programme.id, offer.id)


def act_in(client: PageClient, world: World, programme_id: UUID) -> PageClient:
    with client.app.test_request_context():
        session, user_id = db.session(), world.users["venue_manager"]
        capacity = next(each for each in list_capacities(session, user_id) if each.programme_id == programme_id)
        secret = start_sign_in(session, user_id, capacity)
        session.commit()
    with client.http.session_transaction() as browser:
        browser[access.SECRET] = secret
    return client


@pytest.mark.usefixtures("second")
def test_who_signs_in_can_tell_the_two_apart(client: PageClient, world: World) -> None:
    with client.app.test_request_context():
        places = [each.place for each in list_capacities(db.session(), world.users["venue_manager"])]
    assert sorted(places) == ["Parkside Pool, Coastal Time Credits", "Parkside Pool, Fenland Time Credits"]


def test_each_capacity_keeps_its_own_price_list(client: PageClient, world: World, second: Second) -> None:
    mine = act_in(client, world, world.programme_id).get("/venue/prices").fields("Save the price list")
    assert (mine["rows-0-id"], mine["rows-0-adult"]) == (str(world.offer_id), "1")
    page = act_in(client, world, second.programme_id).get("/venue/prices")
    theirs = page.fields("Save the price list")
    assert (theirs["rows-0-id"], theirs["rows-0-adult"]) == (str(second.offer_id), "2")
    client.post("/venue/prices", {**theirs, "rows-0-id": str(world.offer_id)}, status=200)
    back = act_in(client, world, world.programme_id).get("/venue/prices").fields("Save the price list")
    assert back["rows-0-adult"] == "1", "another programme's offer is not theirs to price"


def test_one_till_serves_both_and_says_which_is_which(
    app: Flask, till: PageClient, phone: PageClient, world: World, second: Second
) -> None:
    page = till.get("/till")
    assert "Fenland Time Credits" in page.text
    assert "Coastal Time Credits" in page.text
    wrong = use(till, typed_code(phone), offer_id=str(second.offer_id))
    assert "Nothing was taken" in wrong.text
    with app.app_context():
        freeze_venue(db.session(), second.programme_id, world.venue_id, reason="They leave.", actor_id=None)
        db.session().commit()
    assert "Done. 1 credit taken." in use(till, typed_code(phone), offer_id=str(world.offer_id), adults="1").text


def test_totals_are_of_both_where_somebody_runs_it_in_both(app: Flask, client: PageClient, world: World, second: Second) -> None:
    month = add_months(month_of(clock.today()), -1)
    with app.app_context():
        for programme_id, visitors in ((world.programme_id, 3), (second.programme_id, 8)):
            row = VenueSettlement(
                id=new_id(), venue_id=world.venue_id, programme_id=programme_id, month=month, uses=visitors,
                visitors=visitors, minutes=60 * visitors, counted_to=clock.now(),
            )  # fmt: skip
            db.session().add(row)
        db.session().commit()
    page = act_in(client, world, world.programme_id).get("/venue/totals")
    assert "11 credits" in page.text
    assert "Coastal Time Credits" in page.text
    rows = client.http.get("/venue/totals.csv").get_data(as_text=True).splitlines()
    assert rows[1:] == [f"{month:%Y-%m},Fenland Time Credits,3,3,3.0", f"{month:%Y-%m},Coastal Time Credits,8,8,8.0"]
    manager = world.sign_in(client, "manager").get(f"/programme/venues/{world.venue_id}/totals")
    assert "Not shown" in manager.text, "three people are few"
    assert "Too few people came in each month." in manager.text, "said once, and not month by month"
    assert "Coastal" not in manager.text


def test_totals_before_anything_was_counted(client: PageClient, world: World) -> None:
    assert "Nothing is counted yet" in world.sign_in(client, "venue_manager").get("/venue/totals").text
    page = world.sign_in(client, "manager").get(f"/programme/venues/{world.venue_id}/totals")
    assert "No month to show yet" in page.text
