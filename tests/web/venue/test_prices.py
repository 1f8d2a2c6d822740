"""The price list: saved as a whole, with faults said in their row, nothing typed lost."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_facts import OfferFacts
from timecredits.spending.offers.offer_keeping import create_offer
from timecredits.web.database import db

SAVE, MORE = "Save the price list", "One more row"


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "venue_manager")


def stand(app: Flask, world: World) -> dict[str, tuple[int, int | None, int]]:
    """Name, prices and most people of what has not ended."""
    with app.app_context():
        rows = db.session().scalars(select(Offer).where(Offer.venue_id == world.venue_id, Offer.ended_at.is_(None)))
        return {row.name: (row.adult_minutes, row.under_16_minutes, row.most_people) for row in rows}


def row_of(number: int, **values: str) -> dict[str, str]:
    return {f"rows-{number}-{name}": value for name, value in values.items()}


def test_prices_are_changed_and_a_new_offer_is_made_by_one_save(app: Flask, manager: PageClient, world: World) -> None:
    page = manager.get("/venue/offers").click("Price list")
    changes = row_of(0, adult="1½", under_16="0", most_people="6")
    changes |= row_of(1, name="Aqua class", adult="2,25")
    saved = page.submit(SAVE, **changes)
    assert "Saved. Changed: 1. New: 1. Taken off: 0." in saved.text
    wanted = {"Swim, one hour": (90, 0, 6), "Aqua class": (135, None, 1)}
    assert stand(app, world) == wanted
    again = page.submit(SAVE, **changes)
    assert "Nothing was changed." in again.text
    assert stand(app, world) == wanted, "saved twice, it is there once"
    with app.app_context():
        swim = db.session().get_one(Offer, (world.programme_id, world.offer_id))
        assert swim.restrictions == "Not on bank holidays."


def test_a_row_is_taken_off_and_its_offer_ends(app: Flask, manager: PageClient, world: World) -> None:
    page = manager.get("/venue/prices")
    saved = page.submit(SAVE, **row_of(0, off="y"))
    assert "Taken off: 1." in saved.text
    assert stand(app, world) == {}
    assert "Nothing was changed." in page.submit(SAVE, **row_of(0, off="y")).text
    assert "Make one like it" in manager.get("/venue/offers").text


def test_a_fault_is_said_in_its_row_and_nothing_is_saved_or_lost(app: Flask, manager: PageClient, world: World) -> None:
    before = stand(app, world)
    page = manager.get("/venue/prices").submit(MORE)
    typed = {
        **row_of(0, adult="1.5"),
        **row_of(1, name="Free swim", adult="lots"),
        **row_of(2, name="A very big group", adult="1", most_people="99"),
    }
    shown = page.submit(SAVE, **typed)
    assert stand(app, world) == before
    assert shown.text.count("There is a problem") == 1
    fields = shown.fields(SAVE)
    assert {name: fields[name] for name in typed} == typed
    mended = shown.submit(SAVE, **row_of(1, adult="0.5"))
    assert "1 to 30" in mended.text
    assert stand(app, world) == before
    done = mended.submit(SAVE, **row_of(2, most_people="9"))
    assert "Changed: 1. New: 2." in done.text
    assert stand(app, world)["A very big group"] == (60, None, 9)


def test_one_more_row_keeps_what_was_typed(manager: PageClient) -> None:
    page = manager.get("/venue/prices")
    more = page.submit(MORE, **row_of(1, name="Half typ", adult="x"))
    fields = more.fields(SAVE)
    assert (fields["rows-1-name"], fields["rows-1-adult"]) == ("Half typ", "x")
    assert "rows-2-name" in fields
    assert "There is a problem" not in more.text


def test_an_untouched_row_does_not_undo_what_somebody_else_saved(app: Flask, manager: PageClient, world: World) -> None:
    old = manager.get("/venue/prices")
    manager.get("/venue/prices").submit(SAVE, **row_of(0, adult="3"))
    old.submit(SAVE, **row_of(1, name="Sauna", adult="1"))
    assert stand(app, world) == {"Swim, one hour": (180, 30, 4), "Sauna": (60, None, 1)}


@pytest.mark.parametrize("bad", ["", "not an id"])
def test_an_id_that_is_none_is_refused(app: Flask, manager: PageClient, world: World, bad: str) -> None:
    page = manager.get("/venue/prices")
    shown = page.submit(SAVE, **row_of(1, name="Sauna", adult="1", id=bad))
    assert "Go back, load the page again" in shown.text
    assert "Sauna" not in stand(app, world)


def test_another_venues_offer_is_not_there(app: Flask, manager: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        other = create_venue(session, name="Elsewhere", slug="elsewhere", town="")
        join_programme(session, world.programme_id, other.id)
        theirs = create_offer(
            session, world.programme_id, other.id, OfferFacts(name="Tea", adult_minutes=60), offer_id=new_id()
        ).id
        session.commit()
    page = manager.get("/venue/prices")
    fields = page.fields(SAVE) | row_of(1, id=str(theirs), name="Mine now", adult="1")
    manager.post("/venue/prices", fields, status=404)
    with app.app_context():
        assert db.session().get_one(Offer, (world.programme_id, UUID(str(theirs)))).name == "Tea"


def test_the_programme_reads_it_as_a_table(client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get(f"/programme/venues/{world.venue_id}").click("Price list")
    assert "Swim, one hour" in page.text
    assert "Only the venue changes its prices." in page.text
    for who in ("coordinator", "venue_manager", "volunteer"):
        world.sign_in(client, who).get(f"/programme/venues/{world.venue_id}/prices", status=403)
