"""A manager makes a poster, prints it as often as they like, and ends it."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.models import Till, TillKind
from timecredits.spending.posters.keeping import make_poster
from timecredits.web.database import db


@pytest.fixture
def manager(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "venue_manager")


def poster_ids(app: Flask) -> list[UUID]:
    with app.app_context():
        return list(db.session().scalars(select(Till.id).where(Till.kind == TillKind.POSTER)))


def test_it_is_made_once_and_printed(app: Flask, manager: PageClient) -> None:
    empty = manager.get("/venue/posters")
    assert "You have no posters yet" in empty.text
    made = empty.submit("Make the poster", name=" Front  desk ")
    assert "The poster for Front desk is ready." in made.text
    assert "/my/at/" in made.text
    empty.submit("Make the poster", name="Front desk")
    assert len(poster_ids(app)) == 1, "a double save makes one"
    printed = manager.http.get(made.link("Print it (PDF) Front desk"))
    assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
    assert printed.data.startswith(b"%PDF-")
    assert printed.data == manager.http.get(made.link("Print it (PDF) Front desk")).data
    with app.app_context():
        assert "poster made" in db.session().scalars(select(AuditEntry.action)).all()


@pytest.mark.parametrize(("name", "sentence"), [("  ", "Give the poster a name"), ("x" * 41, "at most 40 letters")])
def test_it_needs_a_name(app: Flask, manager: PageClient, name: str, sentence: str) -> None:
    page = manager.get("/venue/posters").submit("Make the poster", name=name)
    assert sentence in page.text
    assert page.fields("Make the poster")["name"] == name
    assert poster_ids(app) == []


def test_it_is_ended_and_nothing_else_with_it(app: Flask, world: World, manager: PageClient) -> None:
    manager.get("/venue/posters").submit("Make the poster", name="Front desk")
    page = manager.get("/venue/posters")
    address = page.link("Print it (PDF) Front desk")
    ended = page.submit("End this poster")
    assert "The poster Front desk does not work any more." in ended.text
    assert "You have no posters yet" in ended.text
    assert manager.http.get(address).status_code == 404
    assert "does not work any more" in page.submit("End this poster").text, "ending it twice changes nothing"
    assert world.be_till(PageClient(app)).get("/till").heading == "Take credits"


def test_another_venue_s_poster_is_like_a_missing_one(app: Flask, world: World, manager: PageClient) -> None:
    with app.app_context():
        session, keyring = db.session(), app.config["KEYRING"]
        venue = create_venue(session, name="Corn Exchange", slug="corn", town="Ely")
        join_programme(session, world.programme_id, venue.id)
        theirs = make_poster(session, keyring, world.programme_id, venue.id, poster_id=uuid4(), name="Foyer", actor_id=None).id
        session.commit()
    token = manager.get("/venue/posters").fields("Make the poster")["csrf_token"]
    for poster_id in (theirs, uuid4(), world.till_id):
        manager.get(f"/venue/posters/{poster_id}.pdf", status=404)
        manager.post(f"/venue/posters/{poster_id}/end", {"csrf_token": token}, status=404)
    page = manager.get("/venue/posters")
    assert "Foyer" not in page.text
    page.submit("Make the poster", name="Mine", new_id=str(theirs), status=404)
    assert poster_ids(app) == [theirs]


@pytest.mark.parametrize("who", ["volunteer", "coordinator", "manager"])
def test_only_the_venue_s_manager_keeps_posters(app: Flask, world: World, who: str) -> None:
    world.sign_in(PageClient(app), who).get("/venue/posters", status=403)
