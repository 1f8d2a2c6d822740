"""Databases to restore into, for tests of backups."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.commands.backup_runs import is_sqlite
from tests.house.full_world import FullWorld, build_full_world
from tests.web.world import World, build_world
from timecredits.foundation.db import transaction
from timecredits.foundation.keys import Keyring

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")


@pytest.fixture
def new_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Callable[[], str]:
    """Addresses of databases of the same kind that hold nothing yet."""
    made = iter(range(100))

    def new() -> str:
        if is_sqlite(database_url):
            return f"sqlite:///{tmp_path}/restored/{next(made)}.db"
        url: str = request.getfixturevalue("create_database_from")()
        return url

    return new


@pytest.fixture
def full(engine: Engine) -> FullWorld:
    """The full world, committed to the database."""
    with transaction(engine) as session:
        return build_full_world(session, KEYRING, "http://localhost")


@pytest.fixture
def small(engine: Engine) -> World:
    """The small world, committed to the database, which nobody is connected to any more."""
    with transaction(engine) as session:
        world = build_world(session)
    engine.dispose()
    return world
