"""The authorisation matrix as it should stand in matrix.txt: every address and method, and what becomes of each kind of actor.

The file is read by people: whoever adds an address reads its line. What it says is tried on every page in test_access.py.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.house.addresses import ANYBODYS
from timecredits.network.permissions import EVERYBODY, ActorKind, Permission
from timecredits.web.access import DEVICES

MATRIX = Path(__file__).with_name("matrix.txt")
COLUMNS = {
    ActorKind.VISITOR: "visitor",
    ActorKind.VOLUNTEER: "member",
    ActorKind.TILL: "till",
    ActorKind.KIOSK: "kiosk",
    ActorKind.PARTNER: "partner",
    ActorKind.VENUE_MANAGER: "venue",
    ActorKind.COORDINATOR: "staff",
    ActorKind.ORGANISATION_OWNER: "owner",
    ActorKind.PROGRAMME_MANAGER: "manager",
}
BEGINS = """\
# What becomes of whom at each address. Written by `python -m tests.house.renew`; a line that changes is read by a second person.
#   ok    let in, as far as the thing is theirs     in    sent to sign in
#   no    refused (403)                             pair  sent to where a device is paired
#   key   asked for a key that is good for it (401)
# The last column: another organisation's thing, another programme's, or one that never was.
#   404   all answered alike, byte for byte         open  anybody's, or whoever holds what stands in the address
#   some  404 but for those of ANYBODYS             -     the address names no thing
# A helper is a member who acts for another: their addresses (/my/helping/...) name the helping, and answer as any thing does.
# Who runs the installation has no address at all: they work on the command line.
"""


def outcome(permission: Permission, kind: ActorKind, *, is_api: bool) -> str:
    """What becomes of an actor of this kind where this permission is asked for."""
    if is_api:
        if permission.allowed == EVERYBODY or kind in permission.allowed:
            return "ok"
        # The API reads keys and nothing else: whoever is signed in by a cookie is nobody there.
        return "no" if kind in {ActorKind.TILL, ActorKind.PARTNER} else "key"
    if kind in DEVICES or kind is ActorKind.PARTNER:
        if permission.allowed == {kind}:
            return "ok"
        # A device's cookie, or a key, makes nobody signed in: on people's pages it is a visitor like any other.
        kind = ActorKind.VISITOR
    if kind in permission.allowed:
        return "ok"
    if len(permission.allowed) == 1 and permission.allowed <= set(DEVICES):
        return "pair"
    return "in" if kind is ActorKind.VISITOR else "no"


def anothers(rule: Rule, permission: Permission) -> str:
    """What becomes of somebody who may come here, but names a thing that isn't theirs."""
    if not rule.arguments:
        return "-"
    if permission.allowed == EVERYBODY:
        return "open"
    return "some" if rule.endpoint in ANYBODYS else "404"


def lines(app: Flask) -> list[str]:
    """One line an address and method, sorted."""
    found = []
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        permission: Permission = view.permission
        is_api = rule.endpoint.startswith("api.")
        row = "".join(f"{outcome(permission, kind, is_api=is_api):8}" for kind in COLUMNS)
        found += [
            f"{f'{method:7}{rule.rule}':74} {row}{anothers(rule, permission)}"
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return sorted(found, key=lambda line: line[7:])


def matrix_page(app: Flask) -> str:
    """The whole file."""
    heads = "".join(f"{each:8}" for each in COLUMNS.values())
    return f"{BEGINS}{'':75}{heads}another's\n" + "".join(f"{line}\n" for line in lines(app))


def read_matrix() -> dict[tuple[str, str], dict[ActorKind, str]]:
    """The file: what it says of each actor, by method and address."""
    rows = [line.split() for line in MATRIX.read_text().splitlines() if line and not line.startswith(("#", " "))]
    return {(method, path): dict(zip(COLUMNS, words, strict=False)) for method, path, *words in rows}
