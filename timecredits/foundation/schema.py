"""Whether the database has the shape that this code expects. `migrating` gives it that shape.

It asks without the library that migrates, which takes half a second to load: every process that serves asks this first.
"""

from typing import Final

from sqlalchemy import Connection, inspect, text

from timecredits.foundation.places import MIGRATIONS

BEHIND: Final = "The database is behind. Run: timecredits migrate"
AHEAD: Final = "The database is of a newer release, which this one can't work with. Install the newer release."

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


def misfit(connection: Connection) -> str | None:
    """Why this code can't work with the database, in one line that says what to do; None when it can.

    A database that a newer release has migrated fits as long as the oldest code that still works with it isn't newer than this:
    so the database can be migrated while the release before still serves (docs/adr/0048).
    """
    found, wanted = current(connection), head()
    if found is None or found < wanted:
        return BEHIND
    if found > wanted and connection.scalar(text(f"SELECT oldest_code FROM {_VERSIONS}")) > wanted:  # noqa: S608  a name of ours
        return AHEAD
    return None
