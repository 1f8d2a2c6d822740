"""While an organisation is on hold its staff and kiosks look at everything and save nothing. Whatever the page, by default."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation.db import Base
from timecredits.network.models import Organisation
from timecredits.network.permissions import EVERYBODY, ActorKind, Permission
from timecredits.network.standing import lift, suspend
from timecredits.web.database import db

STAFF = (ActorKind.COORDINATOR, ActorKind.ORGANISATION_OWNER, ActorKind.KIOSK)
GOES_ON = {"change_capacity", "handle_concerns"}
SAID = "Your organisation is on hold"


def hold(app: Flask, world: World, *, on: bool = True) -> None:
    with app.app_context():
        here = db.session(), world.programme_id, world.organisation_id
        if on:
            suspend(*here, reason="A look at the books", actor_id=world.users["manager"])
        else:
            lift(*here, actor_id=world.users["manager"])
        db.session.commit()


@pytest.fixture
def held(app: Flask, world: World) -> World:
    hold(app, world)
    return world


def stored(session: Session) -> dict[str, list[str]]:
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}


def changing_routes(app: Flask) -> Iterator[tuple[str, Permission]]:
    """Every address that takes a POST and that staff or a kiosk may use, with ids that stand for anything."""
    anything = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1"}
    for rule in app.url_map.iter_rules():
        permission: Permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        if "POST" in (rule.methods or ()) and permission.allowed & set(STAFF):
            path = re.sub(r"<(?:(\w+)[^:>]*:)?\w+>", lambda found: anything.get(found[1] or "", "x"), rule.rule)
            yield path, permission


@pytest.mark.parametrize("kind", STAFF)
def test_every_change_is_refused_and_nothing_is_written(app: Flask, client: PageClient, held: World, kind: ActorKind) -> None:
    if kind is ActorKind.KIOSK:
        held.be_kiosk(client)
    else:
        held.sign_in(client, "coordinator" if kind is ActorKind.COORDINATOR else "owner")
    page = client.get("/kiosk" if kind is ActorKind.KIOSK else "/coordinator/")
    token = page.soup.select_one("input[name=csrf_token]")
    assert token is not None
    csrf = {"csrf_token": str(token["value"])}
    with app.app_context():
        before = stored(db.session())
    seen = 0
    for path, permission in changing_routes(app):
        if kind not in permission.allowed or permission.allowed == EVERYBODY or permission.name in GOES_ON:
            continue
        if (permission.allowed == frozenset({ActorKind.KIOSK})) != (kind is ActorKind.KIOSK):
            continue
        answer = client.http.post(path, data=csrf)
        assert answer.status_code == 403, path
        assert SAID in answer.text, path
        seen += 1
    assert seen > (1 if kind is ActorKind.KIOSK else 50)
    with app.app_context():
        assert stored(db.session()) == before


def test_looking_goes_on_and_so_do_roles_and_leaving(app: Flask, client: PageClient, held: World) -> None:
    coordinator = held.sign_in(client, "coordinator")
    for path in (
        "/coordinator/",
        "/coordinator/people",
        f"/coordinator/people/{held.volunteer_id}",
        "/coordinator/getting-ready",
    ):
        coordinator.get(path)
    assert "Your organisation is on hold." in coordinator.get("/coordinator/getting-ready").text
    form = coordinator.get(f"/coordinator/people/{held.volunteer_id}/phone")
    refused = form.submit("Save", phone="01632 960123", status=403)
    assert refused.heading == SAID
    assert "Nothing was saved. You can look at everything, and nothing is lost." in refused.text
    hold(app, held, on=False)
    assert "01632 960123" in form.submit("Save", phone="01632 960123").text
    hold(app, held)
    assert "You are signed out" in coordinator.get("/coordinator/").submit("Sign out").response.text


def test_others_are_not_held_up(app: Flask, client: PageClient, held: World) -> None:
    other = held.sign_in(client, "other_coordinator")
    form = other.get(f"/coordinator/people/{held.other_volunteer_id}/phone")
    assert "01632 960123" in form.submit("Save", phone="01632 960123").text
    volunteer = held.sign_in(PageClient(app), "volunteer")
    volunteer.get("/my/")
    with app.app_context():
        assert db.session.get_one(Organisation, (held.programme_id, held.organisation_id)).suspended_at is not None
