"""Stopping a venue, and letting it go on."""

from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.spending.freezing import find_venue_state
from timecredits.web.database import db


def stopped(app: Flask, world: World) -> bool:
    with app.app_context():
        return find_venue_state(db.session(), world.programme_id, world.venue_id).stopped_at is not None


def test_a_venue_is_stopped_with_a_reason_and_goes_on(app: Flask, client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get("/programme").click("Stop a venue, or let it go on").click("Parkside Pool")
    refused = page.submit("Stop this venue", reason=" ")
    assert "Say why. Nothing was stopped." in refused.text
    assert not stopped(app, world)
    listed = refused.submit("Stop this venue", reason="The till was stolen.")
    assert "Stopped. From now on Parkside Pool can not take credits." in listed.response.text
    assert stopped(app, world)
    looked = listed.click("Parkside Pool")
    assert "The till was stolen." in looked.text
    again = page.submit("Stop this venue", reason="Once more.")
    assert "stopped already" in again.response.text
    assert "Parkside Pool can take credits again." in looked.submit("Let it take credits again").response.text
    assert not stopped(app, world)


def test_nobody_else_may(client: PageClient, world: World) -> None:
    for who in ("coordinator", "venue_manager", "volunteer"):
        world.sign_in(client, who).get(f"/programme/venues/{world.venue_id}/stop", status=403)


def test_a_venue_and_a_till_are_found_by_words(client: PageClient, world: World) -> None:
    manager = world.sign_in(client, "manager")
    assert "Parkside Pool" in manager.get("/programme/venues?q=pool+camb").text
    nothing = manager.get("/programme/venues?q=100%25")
    assert "No venue found" in nothing.text
    assert "Parkside Pool" not in nothing.text
    assert nothing.fields("Search")["q"] == "100%"
    assert "Front desk" in manager.get("/programme/tills?q=DESK+parkside").text
    assert "No till found" in manager.get("/programme/tills?q=nowhere").text
