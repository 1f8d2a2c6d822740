"""A browser becomes a till by a code that works once, and stops being one when told."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.app import create_app
from timecredits.spending.tills.pairing import MOST_MISSES, begin_pairing
from timecredits.web.database import db


@pytest.fixture
def pairing_code(app: Flask, world: World) -> str:
    with app.app_context():
        session = db.session()
        code = begin_pairing(session, world.venue_id, till_name="Back door", made_by=None)
        session.commit()
        return code


def test_a_code_makes_a_till_once(app: Flask, client: PageClient, pairing_code: str) -> None:
    page = client.get("/till", follow=False, status=302)
    assert page.response.location == "/till/pair"
    typed = f" {pairing_code[:4].lower()} {pairing_code[4:].lower()}"
    answer = client.get("/till/pair").submit("Make this device a till", code=typed, follow=False, status=302)
    cookie = next(value for value in answer.response.headers.getlist("Set-Cookie") if value.startswith("till="))
    for part in ("HttpOnly", "SameSite=Strict", "Max-Age=31536000", "Path=/"):
        assert part in cookie
    assert "Parkside Pool" in client.get("/till").soup.get_text()
    again = PageClient(app).get("/till/pair").submit("Make this device a till", code=pairing_code)
    assert "That code did not work" in again.text


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(sqlite_url: str, pairing_code: str) -> None:
    address = "https://credits.example.org"
    app = create_app({"DATABASE_URL": sqlite_url, "BASE_URL": address, "TESTING": True, "WTF_CSRF_ENABLED": False})
    answer = app.test_client().post("/till/pair", data={"code": pairing_code}, base_url=address)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-till="))
    for part in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
        assert part in cookie
    with app.app_context():
        db.engine.dispose()


def test_a_wrong_code_keeps_what_was_typed(client: PageClient, world: World) -> None:
    page = client.get("/till/pair").submit("Make this device a till", code="ABCD 9999")
    assert page.soup.select_one("title").get_text().startswith("Error: ")  # type: ignore[union-attr]
    assert page.fields("Make this device a till")["code"] == "ABCD 9999"
    assert world.till_id


@pytest.mark.usefixtures("steady_clock")
def test_too_many_wrong_codes_pause_pairing(client: PageClient, world: World, pairing_code: str) -> None:
    assert world.till_id
    page = client.get("/till/pair")
    for _ in range(MOST_MISSES):
        page = page.submit("Make this device a till", code="00000000")
    assert "Wait ten minutes" in page.submit("Make this device a till", code=pairing_code).text


def test_a_till_that_stops_is_none_any_more(till: PageClient) -> None:
    page = till.get("/till").submit("Stop being a till")
    assert page.heading == "Make this device a till"
    assert till.get("/till", follow=False, status=302).response.location == "/till/pair"


def test_a_signed_in_person_is_no_till(phone: PageClient) -> None:
    assert phone.get("/till", follow=False, status=302).response.location == "/till/pair"
    assert phone.get("/till/token", follow=False, status=302)
