"""The statements that spread a loaded database over several machines with Citus, in the one order that works (design/scale.md).

They are made from the database's own catalog, so that nothing which migrations added is forgotten: foreign keys and triggers are
taken off, tables are handed out, and both are put back as they were, triggers last.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from timecredits.foundation.db import Base

__all__ = ["NotPlannedError", "shard_plan"]

FIRST: Final = "account"
"""The table that the others stand beside. It comes before `transfer`, whose rows lead to it."""
STAYS: Final = frozenset({"alembic_version"})
"""Only migrations read it, on the machine that they are run on."""

_TABLES = text("""
    SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
""")
_TENANTS = text("""
    SELECT DISTINCT table_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'programme_id'
""")
_FOREIGN_KEYS = text("""
    SELECT quote_ident(t.relname) AS table, quote_ident(c.conname) AS name, pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE c.contype = 'f' AND c.conparentid = 0 AND n.nspname = current_schema() ORDER BY t.relname, c.conname
""")
_TRIGGERS = text("""
    SELECT quote_ident(t.relname) AS table, quote_ident(g.tgname) AS name, pg_get_triggerdef(g.oid) AS definition,
        g.tgenabled AS enabled
    FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND n.nspname = current_schema() ORDER BY t.relname, g.tgname
""")


class NotPlannedError(Exception):
    """Tables that nobody has said of whether a programme owns their rows, by name."""


def shard_plan(connection: Connection) -> list[str]:
    """The statements, one an item and without a semicolon; lines that begin with `--` say what follows. Changes nothing.

    Errors: NotPlannedError.
    """
    return list(_statements(connection))


def _statements(connection: Connection) -> Iterator[str]:
    reference, distributed = _kinds(connection)
    foreign_keys = connection.execute(_FOREIGN_KEYS).all()
    triggers = connection.execute(_TRIGGERS).all()
    yield "-- Everything that serves is stopped, and a backup is made and verified. All as the owner of the database."
    yield "-- 1. What stands in the way comes off."
    for each in triggers:
        yield f"DROP TRIGGER {each.name} ON {each.table}"
    for each in foreign_keys:
        yield f"ALTER TABLE {each.table} DROP CONSTRAINT {each.name}"
    yield "-- 2. Small tables that every machine has, then the rows of each programme, all of one programme on one machine."
    for name in reference:
        yield f"SELECT create_reference_table('{name}')"
    yield f"SELECT create_distributed_table('{FIRST}', 'programme_id')"
    for name in distributed:
        if name != FIRST:
            yield f"SELECT create_distributed_table('{name}', 'programme_id', colocate_with => '{FIRST}')"
    yield "-- 3. Foreign keys again, as they were."
    for each in foreign_keys:
        yield f"ALTER TABLE {each.table} ADD CONSTRAINT {each.name} {each.definition}"
    yield "-- 4. The guards of the ledger last: each looks at rows of its own programme alone, which Citus can't know."
    yield "SET citus.enable_unsafe_triggers TO on"
    for each in triggers:
        yield each.definition
        if each.enabled != "O":
            yield f"ALTER TABLE {each.table} ENABLE {'ALWAYS' if each.enabled == 'A' else 'REPLICA'} TRIGGER {each.name}"
    yield "-- 5. Nothing is lost: the same numbers as before, then `timecredits check-books` and `timecredits audit verify`."
    for name in distributed:
        yield f"SELECT '{name}' AS name, count(*) FROM {name}"  # noqa: S608  the catalog's own names


def _kinds(connection: Connection) -> tuple[list[str], list[str]]:
    """Tables that are small and shared, and those of programmes, each after what it leads to."""
    there = set(connection.execute(_TABLES).scalars()) - STAYS
    tenants = set(connection.execute(_TENANTS).scalars())
    kind = {table.name: table.info.get("distribution") for table in Base.metadata.tables.values()}
    order = [table.name for table in Base.metadata.sorted_tables if table.name in there]
    # The search engine's own tables have no model; their rows are a programme's.
    order += sorted(there - set(order))
    reference = [name for name in order if kind.get(name) == "reference"]
    distributed = [name for name in order if kind.get(name) == "programme" or (name not in kind and name in tenants)]
    if left := sorted(there - set(reference) - set(distributed)):
        raise NotPlannedError(", ".join(left))
    return reference, distributed
