"""Every address: listed in git, named with its permission, and every permission known and used."""

from pathlib import Path

import pytest
from flask import Flask

from tests.house.addresses import PASSED_OVER, THINGS, pages
from timecredits.network.permissions import ALL_PERMISSIONS, EVERYBODY, ActorKind, Permission
from timecredits.web.access import UndeclaredRouteError, check_routes, list_routes

ROOT = Path(__file__).resolve().parents[2]
ROUTES = Path(__file__).with_name("routes.txt")
PERMISSIONS = ROOT / "docs" / "permissions.md"

AWAITED: dict[str, str] = {}
"""Permissions that no page uses yet, and which page will."""

BEGINS = """# Who may do what
Every address names one of these, or the application refuses to start. *Which* people, hours and letters they may touch is settled
by the query, which starts from the actor's own programme, organisation, venue or volunteer record; what lies outside answers as
if it did not exist. The whole policy is one module: timecredits/network/permissions.py. A test keeps this page true to it.

| permission | what it lets be done | who |
|---|---|---|
"""


def who(permission: Permission) -> str:
    if permission.allowed == EVERYBODY:
        return "everybody"
    return ", ".join(kind.value.replace("_", " ") for kind in ActorKind if kind in permission.allowed)


def test_the_list_of_addresses_is_in_git(app: Flask) -> None:
    now, before = list_routes(app), ROUTES.read_text().splitlines()
    gone, new = sorted(set(before) - set(now)), sorted(set(now) - set(before))
    assert now == before, (
        f"Gone: {gone}. New: {new}. An address that vanishes breaks links on letters, posters and phones. If it is meant so, "
        "renew the list: .venv/bin/python -m tests.house.renew"
    )


def test_every_address_names_a_known_permission(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert app.view_functions[rule.endpoint].permission in ALL_PERMISSIONS, rule.rule  # type: ignore[attr-defined]


def test_an_address_without_a_permission_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "")
    with pytest.raises(UndeclaredRouteError, match=r"forgotten \(/forgotten\) names no permission"):
        check_routes(app)


def test_a_permission_that_is_not_one_stops_the_start_too(app: Flask) -> None:
    def view() -> str:
        return ""

    view.permission = "read_public_pages"  # type: ignore[attr-defined]
    app.add_url_rule("/misspelt", endpoint="misspelt", view_func=view)
    with pytest.raises(UndeclaredRouteError):
        check_routes(app)


def test_every_permission_is_used_or_awaited(app: Flask) -> None:
    used = {view.permission.name for view in app.view_functions.values()}  # type: ignore[attr-defined]
    assert {permission.name for permission in ALL_PERMISSIONS} - used == set(AWAITED)


def test_every_permission_says_what_it_lets_be_done() -> None:
    assert len({permission.name for permission in ALL_PERMISSIONS}) == len(ALL_PERMISSIONS)
    for permission in ALL_PERMISSIONS:
        assert permission.sentence.endswith("."), permission.name
        assert len(permission.sentence.split()) > 3, permission.name
        assert permission.allowed, permission.name


def test_the_page_about_permissions_is_true() -> None:
    assert PERMISSIONS.read_text() == permissions_page(), "Renew it: .venv/bin/python -m tests.house.renew"


def test_every_page_about_one_thing_has_a_thing_to_be_tried_with(app: Flask) -> None:
    with_parameters = {rule.endpoint for rule in pages(app) if rule.arguments}
    assert with_parameters == set(THINGS), "Add it to THINGS in tests/house/full_world.py (and what it needs to the world)."
    assert set(PASSED_OVER) <= set(app.view_functions)


def permissions_page() -> str:
    """docs/permissions.md as it should stand."""
    return BEGINS + "".join(f"| {each.name} | {each.sentence} | {who(each)} |\n" for each in ALL_PERMISSIONS)
