"""One full world for all the house's tests of pages: they only look, so they share it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.house.full_world import FullWorld, build_full_world
from tests.made_once import share_what_is_compiled
from timecredits.app import create_app
from timecredits.foundation import migrating
from timecredits.web.database import db


@pytest.fixture(scope="module")
def full_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database that holds the full world."""
    url = f"sqlite:///{tmp_path_factory.mktemp('house') / 'full.db'}"
    migrating.upgrade(url)
    app = create_app(
        {"DATABASE_URL": url, "TESTING": True, "SECRET_KEY": "a-secret-for-tests-0123456789abcdef", "TIMECREDITS_ENV": "demo"},
    )
    yield share_what_is_compiled(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def full_world(full_app: Flask) -> FullWorld:
    """What that database holds."""
    with full_app.app_context():
        made = build_full_world(db.session(), full_app.config["KEYRING"], full_app.config["BASE_URL"])
        db.session.commit()
    return made
