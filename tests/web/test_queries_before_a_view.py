"""What every request asks of the database before its view: who is there, and on PostgreSQL the wall. Three statements at most."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.page_client import PageClient
from tests.web.on_database import application_on, partner_key
from tests.web.world import World
from timecredits.web.database import db

MOST = 3


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application, on both databases in turn."""
    with application_on(database_url) as app:
        yield app


def asked_before(app: Flask, endpoint: str) -> list[str]:
    """What the database is asked until this view is called; filled by the next request for it."""
    asked: list[str] = []
    view = app.view_functions[endpoint]
    open_: list[bool] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not open_:
            asked.append(statement)

    def called(**values: Any) -> Any:
        open_.append(True)
        return view(**values)

    called.__dict__.update(view.__dict__)
    app.view_functions[endpoint] = called
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return asked


WALLED = ("volunteer", "coordinator", "owner", "manager", "kiosk", "partner")
PAGES = {
    "volunteer": ("/my/", "volunteer.home"),
    "coordinator": ("/coordinator/", "coordinator.home"),
    "owner": ("/coordinator/", "coordinator.home"),
    "manager": ("/programme", "programme.home"),
    "venue_manager": ("/venue", "venue.home"),
    "till": ("/till", "till.scan"),
    "kiosk": ("/kiosk", "kiosk.home"),
}


@pytest.mark.parametrize("who", [*PAGES, "partner"])
def test_at_most_three_statements_come_before_the_view(app: Flask, client: PageClient, world: World, who: str) -> None:
    if who == "partner":
        headers = {"Authorization": f"Bearer {partner_key(app, world)}"}
        path, endpoint = "/api/v1/venues", "api.list_venues"
    else:
        headers = {}
        path, endpoint = PAGES[who]
        match who:
            case "till":
                world.be_till(client)
            case "kiosk":
                world.be_kiosk(client)
            case _:
                world.sign_in(client, who)
    asked = asked_before(app, endpoint)
    assert client.http.get(path, headers=headers).status_code == 200
    with app.app_context():
        walls = who in WALLED and db.engine.dialect.name == "postgresql"
    said = [each for each in asked if "set_config" in each]
    assert len(said) == walls, asked
    assert 1 + walls <= len([each for each in asked if not each.startswith(("BEGIN", "PRAGMA"))]) <= MOST, asked
