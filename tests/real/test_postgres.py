"""The test databases are real, separate, and gone afterwards."""

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.real.postgres import CreateDatabaseFrom, PostgresqlDatabases

pytestmark = pytest.mark.postgresql


def ask(url: str, sql: str) -> object:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(sql))
        return result.scalar() if result.returns_rows else None


def make_a_jar(url: str) -> None:
    ask(url, "CREATE TABLE jar (minutes integer)")


def test_a_clone_is_a_real_postgresql_and_starts_as_its_template(
    postgresql_databases: PostgresqlDatabases, create_database_from: CreateDatabaseFrom
) -> None:
    template = postgresql_databases.template("jar", make_a_jar)
    one, other = create_database_from(template), create_database_from(template)
    assert one.startswith("postgresql+psycopg://")
    ask(one, "INSERT INTO jar VALUES (60)")
    assert "PostgreSQL" in str(ask(one, "SELECT version()"))
    assert ask(one, "SELECT count(*) FROM jar") == 1
    assert ask(other, "SELECT count(*) FROM jar") == 0


def test_a_template_is_made_once_in_a_run(postgresql_databases: PostgresqlDatabases) -> None:
    first = postgresql_databases.template("jar", make_a_jar)

    def never(url: str) -> None:
        raise AssertionError(f"prepared twice: {url}")

    assert postgresql_databases.template("jar", never) == first


def test_a_template_that_failed_is_made_afresh(postgresql_databases: PostgresqlDatabases) -> None:
    def fail(url: str) -> None:
        make_a_jar(url)
        raise ValueError("the lid is stuck")

    with pytest.raises(ValueError, match="the lid is stuck"):
        postgresql_databases.template("second_try", fail)
    assert postgresql_databases.template("second_try", make_a_jar)


def test_a_database_is_dropped_even_when_someone_is_connected(postgresql_databases: PostgresqlDatabases) -> None:
    url = postgresql_databases.create()
    engine = create_engine(url, poolclass=NullPool)
    connection = engine.connect()
    connection.execute(text("SELECT 1"))
    postgresql_databases.drop(url)
    connection.invalidate()
    connection.close()
    with pytest.raises(OperationalError, match="does not exist"):
        ask(url, "SELECT 1")


def test_every_test_run_sorts_alike(create_database_from: CreateDatabaseFrom) -> None:
    url = create_database_from()
    assert ask(url, "SELECT lower('ŁUKASZ')") == "łukasz"
    assert ask(url, "SHOW timezone") == "UTC"
