"""Move rows from one person to another so that each can go back exactly.

What only moved is kept by its id; what changed otherwise by its values before and after; what was removed whole.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import LargeBinary, Uuid

from timecredits.foundation.db import Base, Day, Instant, UuidBytes
from timecredits.records.merging.rows_of import NOW, Clash, Rule

__all__ = ["Moved", "change_row", "go_back", "move_rows", "table_of"]

_GROUP = 500  # ids in one question


@dataclass(slots=True)
class Moved:
    """What a merge did: ids by column, values before and after where more changed, and rows that were removed whole."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    changed: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As it is stored in the merge."""
        return {"ids": self.ids, "changed": self.changed, "removed": self.removed}


def table_of(name: str) -> Any:
    """A table by its name. Raises KeyError where the module that holds it was never loaded: better than to leave rows behind."""
    return Base.metadata.tables[name]


def change_row(
    session: Session, programme_id: UUID, moved: Moved, table_name: str, row_id: UUID, wanted: Mapping[str, Any]
) -> None:
    """Give a row these values, and keep what it had. Values that it has already are left out."""
    table = table_of(table_name)
    query = _of(select(*(table.c[name] for name in wanted)), table, programme_id).where(table.c.id == row_id)
    values = session.execute(query).mappings().one()
    after = {name: value for name, value in wanted.items() if values[name] != value}
    if not after:
        return
    before = {name: _write(values[name]) for name in after}
    session.execute(_of(update(table), table, programme_id).where(table.c.id == row_id).values(**after))
    kept = {name: _write(value) for name, value in after.items()}
    moved.changed.append({"table": table_name, "id": row_id.hex, "before": before, "after": kept})


def move_rows(
    session: Session, programme_id: UUID, rule: Rule, *, gone_id: UUID, kept_id: UUID, now: datetime, moved: Moved
) -> None:
    """Move the rows of one column as its rule says."""
    table = table_of(rule.table)
    owner = table.c[rule.column]
    query = _of(select(*_looked_at(table, rule)), table, programme_id).where(owner == gone_id).order_by(table.c.id)
    rows = session.execute(query).mappings().all()
    if not rows:
        return
    taken = _taken(session, programme_id, rule, kept_id) if rule.key is not None else {}
    going: list[UUID] = []
    for values in rows:
        if rule.pair is not None and values[rule.pair] == kept_id:
            _about_both(session, programme_id, rule, values["id"], values, now, moved)
        elif rule.empties is not None and values[rule.empties] == kept_id:
            change_row(session, programme_id, moved, rule.table, values["id"], {rule.column: kept_id, rule.empties: None})
        elif rule.key is None or not _is_live(rule, values) or _key(rule, values) not in taken:
            going.append(values["id"])
        elif _is_better(rule, values, taken[_key(rule, values)]):
            _remove(session, programme_id, moved, rule.table, taken[_key(rule, values)]["id"])
            going.append(values["id"])
        else:
            _clash(session, programme_id, rule, values["id"], kept_id, now, moved)
    for group in _groups(going):
        session.execute(_of(update(table), table, programme_id).where(table.c.id.in_(group)).values({owner: kept_id}))
    if going:
        moved.ids.setdefault(f"{rule.table}.{rule.column}", []).extend(each.hex for each in going)


def _clash(session: Session, programme_id: UUID, rule: Rule, row_id: UUID, kept_id: UUID, now: datetime, moved: Moved) -> None:
    if rule.clash is Clash.END:
        change_row(session, programme_id, moved, rule.table, row_id, {**_at(rule.ends, now), rule.column: kept_id})
    elif rule.clash is Clash.REMOVE:
        _remove(session, programme_id, moved, rule.table, row_id)


def _remove(session: Session, programme_id: UUID, moved: Moved, table_name: str, row_id: UUID) -> None:
    table = table_of(table_name)
    whole = session.execute(_of(select(table), table, programme_id).where(table.c.id == row_id)).mappings().one()
    moved.removed.append({"table": table_name, "row": {name: _write(value) for name, value in whole.items()}})
    session.execute(_of(delete(table), table, programme_id).where(table.c.id == row_id))


def go_back(session: Session, programme_id: UUID, stored: Mapping[str, Any], *, gone_id: UUID, kept_id: UUID) -> None:
    """Put everything back that is still as the merge left it."""
    for name, ids in stored["ids"].items():
        table_name, _, column = name.partition(".")
        table = table_of(table_name)
        owner = table.c[column]
        for group in _groups([UUID(hex=each) for each in ids]):
            back = _of(update(table), table, programme_id).where(table.c.id.in_(group), owner == kept_id)
            session.execute(back.values({owner: gone_id}))
    for change in reversed(stored["changed"]):
        table = table_of(change["table"])
        after = {name: _read(table.c[name], value) for name, value in change["after"].items()}
        before = {name: _read(table.c[name], value) for name, value in change["before"].items()}
        still = [table.c[name].is_(None) if value is None else table.c[name] == value for name, value in after.items()]
        back = _of(update(table), table, programme_id).where(table.c.id == UUID(hex=change["id"]), *still).values(**before)
        _unless_taken(session, back)
    for gone in stored["removed"]:
        table = table_of(gone["table"])
        row = {name: _read(table.c[name], value) for name, value in gone["row"].items()}
        _unless_taken(session, insert(table).values(**row))


def _unless_taken(session: Session, statement: Any) -> None:
    """What somebody else took meanwhile, such as a number, stays theirs."""
    connection: Connection = session.connection()
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except IntegrityError:
        return


def _about_both(
    session: Session, programme_id: UUID, rule: Rule, row_id: UUID, values: Mapping[Any, Any], now: datetime, moved: Moved
) -> None:
    if rule.pair_empties:
        change_row(session, programme_id, moved, rule.table, row_id, {rule.column: None})
    elif rule.pair_ends and values["ended_at"] is None:
        change_row(session, programme_id, moved, rule.table, row_id, _at(rule.pair_ends, now))


def _looked_at(table: Any, rule: Rule) -> list[Any]:
    names = {"id", *(rule.key or ()), *rule.live, *(("ended_at",) if rule.pair_ends else ())}
    names |= {each for each in (rule.pair, rule.empties, rule.better) if each is not None}
    return [table.c[name] for name in sorted(names)]


def _taken(session: Session, programme_id: UUID, rule: Rule, kept_id: UUID) -> dict[tuple[Any, ...], Mapping[Any, Any]]:
    table = table_of(rule.table)
    query = _of(select(*_looked_at(table, rule)), table, programme_id).where(table.c[rule.column] == kept_id)
    return {_key(rule, row): row for row in session.execute(query).mappings() if _is_live(rule, row)}


def _is_better(rule: Rule, values: Mapping[Any, Any], own: Mapping[Any, Any]) -> bool:
    return rule.better is not None and values[rule.better] is not None and own[rule.better] is None


def _is_live(rule: Rule, values: Mapping[Any, Any]) -> bool:
    return all(values[name] == value for name, value in rule.live.items())


def _key(rule: Rule, values: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in rule.key or ())


def _at(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {name: now if value == NOW else value for name, value in values.items()}


def _of(statement: Any, table: Any, programme_id: UUID) -> Any:
    return statement.where(table.c.programme_id == programme_id)


def _write(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.value if isinstance(value, StrEnum) else value


def _read(column: Any, value: Any) -> Any:
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, (Uuid, UuidBytes)):
        return UUID(hex=value)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    if isinstance(kind, Day):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
