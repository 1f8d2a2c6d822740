"""The second wall: on PostgreSQL the database itself shows a transaction the rows of one programme only (docs/adr/0037).

Every table of a programme has the policy `own_programme` (migration 8). It lets through what belongs to the programme named in
the setting :data:`SETTING`, and everything while that is empty. The setting ends with its transaction; a session says it again in
its next one. SQLite has no such wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from timecredits.foundation.db import Base

__all__ = ["POLICY", "SETTING", "WallMissingError", "check_wall", "everywhere", "stay_in", "stays_in"]

SETTING: Final = "timecredits.programme"
POLICY: Final = "own_programme"

_SET = text("SELECT set_config(:name, :value, true)")
_WALLED = text(
    "SELECT c.relname FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid"
    " WHERE p.polname = :policy AND c.relrowsecurity AND p.polcmd = '*' AND p.polpermissive"
)
_KEPT: Final = "stays_in"


class WallMissingError(Exception):
    """Tables without the wall, by name."""


def stay_in(session: Session, programme_id: UUID) -> None:
    """From here on this session sees the rows of one programme only, whatever a query forgets to say: also after a commit."""
    session.info[_KEPT] = programme_id
    if session.in_transaction():
        _say(session.connection(), programme_id)


def stays_in(session: Session) -> UUID | None:
    """The programme whose rows alone this session sees; None while it sees those of all."""
    found: UUID | None = session.info.get(_KEPT)
    return found


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """See the rows of every programme within this block: for what is one thing in several programmes (a national venue)."""
    programme_id = session.info.pop(_KEPT, None)
    if programme_id is None:
        yield
        return
    session.flush()
    _say(session.connection(), None)
    try:
        yield
        session.flush()
    finally:
        session.info[_KEPT] = programme_id
        if session.is_active and session.in_transaction():
            _say(session.connection(), programme_id)


def check_wall(connection: Connection) -> None:
    """Raise WallMissingError unless every table of programmes has its policy, switched on. One query; on SQLite none."""
    if connection.dialect.name != "postgresql":
        return
    wanted = {table.name for table in Base.metadata.tables.values() if table.info.get("distribution") == "programme"}
    if missing := wanted - set(connection.execute(_WALLED, {"policy": POLICY}).scalars()):
        raise WallMissingError(", ".join(sorted(missing)))


@event.listens_for(Session, "after_begin")
def _stay(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """The setting ended with the last transaction: the next one says it again."""
    if not transaction.nested and (programme_id := stays_in(session)) is not None:
        _say(connection, programme_id)


def _say(connection: Connection, programme_id: UUID | None) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_SET, {"name": SETTING, "value": "" if programme_id is None else str(programme_id)})
