"""Whether the database can be served from, and in one plain word why not."""

from sqlalchemy import Connection

from timecredits.foundation import schema, wall
from timecredits.ledger import books

__all__ = ["BEHIND", "GUARD", "what_is_wrong"]

BEHIND = "behind"
"""It lacks a migration."""
GUARD = "guard"
"""A guard of the ledger, or the wall between programmes, is missing or off."""


def what_is_wrong(connection: Connection) -> str | None:
    """BEHIND or GUARD, or None when all is well. At most three statements."""
    if schema.misfit(connection) is not None:
        return BEHIND
    try:
        books.check_guards(connection)
        wall.check_wall(connection)
    except (books.GuardMissingError, wall.WallMissingError):
        return GUARD
    return None
