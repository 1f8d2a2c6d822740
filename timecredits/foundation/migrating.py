"""Bringing the database's shape up to date (and back, in tests).

Migrations run as the database's owner and without the application, which refuses to start on a database that is behind
(docs/adr/0005).
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from timecredits.foundation import schema
from timecredits.foundation.db import make_engine
from timecredits.foundation.places import MIGRATIONS

LOCK_SECONDS = 4
"""How long a change of a table waits for whoever uses it: all who come after wait behind it, and pages wait 5 s at most."""


class NewerDatabaseError(Exception):
    """The database was migrated by a newer release. Nothing was changed."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`, as its owner. Makes the folder of a SQLite file.

    It goes all the way or not at all. Raises NewerDatabaseError.
    """

    def step(config: Config) -> None:
        found = schema.current(config.attributes["connection"])
        if found is not None and found > schema.head():
            raise NewerDatabaseError(found)
        command.upgrade(config, revision)

    _run(url, step)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision` (`base`: to nothing)."""
    _run(url, lambda config: command.downgrade(config, revision))


def new_revision(url: str, number: str, message: str) -> None:
    """Write the next migration file from the difference between the models and the database at `url`."""
    _run(url, lambda config: command.revision(config, message=message, autogenerate=True, rev_id=number))


def _run(url: str, step: Callable[[Config], object]) -> None:
    database = make_url(url)
    if database.get_backend_name() == "sqlite" and database.database not in {None, "", ":memory:"}:
        Path(database.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine: Engine = make_engine(url, as_application=False)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            config = _config()
            config.attributes["connection"] = connection
            step(config)
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
