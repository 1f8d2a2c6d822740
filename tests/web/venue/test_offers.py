"""A manager prices, pauses and starts offers of their own venue."""

from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.models import Offer
from timecredits.web.database import db


@pytest.fixture
def manager(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "venue_manager")


def price(app: Flask, world: World) -> tuple[int, int | None]:
    with app.app_context():
        offer = db.session().get_one(Offer, (world.programme_id, world.offer_id))
        return offer.adult_minutes, offer.under_16_minutes


@pytest.mark.parametrize(
    ("adult", "under_16", "minutes"),
    [("2", "1", (120, 60)), ("1.5", "", (90, None)), ("1,25", "0", (75, 0)), ("1½", "½", (90, 30))],
)
def test_a_price_as_people_write_it(
    app: Flask, world: World, manager: PageClient, adult: str, under_16: str, minutes: tuple[int, int | None]
) -> None:
    page = manager.get("/venue/offers").click("Change the price Swim, one hour")
    assert page.fields("Save the price")["adult"] == "1"
    assert page.fields("Save the price")["under_16"] == "0.5"
    saved = page.submit("Save the price", adult=adult, under_16=under_16)
    assert "The new price of Swim, one hour counts from now on." in saved.text
    assert price(app, world) == minutes


@pytest.mark.parametrize("adult", ["", "0", "-1", "free", "1.1", "9999", "1e999", "nan", "inf", "1" * 300])
def test_a_price_that_can_not_be_is_sent_back(app: Flask, world: World, manager: PageClient, adult: str) -> None:
    page = manager.get(f"/venue/offers/{world.offer_id}/price").submit("Save the price", adult=adult)
    assert "Type the price in credits" in page.text
    assert page.fields("Save the price")["adult"] == adult
    assert price(app, world) == (60, 30)


def test_an_offer_is_paused_with_a_reason_and_started_again(world: World, manager: PageClient) -> None:
    assert world.offer_id
    page = manager.get("/venue/offers").click("Pause Swim, one hour")
    assert "Say why the offer is paused" in page.submit("Pause it", reason=" ").text
    paused = page.submit("Pause it", reason="The pool is being cleaned.")
    assert "The pool is being cleaned" in paused.text
    again = paused.submit("Start it again Swim, one hour")
    assert "Swim, one hour is on again." in again.text


def test_another_venues_offer_is_not_there(app: Flask, world: World, manager: PageClient) -> None:
    with app.app_context():
        session = db.session()
        elsewhere = create_venue(session, name="Museum", slug="museum", town="Ely")
        join_programme(session, world.programme_id, elsewhere.id)
        offer = Offer(
            programme_id=world.programme_id,
            id=new_id(),
            venue_id=elsewhere.id,
            name="Tour",
            adult_minutes=60,
            created_at=clock.now(),
        )
        session.add(offer)
        session.commit()
        offer_id: UUID = offer.id
    assert "Tour" not in manager.get("/venue/offers").text
    for act in ("price", "pause"):
        theirs = manager.get(f"/venue/offers/{offer_id}/{act}", status=404)
        assert theirs.text == manager.get(f"/venue/offers/{uuid4()}/{act}", status=404).text


def test_no_offers_yet(app: Flask, world: World, manager: PageClient) -> None:
    with app.app_context():
        session = db.session()
        session.delete(session.get_one(Offer, (world.programme_id, world.offer_id)))
        session.commit()
    assert "You have no offers yet" in manager.get("/venue/offers").text
