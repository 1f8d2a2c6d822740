"""One tap into each role, on a demo only."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from timecredits.demo.people import demo_email
from timecredits.network.models import RoleKind
from timecredits.network.programmes import create_programme, create_venue, join_programme
from timecredits.network.users import create_user, give_role
from timecredits.web.database import db


@pytest.fixture
def demo(app: Flask) -> Flask:
    with app.app_context():
        session = db.session()
        programme = create_programme(session, name="Demo", slug="demo", is_demo=True)
        user = create_user(session, email=demo_email("programme-manager"), name="Mo")
        give_role(session, programme.id, user.id, RoleKind.PROGRAMME_MANAGER)
        venue = create_venue(session, name="Riverside Pool", slug="riverside-pool", town="Ely")
        join_programme(session, programme.id, venue.id)
        session.commit()
    return app


def test_one_tap_signs_in(client: PageClient, demo: Flask) -> None:
    assert demo
    assert client.get("/demo/programme-manager", follow=False, status=302).response.location.rstrip("/") == "/programme"
    assert client.get("/sign-in", follow=False, status=302).response.location.rstrip("/") == "/programme"


def test_one_tap_makes_a_till(client: PageClient, demo: Flask) -> None:
    page = client.get("/demo/till", follow=False, status=302)
    assert page.response.location.rstrip("/") == "/till"
    cookie = page.response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert demo


@pytest.mark.parametrize("who", ["nobody", "coordinator"])
def test_nobody_else_is_there(client: PageClient, demo: Flask, who: str) -> None:
    assert demo
    client.get(f"/demo/{who}", status=404)


@pytest.mark.parametrize("environment", ["development", "production"])
def test_there_is_no_such_door_elsewhere(client: PageClient, demo: Flask, environment: str) -> None:
    demo.config["TIMECREDITS_ENV"] = environment
    client.get("/demo/programme-manager", status=404)


def test_one_real_programme_in_the_database_shuts_the_door(client: PageClient, demo: Flask) -> None:
    with demo.app_context():
        create_programme(db.session(), name="Real", slug="real")
        db.session.commit()
    client.get("/demo/programme-manager", status=404)
    client.get("/demo/till", status=404)
