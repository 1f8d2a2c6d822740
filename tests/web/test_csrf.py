"""Nothing is changed by a form that is not ours: without its mark, from another site, or sent with cookies to the API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.house.test_headers import values_of
from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.permissions import EVERYBODY, ActorKind
from timecredits.web.database import db

WHO = {
    ActorKind.VOLUNTEER: "volunteer",
    ActorKind.COORDINATOR: "coordinator",
    ActorKind.ORGANISATION_OWNER: "owner",
    ActorKind.VENUE_MANAGER: "venue_manager",
    ActorKind.PROGRAMME_MANAGER: "manager",
}
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
STRANGERS: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "something-new"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    {"Origin": ""},
]
PASSED = [
    {},  # an old browser
    OURS,
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # a page of ours that tells no address
]


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    place = Path(make_url(app.config["DATABASE_URL"]).database or "")
    assert place.exists()
    with app.app_context():
        names = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return {name: [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"'))] for name in names}  # noqa: S608


def forms(app: Flask) -> Iterator[tuple[str, str, ActorKind | None]]:
    """Every address that takes a form, by endpoint, and who may send it."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and not rule.endpoint.startswith("api.") and rule.endpoint != "public.leave":
            allowed = app.view_functions[rule.endpoint].permission.allowed  # type: ignore[attr-defined]
            kind = None if allowed == EVERYBODY else next(each for each in ActorKind if each in allowed)
            yield rule.endpoint, adapter.build(rule.endpoint, values_of(rule), method="POST"), kind


@pytest.fixture
def browsers(app: Flask, world: World) -> dict[ActorKind | None, PageClient]:
    """A browser for each kind of person and device, signed in; None is a stranger's."""
    made: dict[ActorKind | None, PageClient] = {kind: world.sign_in(PageClient(app), who) for kind, who in WHO.items()}
    made[ActorKind.TILL], made[ActorKind.KIOSK] = world.be_till(PageClient(app)), world.be_kiosk(PageClient(app))
    made[None] = PageClient(app)
    return made


def test_no_form_is_taken_without_its_mark(app: Flask, browsers: dict[ActorKind | None, PageClient]) -> None:
    with clock.standing_at(clock.now()):
        for browser in browsers.values():
            browser.http.get("/sign-in")  # what only says when somebody was last here is written before we look
        before, taken, tried = everything(app), [], 0
        for endpoint, address, kind in forms(app):
            tried += 1
            for data in ({}, {"csrf_token": "made-up"}):
                answer = browsers[kind].http.post(address, data=data)
                if answer.status_code != 400:
                    taken.append((endpoint, answer.status_code))
    assert tried > 200
    assert taken == []
    assert everything(app) == before


def test_the_same_form_without_that_lock_is_taken(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client, before = world.sign_in(PageClient(app), "volunteer"), everything(app)
    client.post("/my/calendar/new", {})
    assert everything(app) != before, "else the test above sees nothing"


@pytest.mark.parametrize("headers", STRANGERS)
def test_a_form_from_elsewhere_is_turned_away_with_the_right_mark_too(
    app: Flask, client: PageClient, world: World, headers: dict[str, str]
) -> None:
    page = world.sign_in(client, "volunteer").get("/my/settings/name")
    before = everything(app)
    answer = client.post("/my/settings/name", {**page.fields(), "letter_name": "Evil"}, status=400, headers=headers)
    assert "This came from another website. Nothing was changed." in answer.text
    assert everything(app) == before


@pytest.mark.parametrize("headers", PASSED)
def test_our_own_forms_are_taken(app: Flask, client: PageClient, world: World, headers: dict[str, str]) -> None:
    page = world.sign_in(client, "volunteer").get("/my/settings/name")
    before = everything(app)
    answer = client.http.post("/my/settings/name", data={**page.fields(), "letter_name": "Sianny"}, headers=headers)
    assert answer.status_code == 302
    assert everything(app) != before


def test_other_ways_to_change_something_are_no_way_round(client: PageClient, world: World) -> None:
    world.sign_in(client, "volunteer")
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.http.open("/my/settings/name", method=method, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
        assert client.http.open("/my/settings/name", method=method).status_code == 405
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        assert client.http.get("/sign-out", headers={header: "POST"}).status_code == 405


def test_leaving_is_never_held_back(client: PageClient) -> None:
    assert client.http.post("/exit", headers=STRANGERS[0]).status_code == 303


def test_the_api_knows_no_cookies(app: Flask, browsers: dict[ActorKind | None, PageClient]) -> None:
    before, tried = everything(app), 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("api.") or rule.endpoint in {"api.openapi", "api.pair", "api.send_saved"}:
            continue
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        address = app.url_map.bind("localhost").build(rule.endpoint, values_of(rule), method=method)
        for browser in browsers.values():
            tried += 1
            answer = browser.http.open(address, method=method, json={} if method == "POST" else None)
            if app.view_functions[rule.endpoint].permission.allowed != EVERYBODY:  # type: ignore[attr-defined]
                assert answer.status_code == 401, rule.endpoint
    assert tried > 80
    assert everything(app) == before


def test_what_was_typed_is_there_after_a_page_was_open_for_too_long(client: PageClient, world: World) -> None:
    page = world.sign_in(client, "volunteer").get("/my/settings/name")
    sent = {**page.fields(), "csrf_token": "an old one", "letter_name": "Siân <b>"}
    again = client.post("/my/settings/name", sent, status=400, headers=OURS)
    assert again.heading == "Send it once more"
    assert again.fields()["letter_name"] == "Siân <b>"
    assert again.fields()["csrf_token"] != "an old one"
    client.post("/my/settings/name", again.fields(), headers=OURS)
    assert "Siân <b>" in client.get("/my/settings").text


@pytest.mark.parametrize(
    ("path", "fields", "headers"),
    [
        ("/sign-in/password", {"email": "a@b.example", "password": "quiet river"}, OURS),
        ("/sign-in/email", {"email": "a@b.example"}, {}),  # a browser that does not say where it was sent from
        ("/sign-in/code", {"code": "12345678"}, OURS),
    ],
)
def test_a_stranger_s_words_and_secrets_are_not_put_into_a_page(
    client: PageClient, path: str, fields: dict[str, str], headers: dict[str, str]
) -> None:
    page = client.post(path, fields, status=400, headers=headers)
    assert "This page was open for too long. Nothing was changed." in page.text
    assert not any(value in page.response.text for value in fields.values())
