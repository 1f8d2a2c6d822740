"""Every page for every kind of actor: what is theirs opens, what isn't is refused, what is another's isn't there."""

import re
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.house.addresses import ALIKE, ANYBODYS, PROGRAMME_WIDE, THINGS, address, pages
from tests.house.full_world import FullWorld
from tests.house.matrix import COLUMNS, MATRIX, lines, matrix_page, read_matrix
from tests.page_client import PageClient
from tests.web.api.caller import make_key
from timecredits.foundation.db import new_id
from timecredits.network.api_tokens import SCOPES
from timecredits.network.permissions import EVERYBODY, READ_PUBLIC_PAGES, ActorKind, Permission

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCOPED_ACTORS = {
    "coordinator": ActorKind.COORDINATOR,
    "programme": ActorKind.PROGRAMME_MANAGER,
    "venue": ActorKind.VENUE_MANAGER,
    "volunteer": ActorKind.VOLUNTEER,
}
"""Who opens the pages of each room that are about one thing."""


def permission_of(app: Flask, endpoint: str) -> Permission:
    permission: Permission = app.view_functions[endpoint].permission  # type: ignore[attr-defined]
    return permission


def came(app: Flask, status: int, location: str, rule: Rule) -> str:
    """The word of matrix.py for an answer; an answer that fits none is its number."""
    if status == 403:
        return "no"
    if status == 401 and rule.endpoint.startswith("api."):
        return "key"
    path = urlsplit(location).path
    if status == 302 and path == "/sign-in":
        # Where everybody may come, it is the next step and no barrier: nobody had asked for a code.
        return "ok" if permission_of(app, rule.endpoint).allowed == EVERYBODY else "in"
    if status == 302 and path in {"/till/pair", "/kiosk/start"}:
        return "pair"
    return "ok" if status in {200, 204, 301, 302, 303} else str(status)


@pytest.fixture(scope="module")
def keys(full_app: Flask, full_world: FullWorld) -> dict[ActorKind, str]:
    """What those who have keys send to the API."""
    return {ActorKind.TILL: full_world.world.till_token, ActorKind.PARTNER: make_key(full_app, full_world.world, *SCOPES)}


def become(app: Flask, full_world: FullWorld, keys: dict[ActorKind, str], kind: ActorKind) -> PageClient:
    browser = PageClient(app)
    if kind in keys:
        browser.http.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {keys[kind]}"
    return browser if kind is ActorKind.PARTNER else full_world.become(browser, kind)


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_page_opens_for_those_it_is_for_and_for_nobody_else(
    full_app: Flask, full_world: FullWorld, keys: dict[ActorKind, str], kind: ActorKind
) -> None:
    said, differences = read_matrix(), []
    for rule in pages(full_app):
        # Each page with a browser of its own: some pages end a sign-in.
        answer = become(full_app, full_world, keys, kind).http.get(address(full_app, rule, full_world.own))
        found, wanted = came(full_app, answer.status_code, answer.headers.get("Location", ""), rule), said["GET", rule.rule][kind]
        if found != wanted:
            differences.append(f"{rule.rule} ({rule.endpoint}): {found}, not {wanted}")
    assert differences == []


@pytest.mark.parametrize("kind", COLUMNS)
def test_what_is_sent_is_looked_at_for_those_it_is_for_and_for_nobody_else(
    full_app: Flask, full_world: FullWorld, keys: dict[ActorKind, str], kind: ActorKind
) -> None:
    """Sent without a form's mark, so that whoever is let in is turned away right behind the door, and nothing changes."""
    said, differences = read_matrix(), []
    for rule in full_app.url_map.iter_rules():
        with full_app.test_request_context():
            path = full_app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, new_id())) if rule.arguments else rule.rule
        looks = set() if rule.endpoint.startswith("api.") else {"GET"}  # the pages are asked for above
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"} - looks):
            answer = become(full_app, full_world, keys, kind).http.open(path, method=method)
            found = came(full_app, answer.status_code, answer.headers.get("Location", ""), rule)
            # Behind the door: no mark, nothing typed, or no such thing.
            found = "ok" if answer.status_code in {400, 404, 413, 415, 422} else found
            if found != said[method, rule.rule][kind]:
                differences.append(f"{method} {rule.rule} ({rule.endpoint}): {found}, not {said[method, rule.rule][kind]}")
    assert differences == []


def test_the_matrix_in_git_is_that_of_the_permissions(full_app: Flask) -> None:
    assert MATRIX.read_text() == matrix_page(full_app), "Read what changed, then renew it: .venv/bin/python -m tests.house.renew"
    assert len(read_matrix()) == sum(len((rule.methods or set()) - {"HEAD", "OPTIONS"}) for rule in full_app.url_map.iter_rules())


def test_one_permission_given_away_makes_the_matrix_differ(full_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    view = full_app.view_functions["coordinator.staff"]
    before = lines(full_app)
    monkeypatch.setattr(view, "permission", READ_PUBLIC_PAGES)
    assert [line.split()[1] for line in set(lines(full_app)) - set(before)] == ["/coordinator/staff"]


@pytest.mark.parametrize("endpoint", [each for each in THINGS if not each.startswith("public.")])
def test_another_s_thing_is_answered_like_one_that_never_was(full_app: Flask, full_world: FullWorld, endpoint: str) -> None:
    rule = next(rule for rule in pages(full_app) if rule.endpoint == endpoint and rule.arguments)
    browser = full_world.become(PageClient(full_app), SCOPED_ACTORS[endpoint.partition(".")[0]])
    nothing = {name: str(new_id()) for name in full_world.others}
    others, missing = (browser.http.get(address(full_app, rule, things)) for things in (full_world.others, nothing))
    assert (others.status_code, missing.status_code) == (404, 404)
    assert _without_nonce(others.text) == _without_nonce(missing.text)
    assert browser.http.get(address(full_app, rule, full_world.own)).status_code in {200, 302}


def test_sending_to_another_s_thing_finds_nothing_either(full_app: Flask, full_world: FullWorld) -> None:
    full_app.config["WTF_CSRF_ENABLED"] = False
    differences = set()
    try:
        for rule in full_app.url_map.iter_rules():
            room = rule.endpoint.partition(".")[0]
            if "POST" not in (rule.methods or set()) or not rule.arguments or room not in SCOPED_ACTORS:
                continue
            kind = SCOPED_ACTORS[room]
            if kind not in permission_of(full_app, rule.endpoint).allowed:
                kind = ActorKind.ORGANISATION_OWNER
            browser = full_world.become(PageClient(full_app), kind)
            with full_app.test_request_context():
                others = {
                    name: each
                    for name, each in full_world.others.items()
                    if name not in ANYBODYS.get(rule.endpoint, ()) and (room != "programme" or name not in PROGRAMME_WIDE)
                }
                for name, things in (*_everything(others), ("missing", new_id())):
                    path = full_app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, things))
                    answered = browser.http.post(path, data={}).status_code
                    if answered != ALIKE.get(rule.endpoint, 404):
                        differences.add((rule.rule, name, answered))
    finally:
        full_app.config["WTF_CSRF_ENABLED"] = True
    assert sorted(differences) == []


def _everything(things: dict[str, str]) -> list[tuple[str, UUID]]:
    return [(name, UUID(each)) for name, each in things.items() if _ID.fullmatch(each)]


def _without_nonce(text: str) -> str:
    return re.sub(r'(nonce|name="csrf_token"[^>]* value)="[^"]*"', "", text)
