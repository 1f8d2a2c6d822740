"""Fixtures for every test: migrated databases of both kinds, the application on them, and a client that checks its pages."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.holding import refuse_holding_while_looking
from tests.made_once import compile_addresses_once, share_statements
from tests.page_client import PageClient
from tests.real.partitioned import partition
from tests.real.postgres import CreateDatabaseFrom, PostgresqlDatabases
from tests.statements import auditing
from tests.web.on_database import application_on
from tests.web.world import World, build_world
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine
from timecredits.web.database import db

pytest_plugins = ["tests.real.plugin", "tests.canaries"]

settings.register_profile("timecredits", settings(), deadline=None)  # how long anything takes is measured by bench
settings.load_profile("timecredits")
compile_addresses_once()
refuse_holding_while_looking()
auditing.listen()


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end. Looking through it for garbage, again and again, was a third of a page's test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def statements_name_their_programme() -> Iterator[None]:
    """Each statement of a test's code could go to the one machine that has the programme's rows (docs/sharding.md)."""
    yield
    assert auditing.take_found() == []


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    migrating.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_databases: PostgresqlDatabases) -> str:
    """A migrated PostgreSQL database to clone; with PARTITIONED set, its tables of programmes are partitioned by hash."""
    if os.environ.get("PARTITIONED"):
        return postgresql_databases.template("partitioned", migrate_and_partition)
    return postgresql_databases.template("migrated", migrating.upgrade)


def migrate_and_partition(url: str) -> None:
    """As it would be before its tables are handed out to several machines."""
    migrating.upgrade(url)
    partition(url)


@pytest.fixture
def partitioned_url(create_database_from: CreateDatabaseFrom, postgresql_databases: PostgresqlDatabases) -> str:
    """A migrated PostgreSQL database of one's own, its tables of programmes partitioned by hash."""
    return create_database_from(postgresql_databases.template("partitioned", migrate_and_partition))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of one's own."""
    path = tmp_path / "timecredits.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(create_database_from: CreateDatabaseFrom, postgresql_template: str) -> str:
    """A migrated PostgreSQL database of one's own."""
    return create_database_from(postgresql_template)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The test runs once on SQLite and once on PostgreSQL."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """A migrated database of one's own, both kinds in turn."""
    url: str = request.getfixturevalue(f"{database_kind}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine of the application's kind on a database of one's own, both kinds in turn."""
    engine = share_statements(make_engine(database_url), "engine")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_sqlite_engine(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated SQLite database that stays empty: for sessions that are rolled back."""
    path = tmp_path_factory.mktemp("shared") / "shared.db"
    shutil.copy(sqlite_template, path)
    engine = share_statements(make_engine(f"sqlite:///{path}"), "engine")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_postgresql_engine(postgresql_databases: PostgresqlDatabases, postgresql_template: str) -> Iterator[Engine]:
    """A migrated PostgreSQL database that stays empty: for sessions that are rolled back. Making one takes 0.1 to 0.5 s."""
    url = postgresql_databases.create(postgresql_template)
    engine = share_statements(make_engine(url), "engine")
    yield engine
    engine.dispose()
    postgresql_databases.drop(url)


@pytest.fixture
def session(request: pytest.FixtureRequest, database_kind: str) -> Iterator[Session]:
    """A session in a transaction that is rolled back at the end, both kinds of database in turn.

    A test that also asks for `engine` or `database_url` has a database of its own; the others share one, and nothing that they
    do is ever committed, not even by a commit.
    """
    if {"engine", "database_url"} & set(request.fixturenames):
        with Session(request.getfixturevalue("engine"), expire_on_commit=False) as session:
            yield session
            session.rollback()
        return
    shared: Engine = request.getfixturevalue(f"shared_{database_kind}_engine")
    with shared.connect() as connection:
        outer = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def steady_clock() -> Iterator[None]:
    """Let the clock stand still a few minutes into an hour, so that no counting of tries begins anew halfway."""
    with clock.standing_at(clock.now().replace(minute=7)):
        yield


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a database of its own: of SQLite, or with WEB_ON=postgresql of PostgreSQL, with the wall (ADR 37)."""
    url = request.getfixturevalue(f"{os.environ.get('WEB_ON', 'sqlite')}_url")
    with application_on(url) as app:
        yield app


@pytest.fixture
def world(app: Flask) -> World:
    """The small world of tests/web/world.py, committed to the application's database."""
    with app.app_context():
        world = build_world(db.session())
        db.session.commit()
    return world


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without JavaScript that checks every page it gets."""
    return PageClient(app)
