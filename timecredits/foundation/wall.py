"""The second wall: on PostgreSQL the database itself shows a transaction the rows of one programme only (docs/adr/0037).

Every table of a programme has the policy `own_programme` (migration 8). It lets through what belongs to the programme named in
the setting :data:`SETTING`, and everything while that is empty. The setting ends with its transaction. SQLite has no such wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

__all__ = ["POLICY", "SETTING", "everywhere", "stay_in"]

SETTING: Final = "timecredits.programme"
POLICY: Final = "own_programme"

_SET = text("SELECT set_config(:name, :value, true)")
_READ = text("SELECT coalesce(current_setting(:name, true), '')")


def stay_in(session: Session, programme_id: UUID) -> None:
    """From here to the end of this transaction, the rows of other programmes aren't there, whatever a query forgets to say."""
    _set(session, str(programme_id))


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """See the rows of every programme within this block: for what is one thing in several programmes (a national venue)."""
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    before = session.scalar(_READ, {"name": SETTING}) or ""
    if not before:
        yield
        return
    session.flush()
    _set(session, "")
    try:
        yield
        session.flush()
    finally:
        if session.is_active and session.in_transaction():
            _set(session, before)


def _set(session: Session, value: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_SET, {"name": SETTING, "value": value})
