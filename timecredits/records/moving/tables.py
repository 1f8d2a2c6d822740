"""Which rows are a programme's, table by table, in an order in which whatever a row points to comes before it.

A table of the programme moves whole, unless it is worked out from others or is work in hand. Of the tables that programmes
share only those rows move which the programme's own rows point to, or which are its own. tests/records/moving/test_tables.py
fails for a new shared table that nobody has decided about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Select, Table, inspect, select, text, union

from timecredits.foundation.db import Base

__all__ = ["LEFT_BEHIND", "MovedTable", "moved_tables", "rows_of"]

LEFT_BEHIND: Final[Mapping[str, str]] = {
    "authenticator_app": "sealed with keys that stay; set up anew at the next sign-in",
    "email_code": "asked for again in a minute",
    "job": "work in hand, asked for again",
    "job_file": "made again by its job, and the export would hold itself",
    "mail_message": "sent by the installation that wrote it",
    "passkey": "bound to the address of one installation",
    "recovery_code": "of one installation's sign-in pages",
    "sign_in": "people sign in anew",
    "sign_in_slip": "lives for three days",
    "text_message": "sent by the installation that wrote it",
    "till_pairing": "lives for minutes",
    "try_count": "of one installation's sign-in pages",
    "venue_settlement": "worked out from what venues took",
}
"""Tables that never move, and why. Those worked out from others (`derived`) are not listed: they say so themselves."""

_ONLY_WITH_SIGN_INS: Final = frozenset({"invitation"})
_WITHOUT: Final[Mapping[str, frozenset[str]]] = {
    "account": frozenset({"last_transfer"}),  # the ledger's own trigger writes it
    "hour_import": frozenset({"job_id"}),  # jobs don't move: what waits is confirmed again
}
_HIDDEN: Final = ("support_search",)  # the search engine's own, which follows the entries by itself


@dataclass(frozen=True, slots=True)
class MovedTable:
    """A table and those of its columns that move."""

    table: Table
    columns: tuple[Column[Any], ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def points_to_itself(self) -> str | None:
        """The column by which a row points to another of the same table; the ledger's is seen to by itself."""
        for constraint in self.table.foreign_key_constraints:
            if constraint.referred_table is self.table:
                return str(constraint.columns.keys()[-1])
        return None


def moved_tables(*, with_sign_ins: bool) -> list[MovedTable]:
    """Every table that moves, those that others point to first."""
    moved = []
    for table in Base.metadata.sorted_tables:
        if table.name in LEFT_BEHIND or table.info.get("derived"):
            continue
        if table.name in _ONLY_WITH_SIGN_INS and not with_sign_ins:
            continue
        # The programme's id stands in the first line, once.
        without = _WITHOUT.get(table.name, frozenset()) | {"programme_id"}
        moved.append(MovedTable(table, tuple(column for column in table.columns if column.name not in without)))
    return moved


def rows_of(moved: MovedTable, programme_id: UUID) -> Select[Any]:
    """The rows of a table that move with a programme, in an order that another export would have too."""
    table = moved.table
    query = select(*moved.columns)
    if table.name == "transfer":
        # As they were recorded, because no balance may be below its floor on the way either.
        return query.where(table.c.programme_id == programme_id).order_by(table.c.recorded_at, table.c.id)
    if "programme_id" in table.c:
        return query.where(table.c.programme_id == programme_id).order_by(table.c.id)
    if table.name == "programme":
        return query.where(table.c.id == programme_id)
    if table.name == "credential_key":
        used = Base.metadata.tables["digital_credential"]
        return query.where(table.c.number.in_(select(used.c.key_number).where(used.c.programme_id == programme_id))).order_by(
            table.c.number
        )
    return query.where(table.c.id.in_(_pointed_to(table, programme_id))).order_by(table.c.id)


def check_known(connection: Connection) -> None:
    """Raise LookupError where the database has a table that no model here stands for: an export would silently lack it."""
    known = {*Base.metadata.tables, "alembic_version", *_parts(connection)}
    unknown = [name for name in inspect(connection).get_table_names() if name not in known and not name.startswith(_HIDDEN)]
    if unknown:
        raise LookupError(f"no model stands for {', '.join(sorted(unknown))}")


def _parts(connection: Connection) -> Sequence[str]:
    """Parts of tables that are split by programme (docs/sharding.md): their rows are read through the whole."""
    if connection.dialect.name != "postgresql":
        return ()
    return connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition")).all()


def _pointed_to(table: Table, programme_id: UUID) -> Any:
    """The ids of a shared table's rows that the programme's rows point to; tills also where their venue is one of its venues."""
    choices: list[Select[Any]] = []
    for other in Base.metadata.sorted_tables:
        if "programme_id" not in other.c or other.name in LEFT_BEHIND:
            continue
        choices += [
            select(key.parent).where(other.c.programme_id == programme_id, key.parent.is_not(None))
            for key in other.foreign_keys
            if key.column.table is table
        ]
    if table.name == "till":
        venues = Base.metadata.tables["programme_venue"]
        taken = select(venues.c.venue_id).where(venues.c.programme_id == programme_id)
        choices.append(select(table.c.id).where(table.c.venue_id.in_(taken)))
    return union(*choices)
