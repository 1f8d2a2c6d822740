"""Requests that no page of ours makes, files that caches keep, and what is left when the database is away."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from functools import wraps
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation.places import STATIC_DIST
from timecredits.web.database import db

NAME = "Siân O'Neill-Wyn"
SECRET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234"


@pytest.fixture
def crashing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application as it runs for people, on which looking a letter up breaks inside the database."""

    def breaks(*_args: object, **_more: object) -> None:
        db.session().execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": NAME})

    monkeypatch.setattr("timecredits.web.public.checking.check_by_secret", breaks)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    yield app
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=None)


def test_a_host_that_is_not_ours_gets_a_plain_refusal(client: PageClient) -> None:
    answer = client.http.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_nul_is_turned_away(client: PageClient, app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client.post("/sign-in/email", {"email": "a\0b@example.org"}, status=400)
    world.sign_in(client, "coordinator")
    client.get("/coordinator/people", query_string={"q": "a\0"}, status=400)
    client.get("/coordinator/people", query_string={"q": "a"})
    assert client.http.post("/exit", data={"a": "\0"}).status_code == 303


def test_a_file_that_caches_keep_carries_no_cookie(client: PageClient, world: World) -> None:
    world.sign_in(client, "volunteer")
    with client.http.session_transaction() as browser:
        browser.permanent = True
    client.get("/my/")  # its forms begin the session's mark
    name = json.loads((STATIC_DIST / "manifest.json").read_text())["main.css"]
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        with client.http.get(f"/static/{name}", headers=headers) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert ("Content-Encoding" in answer.headers) == bool(headers)
    assert "Set-Cookie" not in client.get("/my/").response.headers


@pytest.mark.parametrize("name", ["nothing.js", "a" * 300, "..%2Fmanifest.json", "manifest.json"])
def test_a_file_that_is_not_there_is_a_page_that_no_cache_keeps(client: PageClient, name: str) -> None:
    page = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}, status=404)
    assert page.response.headers["Cache-Control"] == "no-store"


def test_health_is_told_though_the_database_is_away(client: PageClient, app: Flask, sqlite_url: str) -> None:
    assert client.http.get("/readyz").text == "ready\n"
    with app.app_context():
        db.engine.dispose()
    place = Path(sqlite_url.removeprefix("sqlite:///"))
    for each in place.parent.glob(f"{place.name}*"):
        each.unlink()
    place.mkdir()
    assert client.http.get("/healthz").text == "ok\n"
    ready = client.http.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready: database\n")


def test_a_crash_is_logged_without_names_and_secrets(crashing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        page = PageClient(crashing).get(f"/v/{SECRET}", status=500)
    assert page.heading == "Something went wrong"
    assert "OperationalError on public.check_reference" in caplog.text
    assert "test_odd_requests.py" in caplog.text, "where it happened"
    assert not any(word in caplog.text for word in (NAME, SECRET))


def test_two_who_hold_what_the_other_wants_are_asked_to_try_again(
    client: PageClient, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @wraps(app.view_functions["volunteer.gifts"])
    def loses(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setitem(app.view_functions, "volunteer.gifts", loses)
    page = world.sign_in(client, "volunteer").get("/my/gifts", status=503)
    assert "Nothing was changed. Go back and try again." in page.text
    assert "OperationalError" not in caplog.text
