"""Running backup commands as somebody at a terminal does, on real databases of both kinds."""

from pathlib import Path

import click
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from tests.real.postgresql_server import programs
from timecredits.commands.backup import backup_command
from timecredits.foundation.db import Base, make_engine

SECRET = "a-secret-for-tests-0123456789abcdef"


def run(url: str, command: click.Command, *words: object, **more: str) -> Result:
    """The outcome of a command; it never ends in a traceback."""
    env = {
        "DATABASE_URL": url,
        "MIGRATE_DATABASE_URL": "",
        "SECRET_KEY": SECRET,
        "POSTGRESQL_PROGRAMS": str(programs()),
        "WITNESS": "",
        **more,
    }
    result = CliRunner(env=env).invoke(command, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def backed_up(url: str, file: Path) -> Path:
    """A backup of the database, made at `file`."""
    done = run(url, backup_command, file)
    assert done.exit_code == 0, done.output
    return file


def counts(url: str) -> dict[str, int]:
    """How many rows each table holds that the application knows of."""
    engine = make_engine(url, as_application=False)
    with engine.connect() as connection:
        found = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return found


def execute(url: str, *statements: str) -> None:
    """Do something to a database as its owner."""
    engine = make_engine(url, as_application=False)
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def databases_named(url: str, beginning: str) -> list[str]:
    """The databases of this server whose names begin so."""
    engine = make_engine(url, as_application=False)
    with engine.connect() as connection:
        found = connection.scalars(text("SELECT datname FROM pg_database WHERE starts_with(datname, :b)"), {"b": beginning}).all()
    engine.dispose()
    return list(found)


def is_sqlite(url: str) -> bool:
    """Whether this is the address of a SQLite database."""
    return make_url(url).get_backend_name() == "sqlite"
