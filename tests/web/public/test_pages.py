"""The public pages, and leaving in a hurry."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.demo.people import demo_email
from timecredits.network.models import RoleKind
from timecredits.network.programmes import create_programme
from timecredits.network.users import create_user, give_role
from timecredits.web.database import db


@pytest.mark.parametrize("path", ["/", "/safety", "/privacy", "/sign-in", "/sign-in/password"])
def test_anybody_may_read_and_leave(client: PageClient, path: str) -> None:
    page = client.get(path)
    assert page.soup.select_one(".govuk-exit-this-page a[href='/exit']") is not None


def test_only_the_landing_page_may_be_found_by_search(client: PageClient) -> None:
    assert "X-Robots-Tag" not in client.get("/").response.headers
    assert client.get("/privacy").response.headers["X-Robots-Tag"] == "noindex"
    assert "Disallow: /" in client.get("/robots.txt").response.text


def test_the_mark_is_where_old_browsers_look(client: PageClient) -> None:
    with client.http.get("/favicon.ico", follow_redirects=True) as response:
        assert response.mimetype == "image/png"


def test_the_landing_page_leads_on(client: PageClient, world: World) -> None:
    page = client.get("/")
    assert page.click("Check a letter").path == "/v"
    assert page.click("Sign in").path == "/sign-in"
    world.sign_in(client, "manager")
    assert client.get("/").link("Go to my page").rstrip("/") == "/programme"


def test_a_demo_shows_whom_one_can_be(client: PageClient, app: Flask) -> None:
    with app.app_context():
        programme = create_programme(db.session(), name="Demo", slug="demo", is_demo=True)
        user = create_user(db.session(), email=demo_email("programme-manager"), name="Mo")
        give_role(db.session(), programme.id, user.id, RoleKind.PROGRAMME_MANAGER)
        db.session.commit()
    page = client.get("/")
    assert page.soup.select_one("main a[href='/demo/programme-manager']") is not None
    app.config["TIMECREDITS_ENV"] = "production"
    assert "demo" not in client.get("/").text.lower()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_one_tap_and_out(client: PageClient, app: Flask, world: World, method: str) -> None:
    world.sign_in(client, "volunteer")
    world.be_till(client)
    with client.http.session_transaction() as browser:
        kept = dict(browser)
    response = client.http.open("/exit", method=method)
    assert (response.status_code, response.location) == (303, app.config["EXIT_URL"])
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert client.http.get_cookie("timecredits") is None
    assert client.http.get_cookie("till") is not None
    thief = PageClient(app)
    with thief.http.session_transaction() as browser:
        browser.update(kept)
    assert thief.get("/my/").path == "/sign-in"


def test_out_even_with_a_spoilt_cookie_or_none(client: PageClient) -> None:
    assert client.http.get("/exit").status_code == 303
    client.http.set_cookie("timecredits", "spoilt")
    client.http.set_cookie("known", "spoilt")
    assert client.http.get("/exit").status_code == 303
    assert client.http.get_cookie("timecredits") is None
    assert client.http.get_cookie("known") is None


def test_out_even_when_the_database_is_away(
    client: PageClient,
    app: Flask,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.sign_in(client, "volunteer")

    def away(*_args: object) -> None:
        raise OperationalError("connect", {}, Exception("no database"))

    monkeypatch.setattr("timecredits.web.access.find_actor", away)
    response = client.http.get("/exit")
    assert (response.status_code, response.location) == (303, app.config["EXIT_URL"])
    assert client.http.get_cookie("timecredits") is None
    with client.http.session_transaction() as browser:
        browser["sign_in"] = "a secret that nobody can look up now"
    client.get("/safety", status=503)


def test_the_neutral_site_is_a_setting(client: PageClient, app: Flask) -> None:
    app.config["EXIT_URL"] = "https://news.example/"
    assert client.http.get("/exit").location == "https://news.example/"


def test_a_missing_page_says_so_kindly(client: PageClient) -> None:
    page = client.get("/nothing-here", status=404)
    assert page.heading == "We can't find that page"
