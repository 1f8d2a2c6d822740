"""The outer ring: how many forms one address may send. It is off in other tests, and no security rests on it."""

import importlib.util
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.page_client import PageClient
from tests.web.header_rules import faults_of
from timecredits.app import NotReadyError, create_app
from timecredits.network.permissions import EVERYBODY
from timecredits.web import limits_outer
from timecredits.web.database import db
from timecredits.web.limits_outer import CODES, FORMS, SIGN_INS, address_mark, limits_of

ADDRESS = "203.0.113.77"
FREE = {
    "public.leave": "out at once, whatever else",
    "sign_in.sign_out": "so is this",
    "till.sync": "what a till took with no signal is owed",
    "api.send_saved": "the same",
}


def limited(sqlite_url: str, **more: Any) -> Flask:
    settings = {"DATABASE_URL": sqlite_url, "TESTING": True, "TIMECREDITS_ENV": "demo", "OUTER_LIMITS_ON_IN_TESTS": True}
    app = create_app({**settings, "WTF_CSRF_ENABLED": False, **more})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    """The application with the ring on, whose limits are low enough to meet."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SIGN_INS", "CODES", "FORMS"):
            patch.setattr(limits_outer, name, "3 per minute")
        app = limited(sqlite_url)
        yield app
    with app.app_context():
        db.engine.dispose()


def send(app: Flask, path: str = "/sign-in/password", address: str = ADDRESS, **more: Any) -> Any:
    return PageClient(app).http.post(path, environ_base={"REMOTE_ADDR": address}, **more)


def test_who_sends_too_much_is_told_when_to_come_back(app: Flask) -> None:
    assert [send(app).status_code for _ in range(3)] == [200, 200, 200]
    answer = send(app)
    assert (answer.status_code, faults_of(answer.headers, 429)) == (429, [])
    assert "Too many tries" in answer.text
    assert "Nothing was changed." in answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 61  # a begun second counts as a whole one


def test_others_and_other_pages_go_on(app: Flask) -> None:
    while send(app).status_code != 429:
        pass
    assert send(app, address="203.0.113.78").status_code == 200
    assert send(app, "/sign-in/email").status_code == 200
    browser = app.test_client()
    assert browser.get("/sign-in/password", environ_base={"REMOTE_ADDR": ADDRESS}).status_code == 200
    assert send(app, "/exit").status_code == 303


def test_the_api_is_told_so_in_json(app: Flask) -> None:
    for _ in range(3):
        assert send(app, "/api/v1/till/pair", json={"code": "nothing"}).status_code != 429
    answer = send(app, "/api/v1/till/pair", json={"code": "nothing"})
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (429, "application/problem+json", "too_many")
    assert answer.headers["Retry-After"].isdigit()


def test_one_household_has_one_count_and_two_have_two(app: Flask) -> None:
    for last in ("1", "2", "3"):
        assert send(app, address=f"2001:db8:7::{last}").status_code == 200
    assert send(app, address="2001:db8:7::4").status_code == 429
    assert send(app, address="2001:db8:8::4").status_code == 200


def test_this_machine_itself_is_not_counted(app: Flask) -> None:
    assert {send(app, address="127.0.0.1").status_code for _ in range(6)} == {200}


def test_behind_a_proxy_each_caller_is_counted_and_nobody_can_pretend(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_outer, "SIGN_INS", "2 per minute")
    app = limited(sqlite_url, PROXY_COUNT=1)

    def through(*addresses: str) -> int:
        return int(send(app, address="127.0.0.1", headers={"X-Forwarded-For": ", ".join(addresses)}).status_code)

    assert [through(ADDRESS) for _ in range(3)] == [200, 200, 429]
    assert through("198.51.100.1") == 200
    assert through("1.2.3.4", ADDRESS) == 429, "only what our own proxy said is believed"
    assert through("words") == 200
    with app.app_context():
        db.engine.dispose()


def test_without_a_proxy_no_header_is_believed(app: Flask) -> None:
    for number in range(4):
        answer = send(app, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert answer.status_code == 429


def test_no_address_is_kept_or_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        while send(app).status_code != 429:
            pass
        send(app, "/in/nowhere/refer")
    limiter = app.extensions["outer_limits"]
    kept = [*limiter.storage.storage]
    assert kept, "it counts"
    assert not any(ADDRESS in key for key in kept)
    assert ADDRESS not in caplog.text
    with app.app_context():
        for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")):
            assert ADDRESS not in str(db.session.execute(text(f'SELECT * FROM "{name}"')).all())  # noqa: S608


def test_the_mark_of_an_address_needs_the_key(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": ADDRESS}):
        assert address_mark(b"a" * 32) == address_mark(b"a" * 32) != address_mark(b"b" * 32)


def test_every_form_that_anybody_can_send_has_a_limit(app: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and app.view_functions[rule.endpoint].permission.allowed == EVERYBODY  # type: ignore[attr-defined]
    }
    assert len(open_to_all) > 15
    assert {each for each in open_to_all if limits_of(app, each) is None} == set(FREE) & open_to_all
    assert limits_of(app, "volunteer.settings_name") is None


def test_a_room_full_of_people_is_let_in() -> None:
    """60 people who sign in in one minute, two steps each; 300 in an hour, with a slip each."""
    for limits, a_minute, an_hour in ((SIGN_INS, 120, 1200), (CODES, 60, 400), (FORMS, 60, 600)):
        assert limits == f"{a_minute} per minute; {an_hour} per hour"


def test_two_applications_have_limits_of_their_own(app: Flask, sqlite_url: str) -> None:
    other = limited(sqlite_url)
    assert [send(app).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [send(other).status_code for _ in range(3)] == [200, 200, 200]
    with other.app_context():
        db.engine.dispose()


def test_redis_without_what_talks_to_it_stops_the_start(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "redis" else found(name, *more))
    with pytest.raises(NotReadyError, match="pip install redis"):
        limited(sqlite_url, REDIS_URL="redis://127.0.0.1:1/0")
