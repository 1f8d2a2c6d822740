"""The description: valid, complete, the same from the command and the address; its examples and those of docs/api.md work."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.real.programs import program
from tests.real.served import ServeApp, ServedApp
from tests.spending.shop import earn, show
from tests.web.api.caller import Caller
from tests.web.world import build_world
from timecredits.cli import cli
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.network.api_tokens import SCOPES, make_token
from timecredits.spending.tills.pairing import begin_pairing
from timecredits.web.api.declaring import ENDPOINTS
from timecredits.web.api.describing import describe

ROOT = Path(__file__).resolve().parents[3]


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_the_command_prints_what_the_address_serves(app: Flask) -> None:
    served = Caller(app, None).send("GET", "/openapi.json")
    assert served.status_code == 200
    assert CliRunner().invoke(cli, ["openapi"]).output.encode() == served.data


def test_it_is_a_valid_openapi_3_1_document() -> None:
    description = json.loads(json.dumps(describe()))
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


def test_every_address_is_described_and_every_description_has_an_address(app: Flask) -> None:
    routes = {
        (re.sub(r"<uuid:(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, method, _ in operations(dict(describe()))}


def test_every_call_says_who_may_what_it_is_and_what_can_go_wrong() -> None:
    ids = []
    for path, _method, operation in operations(dict(describe())):
        ids.append(operation["operationId"])
        assert operation["summary"], path
        assert {"429", "500"} <= set(operation["responses"]), path
        assert any(status.startswith("2") for status in operation["responses"]), path
        scopes = {scope for need in operation["security"] for names in need.values() for scope in names}
        assert scopes <= set(SCOPES), path
    assert len(ids) == len(set(ids)) == len(ENDPOINTS)


def test_every_scope_is_good_for_something() -> None:
    used = {each.scope for each in ENDPOINTS} - {""}
    assert used | {"names:read"} == set(SCOPES)


def test_the_page_for_partners_names_every_scope() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    for scope in SCOPES:
        assert f"`{scope}`" in page, scope


SECRET = "a-secret-for-tests-0123456789abcdef"


@pytest.fixture
def served_world(sqlite_url: str) -> dict[str, str]:
    """What the examples call by name, in a database that is to be served."""
    engine = make_engine(sqlite_url)
    with transaction(engine) as session:
        world = build_world(session)
        earn(session, world, 600)
        here = (world.programme_id, world.organisation_id)
        activity = create_activity(session, *here, ActivityFacts(name="Garden"), actor_id=None)
        made = make_token(session, here[0], token_id=new_id(), name="Docs", scopes=list(SCOPES), days=30, actor_id=None)
        names = {
            "TILL": world.till_token,
            "KEY": made.text or "",
            "PAIRING_CODE": begin_pairing(session, world.venue_id, till_name="Docs", made_by=None),
            **{name: str(uuid4()) for name in ("ID", "SAVED_ID", "HOURS_ID")},
            "OFFER": str(world.offer_id),
            "VOLUNTEER": str(world.volunteer_id),
            "ORGANISATION": str(world.organisation_id),
            "ACTIVITY": str(activity.id),
            "DAY": (clock.today() - timedelta(days=2)).isoformat(),
            "SCANNED_AT": (clock.now() - timedelta(hours=1)).isoformat(),
            "NOTE": "7GQ4M2XK",
            "CODE": show(session, world).qr_text,
        }
    engine.dispose()
    return names


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str, served_world: dict[str, str]) -> ServedApp:  # noqa: ARG001  made first
    limits = {"SECRET_KEY": SECRET, "API_CALLS_A_MINUTE": "100000"}
    return live_server("timecredits.app:create_app()", sqlite_url, environment=limits)


EXPECTED = {
    "till/pair": "token",
    "/offers": "items",
    '/redemptions"': "outcome",
    "/undo": "outcome",
    "till/pack": "signature",
    "/batch": "results",
    "/volunteers?": "items",
    "/balance": "minutes",
    "/statement": "balance",
    "/hours": "earned",
}
"""What each example's answer holds, by what is in its address."""


def test_every_example_on_the_page_for_partners_works(served_world: dict[str, str], site: ServedApp) -> None:
    examples = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
    assert len(examples) == len(EXPECTED)
    folder = Path(program("curl", package="curl")).parent
    for example in examples:
        ran = subprocess.run(  # noqa: S603  our own page
            ["sh", "-c", example],  # noqa: S607
            env={"SITE": site.url, "PATH": f"{folder}:/usr/bin:/bin", **served_world},
            capture_output=True,
            timeout=60,
            check=True,
        )
        answered = json.loads(ran.stdout)
        [wanted] = [key for address, key in EXPECTED.items() if address in example]
        assert wanted in answered, (example, answered)


@pytest.mark.parametrize(("key", "tags"), [("TILL", ["Tills"]), ("KEY", ["People", "Hours", "Places"])])
def test_calls_made_from_the_description_find_no_fault(
    served_world: dict[str, str], site: ServedApp, tmp_path: Path, key: str, tags: list[str]
) -> None:
    """Examples, and what lies at the edges of what is allowed and beyond: no 5xx, nothing that the description does not say."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{site.url}/api/v1/openapi.json"]
    command += ["--phases", "examples,coverage", "--seed", "1", "--max-examples", "10", "--no-color"]
    # Ids are made up, so what is described is often "not found"; that calls without a key are refused, test_keys.py holds.
    command += ["--exclude-checks", "positive_data_acceptance,ignored_auth"]
    command += ["--header", f"Authorization: Bearer {served_world[key]}"]
    for tag in tags:
        command += ["--include-tag", tag]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path)  # noqa: S603
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
