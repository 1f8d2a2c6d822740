"""Databases on a real PostgreSQL: templates made once a run, clones made and dropped for each test.

TEST_POSTGRES_URL names another server (a user who may create databases, any database to connect to); without it the run starts
one of its own. A clone by CREATE DATABASE ... TEMPLATE costs tens of milliseconds, a migration some seconds.

    @pytest.fixture(scope="session")
    def migrated(postgresql_databases: PostgresqlDatabases) -> str:
        return postgresql_databases.template("migrated", migrate)      # migrate(url) must close its connections

    def test_something(create_database_from: CreateDatabaseFrom, migrated: str) -> None:
        url = create_database_from(migrated)
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from tests.real.shared_run import run_folder, run_lock, run_name, shared_server


class CreateDatabaseFrom(Protocol):
    """What the fixture `create_database_from` gives."""

    def __call__(self, template: str | None = None) -> str:
        """Return the URL of a fresh clone of that template, or of an empty database; dropped after the test."""


class PostgresqlDatabases:
    """The databases of this run on one server; every name begins with the run's own prefix."""

    def __init__(self, server_url: str, prefix: str, *, by_files: bool = False) -> None:
        """Take a URL of any database of the server, as a user who may create databases.

        `by_files` lets PostgreSQL (15 and newer) copy files instead of logging every block, which halves the time of a clone on
        a server that never waits for its disk; on any other the two checkpoints that it takes would cost more.
        """
        self._server_url = make_url(server_url).set(drivername="postgresql+psycopg")
        self._strategy = "STRATEGY FILE_COPY" if by_files else ""
        self.prefix = prefix

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database by its name."""
        return self._server_url.set(database=database).render_as_string(hide_password=False)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Return the database to clone: made on first use in this run by calling `prepare(url)`, whichever process comes first.

        Errors: what `prepare` raises; the next one to ask tries again from an empty database.
        """
        ready, making = f"{self.prefix}_{name}", f"{self.prefix}_{name}_making"
        with self._connected() as connection:
            connection.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": ready})
            if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": ready}):
                connection.execute(text(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)'))
                connection.execute(text(f'CREATE DATABASE "{making}" TEMPLATE template0'))
                prepare(self.url(making))
                # Whoever prepared it has finished; a connection left open would keep the database from being cloned.
                closing = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name")
                connection.execute(closing, {"name": making})
                connection.execute(text(f'ALTER DATABASE "{making}" RENAME TO "{ready}"'))
        return ready

    def create(self, template: str | None = None) -> str:
        """Return the URL of a new database: a clone of the template named, or an empty one."""
        name = f"{self.prefix}_{secrets.token_hex(4)}"
        with self._connected() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" {self._strategy}'))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database made by `create`, connected to or not."""
        with self._connected() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)'))

    def drop_all(self) -> None:
        """Drop every database of this run, templates too."""
        with self._connected() as connection:
            names = connection.scalars(
                text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"), {"prefix": self.prefix}
            )
            for name in names.all():
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = create_engine(self._server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


def databases_of_this_run() -> PostgresqlDatabases:
    """Return the run's databases, on TEST_POSTGRES_URL's server or on one started now."""
    with run_lock():  # makes the run's folder: the mark that databases were asked for
        url = os.environ.get("TEST_POSTGRES_URL")
    return PostgresqlDatabases(url or shared_server().url(), f"tc_{run_name()}", by_files=not url)


def drop_databases_of_this_run() -> None:
    """Leave another's server as it was found; a server of our own is stopped and removed with the run's folder."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if url and run_folder().exists():
        PostgresqlDatabases(url, f"tc_{run_name()}").drop_all()


@pytest.fixture(scope="session")
def postgresql_databases() -> PostgresqlDatabases:
    """Give the databases of this run, starting the server if need be."""
    return databases_of_this_run()


@pytest.fixture
def create_database_from(postgresql_databases: PostgresqlDatabases) -> Iterator[CreateDatabaseFrom]:
    """Give a function: name of a template (None for an empty database) -> URL of a fresh clone, dropped after the test."""
    made: list[str] = []

    def create(template: str | None = None) -> str:
        made.append(postgresql_databases.create(template))
        return made[-1]

    yield create
    for url in made:
        postgresql_databases.drop(url)
