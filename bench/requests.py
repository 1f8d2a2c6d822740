"""What every request costs before and after the page's own work: the session, who asks, whether they may, and the headers."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from bench.figures import Figure
from tests.page_client import PageClient
from tests.web.volunteer.past import give_past
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.foundation import migrating
from timecredits.web.database import db

ROUNDS = 400
MOST_MS = 2.0
MOST_MS_OF_A_PAGE = 40.0
MOST_QUERIES = 3
ROOMS = {
    "a stranger": ("public.safety", "/safety"),
    "a volunteer": ("volunteer.home", "/my/"),
    "a coordinator": ("coordinator.home", "/coordinator/"),
    "a venue manager": ("venue.home", "/venue"),
    "a programme manager": ("programme.home", "/programme"),
    "a till": ("till.scan", "/till"),
    "a kiosk": ("kiosk.home", "/kiosk"),
}
"""By who asks: a page whose own work is taken out."""


def run() -> list[Figure]:
    """CPU milliseconds of this process on SQLite, less those of a bare Flask; and queries before the view begins."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'requests.db'}"
        migrating.upgrade(url)
        settings = {"SECRET_KEY": "a-secret-for-tests-0123456789abcdef", "TESTING": True}
        app = create_app({"DATABASE_URL": url, **settings})
        with app.app_context():
            world = build_world(db.session())
            give_past(db.session(), world)
            db.session.commit()
            engine = db.engine
        figures = list(_figures(app, world, engine))
        with app.app_context():
            db.engine.dispose()
    return figures


def _figures(app: Flask, world: World, engine: Engine) -> Iterator[Figure]:
    bare = Flask("bare")
    bare.add_url_rule("/", "nothing", lambda: "")
    floor = _cpu_ms(bare.test_client(), "/")
    yield Figure("a bare Flask's request", floor, "ms CPU", f"{ROUNDS} rounds, the client's own work in it")
    for who, (endpoint, path) in ROOMS.items():
        client = _browser(app, world, who)
        if endpoint == "volunteer.home":
            yield Figure("a volunteer's home", _cpu_ms(client.http, path), "ms CPU", "the whole page", at_most=MOST_MS_OF_A_PAGE)
        _take_out(app, endpoint)
        client.http.get(path).close()
        yield Figure(
            f"the checks of {who}'s request", _cpu_ms(client.http, path) - floor, "ms CPU", "above a bare Flask", at_most=MOST_MS
        )
        yield Figure(
            f"queries before {who}'s page",
            _queries(engine, client, path),
            "",
            "the median page's own left out",
            at_most=MOST_QUERIES,
        )


def _take_out(app: Flask, endpoint: str) -> None:
    """Let the page do nothing; what is declared of it stays."""

    def nothing(**_values: object) -> str:
        return ""

    nothing.__dict__.update(app.view_functions[endpoint].__dict__)
    nothing.__dict__.pop("__wrapped__", None)
    app.view_functions[endpoint] = nothing


def _browser(app: Flask, world: World, who: str) -> PageClient:
    client, name = PageClient(app), who.partition(" ")[2].replace(" ", "_")
    if name == "till":
        return world.be_till(client)
    if name == "kiosk":
        return world.be_kiosk(client)
    known = {"programme_manager": "manager"}.get(name, name)
    return client if name == "stranger" else world.sign_in(client, known)


def _cpu_ms(client: Any, path: str) -> float:
    """CPU milliseconds of one request, the least of five runs: the others were disturbed."""
    runs = []
    for _ in range(5):
        begun = time.process_time()
        for _round in range(ROUNDS // 5):
            answer = client.get(path)
            if answer.status_code != 200:  # noqa: PLR2004
                raise LookupError(f"{path}: {answer.status_code}")
            answer.close()
        runs.append((time.process_time() - begun) * 1000 / (ROUNDS // 5))
    return min(runs)


def _queries(engine: Engine, client: PageClient, path: str) -> int:
    """Statements of one request to a page that does nothing; transaction statements are not counted."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET ", "RESET ")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    client.http.get(path).close()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
