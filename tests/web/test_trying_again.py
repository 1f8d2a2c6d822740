"""A request whose database goes in the middle is done once more, and what it asked for is there once.

The line to PostgreSQL is a real one that is cut (tests/faults/wire.py).
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.faults.wire import Wire
from tests.page_client import PageClient
from tests.web.on_database import application_on
from tests.web.world import World, build_world
from timecredits.foundation.db import new_id
from timecredits.foundation.ids_again import same_ids
from timecredits.journey.learning_models import Goal
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web import trying_again
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.trying_again import TRIES, Tries, TriesAgain

pytestmark = pytest.mark.postgresql

WORTH_IT = [("40P01", True), ("25006", True), ("57P01", True), ("23505", False), ("57014", False)]


@pytest.fixture
def wire(postgresql_url: str) -> Iterator[Wire]:
    """A line to the server that this test's database is on."""
    folder = make_url(postgresql_url).query.get("host")
    if not isinstance(folder, str) or not folder.startswith("/"):
        pytest.skip("the line is laid to a server's socket, and TEST_POSTGRES_URL names none")
    with Wire(Path(folder)) as wire:
        yield wire


@pytest.fixture
def app(wire: Wire, postgresql_url: str) -> Iterator[Flask]:
    """The application at the other end of that line."""
    with application_on(wire.url(make_url(postgresql_url).database or "")) as app:
        app.config["PROPAGATE_EXCEPTIONS"] = False  # a COMMIT fails after the view: as in production, that becomes a page too
        yield app


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        world = build_world(db.session())
        db.session.commit()
    return world


@pytest.fixture
def me(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "volunteer")


def goals(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Goal))
    return count or 0


@pytest.mark.parametrize("kept", [False, True])
def test_a_form_whose_commit_is_cut_off_is_kept_once(app: Flask, me: PageClient, wire: Wire, kept: bool) -> None:  # noqa: FBT001
    page = me.get("/my/journey/goals/new")
    wire.cut_at_word(b"COMMIT", passes=kept)

    answer = page.submit(words="Bake bread")

    assert wire.injected.is_set()
    assert "Bake bread" in answer.text
    assert goals(app) == 1


def test_a_page_whose_line_is_cut_is_shown_all_the_same(me: PageClient, wire: Wire) -> None:
    wire.cut_at_word(b"SELECT", passes=False)

    assert me.get("/my/journey/goals").heading

    assert wire.injected.is_set()


def test_what_stays_away_is_said_soon(me: PageClient, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying_again, "PATIENCE", 0.2)
    wire.refuse()

    answer = me.get("/my/journey/goals", status=503)

    assert "short break" in answer.text
    wire.mend()
    me.get("/my/journey/goals")


def test_a_second_row_of_the_same_id_says_that_it_is_saved(app: Flask, me: PageClient, wire: Wire) -> None:
    """A view that looks for nothing and adds a row: its first try was kept, and the second meets the first one's row."""

    def add() -> str:
        goal = db.session.scalars(select(Goal)).first()
        facts = {column.name: getattr(goal, column.name) for column in Goal.__table__.columns}
        db.session.add(Goal(**{**facts, "id": new_id()}))
        return "added"

    me.get("/my/journey/goals/new").submit(words="Bake bread")
    page = me.get("/my/journey/goals/new")
    app.view_functions["volunteer.goal_new"] = allow(KEEP_OWN_JOURNEY)(add)
    wire.cut_at_word(b"COMMIT", passes=True)

    answer = page.submit(words="Sleep", status=409)

    assert "This was saved" in answer.text
    assert goals(app) == 2


def _application(faults: list[BaseException], seen: list[bytes]) -> Any:
    """A WSGI application that reads its body, and fails for these reasons in turn before it goes well."""

    def serve(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        tries: Tries = environ[TRIES]
        seen.append(environ["wsgi.input"].read(5) + environ["wsgi.input"].read())
        if faults:
            tries.note(faults.pop(0), at_commit=False)
            start_response("503 Service Unavailable", [])
            return [b"away"]
        start_response("200 OK", [])
        return [b"done"]

    return serve


def _ask(application: Any, body: bytes) -> str:
    environ = EnvironBuilder(method="POST", input_stream=BytesIO(body), content_length=len(body)).get_environ()
    return run_wsgi_app(application, environ)[1]


def _lost() -> OperationalError:
    return OperationalError("SELECT 1", {}, psycopg.OperationalError("the line is cut"))


def test_what_was_sent_is_read_again_from_its_start() -> None:
    seen: list[bytes] = []
    pauses: list[float] = []

    status = _ask(TriesAgain(_application([_lost(), _lost()], seen), pause=pauses.append), b"twelve bytes")

    assert status == "200 OK"
    assert seen == [b"twelve bytes"] * 3
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("state", "again"), [("40P01", True), ("25006", True), ("57P01", True), ("23505", False), ("57014", False)]
)
def test_which_faults_are_worth_it(state: str, again: bool) -> None:  # noqa: FBT001
    kind = psycopg.errors.lookup(state)
    seen: list[bytes] = []

    status = _ask(TriesAgain(_application([DBAPIError("SELECT 1", {}, kind("so"))], seen), pause=lambda _pause: None), b"")

    assert (status == "200 OK") is again
    assert len(seen) == 1 + again


def test_only_so_many_wait_and_the_others_are_told_at_once() -> None:
    waiting, go_on = Barrier(trying_again.AT_ONCE + 1), Event()

    def wait(_pause: float) -> None:
        waiting.wait(30)
        go_on.wait(30)

    one = TriesAgain(_application([_lost() for _ in range(trying_again.AT_ONCE + 1)], []), pause=wait)
    answers: list[str] = []
    threads = [Thread(target=lambda: answers.append(_ask(one, b""))) for _ in range(trying_again.AT_ONCE)]
    for each in threads:
        each.start()
    waiting.wait(30)

    assert _ask(one, b"") == "503 Service Unavailable"

    go_on.set()
    for each in threads:
        each.join()
    assert answers == ["200 OK"] * trying_again.AT_ONCE
    assert _ask(one, b"") == "200 OK"


def test_ids_are_given_again_in_their_order() -> None:
    with same_ids() as ids:
        first = [new_id(), new_id()]
        ids.again()
        assert [new_id(), new_id()] == first
        assert new_id() not in first
    assert new_id() not in first
