"""Whether the database has the shape that this code expects. `migrating` gives it that shape.

It asks without the library that migrates, which takes half a second to load: every process that serves asks this first.
"""

from typing import Final

from sqlalchemy import Connection, inspect, text

from timecredits.foundation.places import MIGRATIONS

_VERSIONS: Final = "alembic_version"


def head() -> str:
    """The newest migration's number, by the names of the files, which begin with their numbers."""
    numbers = [path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    if not numbers:
        raise LookupError("there are no migrations")
    return max(numbers)


def current(connection: Connection) -> str | None:
    """The migration that a database stands at, or None for an empty one."""
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608  a name of ours
    return found


def is_up_to_date(connection: Connection) -> bool:
    """Whether the database has every migration."""
    return current(connection) == head()
