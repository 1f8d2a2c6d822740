"""Every page for every kind of actor: what is theirs opens, what isn't is refused, what is another's isn't there."""

import re
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.house.addresses import ALIKE, ANYBODYS, PROGRAMME_WIDE, THINGS, address, pages
from tests.house.full_world import ACTORS, FullWorld
from tests.page_client import PageClient
from timecredits.foundation.db import new_id
from timecredits.network.permissions import ActorKind, Permission
from timecredits.web.access import DEVICES

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


def expected(permission: Permission, kind: ActorKind) -> str:
    if kind in permission.allowed:
        return "opens"
    if len(permission.allowed) == 1 and permission.allowed <= set(DEVICES):
        return "pair"
    # A device's cookie makes nobody signed in: on people's pages it is a visitor like any other.
    return "sign in" if kind in {ActorKind.VISITOR, *DEVICES} else "refused"


def came(status: int, location: str, rule: Rule) -> str:
    if status == 403:
        return "refused"
    path = urlsplit(location).path
    if status == 302 and path == "/sign-in" and rule.endpoint != "sign_in.start" and "next=" in location:
        return "sign in"
    if status == 302 and path in {"/till/pair", "/kiosk/start"}:
        return "pair"
    return "opens" if status in {200, 204, 301, 302, 303} else str(status)


@pytest.mark.parametrize("kind", ACTORS)
def test_a_page_opens_for_those_it_is_for_and_for_nobody_else(full_app: Flask, full_world: FullWorld, kind: ActorKind) -> None:
    differences = []
    for rule in pages(full_app):
        # Each page with a browser of its own: some pages end a sign-in.
        browser = full_world.become(PageClient(full_app), kind)
        path = address(full_app, rule, full_world.own)
        answer = browser.http.get(path)
        permission = permission_of(full_app, rule.endpoint)
        wanted = expected(permission, kind)
        if kind in DEVICES and kind in permission.allowed and permission.allowed != {kind}:
            wanted = expected(permission, ActorKind.VISITOR)
        found = came(answer.status_code, answer.headers.get("Location", ""), rule)
        if found != wanted:
            differences.append(f"{rule.rule} ({rule.endpoint}): {found}, not {wanted}")
    assert differences == []


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
