"""A coordinator makes the tablet in their hand a kiosk, and is signed out on it."""

from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Kiosk
from timecredits.web.database import db

BUTTON = "Make this device a kiosk"


def test_the_coordinator_is_signed_out_and_the_device_is_a_kiosk(app: Flask, client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator")
    answer = client.get("/coordinator/kiosks").submit(BUTTON, name=" Back  door ", follow=False, status=302)
    cookie = next(value for value in answer.response.headers.getlist("Set-Cookie") if value.startswith("kiosk="))
    for part in ("HttpOnly", "SameSite=Strict", "Max-Age=31536000", "Path=/"):
        assert part in cookie
    page = client.get("/kiosk")
    assert "You are signed out here." in page.text
    assert "Back door" in page.soup.get_text()
    for path in ("/coordinator/", "/coordinator/people", "/coordinator/attendance", "/my/"):
        assert client.get(path, follow=False, status=302).response.location.startswith("/sign-in?next="), path
    with app.app_context():
        acts = list(db.session().scalars(select(AuditEntry.action).where(AuditEntry.actor_id == world.users["coordinator"])))
    assert acts == ["kiosk made"]


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(sqlite_url: str, app: Flask, world: World) -> None:
    address = "https://credits.example.org"
    secure = create_app(
        {
            "DATABASE_URL": sqlite_url,
            "BASE_URL": address,
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "SECRET_KEY": app.config["SECRET_KEY"],
        }
    )
    client = PageClient(secure)
    with client.http.session_transaction(base_url=address) as browser:
        browser["sign_in"] = _secret_of(app, world)
    answer = client.http.post("/coordinator/kiosks", data={"name": "Door"}, base_url=address)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-kiosk="))
    for part in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
        assert part in cookie
    with secure.app_context():
        db.engine.dispose()


def _secret_of(app: Flask, world: World) -> str:
    browser = world.sign_in(PageClient(app), "coordinator")
    with browser.http.session_transaction() as kept:
        return str(kept["sign_in"])


def test_a_name_is_needed_and_what_was_typed_stays(client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator")
    page = client.get("/coordinator/kiosks").submit(BUTTON, name="  ")
    assert "Give the kiosk a name" in page.text
    page = client.get("/coordinator/kiosks").submit(BUTTON, name="x" * 41)
    assert "Use at most 40 letters" in page.text
    assert page.fields(BUTTON)["name"] == "x" * 41
    assert client.get("/coordinator/").heading == "Today", "still signed in"


def test_a_removed_kiosk_is_none_at_its_next_request(app: Flask, client: PageClient, world: World) -> None:
    tablet = world.be_kiosk(PageClient(app))
    token = tablet.get("/kiosk").fields("Sign in or out")["csrf_token"]
    page = world.sign_in(client, "coordinator").get("/coordinator/kiosks")
    assert "Front door" in page.text
    assert "Front door is no longer a kiosk." in page.submit("Remove this kiosk").text
    assert tablet.get("/kiosk", follow=False, status=302).response.location == "/kiosk/start"
    assert tablet.get("/kiosk").heading == "This device is not a kiosk"
    sent = {"csrf_token": token, "code": "V1", "letter": "S"}
    assert tablet.post("/kiosk/sign", sent, follow=False, status=302).response.location == "/kiosk/start"


def test_another_organisation_s_kiosk_is_not_there(app: Flask, client: PageClient, world: World) -> None:
    other = world.sign_in(client, "other_coordinator")
    page = other.get("/coordinator/kiosks")
    assert "You have no kiosks yet" in page.text
    token = page.fields(BUTTON)["csrf_token"]
    theirs = other.post(f"/coordinator/kiosks/{world.kiosk_id}/remove", {"csrf_token": token}, status=404)
    missing = other.post(f"/coordinator/kiosks/{new_id()}/remove", {"csrf_token": token}, status=404)
    assert theirs.text == missing.text
    with app.app_context():
        assert db.session().get_one(Kiosk, world.kiosk_id).revoked_at is None


def test_other_people_make_no_kiosks(app: Flask, world: World) -> None:
    for who in ("volunteer", "venue_manager", "manager"):
        world.sign_in(PageClient(app), who).get("/coordinator/kiosks", status=403)
    assert PageClient(app).get("/kiosk/start").click("I am a coordinator").heading == "Sign in"
