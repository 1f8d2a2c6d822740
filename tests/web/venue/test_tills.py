"""A manager pairs a till with a code for ten minutes, and removes one."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.spending.offline_shop import another_venue, saved, send
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.network.programmes import create_venue
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.web.database import db


@pytest.fixture
def manager(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "venue_manager")


def shown_code(page_source: PageClient) -> str:
    shown = page_source.get("/venue/tills").soup.select_one(".tc-code__typed")
    return shown.get_text() if shown else ""


def test_a_code_is_shown_until_it_was_used(app: Flask, manager: PageClient) -> None:
    page = manager.get("/venue/tills").submit("Make a code", name="Café")
    assert "http://127.0.0.1:8000/till/pair" in page.text
    code = shown_code(manager)
    assert code
    device = PageClient(app)
    assert device.get("/till/pair").submit("Make this device a till", code=code).heading == "Take credits"
    assert shown_code(manager) == ""
    assert "Café" in manager.get("/venue/tills").text
    with app.app_context():
        assert "till invited" in db.session().scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(("name", "sentence"), [("  ", "Give the till a name"), ("x" * 41, "at most 40 letters")])
def test_a_till_needs_a_name(manager: PageClient, name: str, sentence: str) -> None:
    page = manager.get("/venue/tills").submit("Make a code", name=name)
    assert sentence in page.text
    assert page.fields("Make a code")["name"] == name


def test_a_removed_till_stops_at_once(app: Flask, world: World, manager: PageClient) -> None:
    device = world.be_till(PageClient(app))
    assert device.get("/till").heading == "Take credits"
    page = manager.get("/venue/tills").submit("Remove this till")
    assert "Front desk is no longer a till." in page.text
    assert "You have no tills yet" in page.text
    assert device.get("/till").heading == "Make this device a till"


def test_another_venues_till_is_not_there(app: Flask, manager: PageClient) -> None:
    with app.app_context():
        session = db.session()
        elsewhere = create_venue(session, name="Museum", slug="museum", town="Ely")
        paired = pair_till(session, begin_pairing(session, elsewhere.id, till_name="Door", made_by=None))
        assert paired is not None
        session.commit()
        till_id = paired.till.id
    page = manager.get("/venue/tills")
    assert "Door" not in page.text
    token = page.fields("Make a code")["csrf_token"]
    theirs = manager.post(f"/venue/tills/{till_id}/remove", {"csrf_token": token}, status=404)
    assert theirs.text == manager.post(f"/venue/tills/{uuid4()}/remove", {"csrf_token": token}, status=404).text


def test_a_lost_till_is_marked_with_what_it_may_still_hold(app: Flask, world: World, manager: PageClient) -> None:
    device = world.be_till(PageClient(app))
    page = manager.get(f"/venue/tills/{world.till_id}/lost")
    assert "It may still hold up to 20 uses. That is 40 credits at most." in page.text
    wrong = page.submit("Mark it as lost", reason=" ")
    assert "Say what happened, in a few words. Nothing was changed." in wrong.text
    assert device.get("/till").heading == "Take credits"
    listed = page.submit("Mark it as lost", reason="Stolen from the desk")
    assert "Front desk can take no more credits." in listed.text
    assert "Stolen from the desk" in listed.text
    assert "You have no tills yet" in listed.text
    assert device.get("/till").heading == "Make this device a till"


def test_a_removed_till_can_be_marked_later_and_a_gap_is_shown(app: Flask, world: World, manager: PageClient) -> None:
    with app.app_context():
        send(db.session(), world, saved(world, "junk", sequence=3))
        db.session.commit()
    page = manager.get("/venue/tills")
    assert "2 saved scans of Front desk never came." in page.text.replace(" ,", ",")
    page.submit("Remove this till")
    again = manager.get(f"/venue/tills/{world.till_id}/lost").submit("Mark it as lost", reason="It was in the bag")
    assert "Noted. It had been removed before." in again.text


def test_another_venues_till_can_not_be_lost_here(app: Flask, world: World, manager: PageClient) -> None:
    with app.app_context():
        till, _offer = another_venue(db.session(), world, "Museum")
        db.session.commit()
        till_id = till.id
    missing = manager.get(f"/venue/tills/{uuid4()}/lost", status=404)
    assert manager.get(f"/venue/tills/{till_id}/lost", status=404).text == missing.text


def test_the_programme_sees_every_till_and_marks_one(app: Flask, world: World) -> None:
    programme = world.sign_in(PageClient(app), "manager")
    page = programme.get("/programme/tills")
    assert "Front desk" in page.text
    assert "Parkside Pool" in page.text
    lost = programme.get(f"/programme/tills/{world.till_id}/lost").submit("Mark it as lost", reason="Stolen")
    assert "Nothing to do" in lost.text
    programme.get(f"/programme/tills/{uuid4()}/lost", status=404)
    world.sign_in(PageClient(app), "coordinator").get("/programme/tills", status=403)
