"""Whether a statement could go to one machine of several: it names the programme of every table of programmes in it.

A table is tied when its `programme_id` equals a value, or the `programme_id` of a table that is tied, anywhere in the statement.
Citus sends such a statement to one machine; any other goes to all of them, or is refused (design/scale.md).
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Delete, Insert, Table, Update
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ClauseElement, ColumnClause, Grouping, Label
from sqlalchemy.sql.selectable import CTE, Alias, FromClause, Join, Select

from timecredits.foundation.db import Base

__all__ = ["faults_of_statement", "faults_of_text"]

COLUMN: Final = "programme_id"
_VALUE: Final = "value"
_EQUAL: Final = (operators.eq, operators.in_op)


def faults_of_statement(statement: ClauseElement) -> list[str]:
    """What keeps it from one machine, in words; empty when nothing does."""
    faults = [f"{name}: no programme" for name in _untied(statement)]
    for part in _parts(statement):
        if isinstance(part, CTE) and isinstance(part.element, UpdateBase):
            faults.append("writes within WITH")
        if isinstance(part, Update) and COLUMN in _set_by(part):
            faults.append("changes a programme_id")
    return faults


def faults_of_text(statement: str) -> list[str]:
    """The same, roughly, for a statement written as text: where it reads such a table it must at least say `programme_id`."""
    if COLUMN in statement:
        return []
    read = set(re.findall(r"\b(?:from|join|update|into)\s+([a-z_]+)\b", statement.lower()))
    return [f"{name}: no programme" for name in sorted(read & _tenant_names())]


def _tenant_names() -> set[str]:
    return {table.name for table in Base.metadata.tables.values() if table.info.get("distribution") == "programme"}


class _Ties:
    """Which tables and subqueries have the same programme_id, and which of these groups a value."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def group(self, key: str) -> str:
        while self._above.setdefault(key, key) != key:
            key = self._above[key]
        return key

    def tie(self, one: str, other: str) -> None:
        self._above[self.group(one)] = self.group(other)

    def tie_by(self, equal: BinaryExpression[Any]) -> None:
        """By `a.programme_id = b.programme_id`, or by one of them and a value."""
        left, right = _owner(equal.left), _owner(equal.right)
        for one, other, side in ((left, right, equal.right), (right, left, equal.left)):
            if one is not None and (other is not None or _is_value(side)):
                self.tie(one, _VALUE if other is None else other)

    def tie_inside(self, source: FromClause) -> None:
        """A subquery's programme_id is that of the tables it comes from."""
        for column in (each for each in source.c if each.name == COLUMN):
            for inner in column.proxy_set:
                if inner is not column and getattr(inner, "table", None) is not None:
                    self.tie(_key(source), _key(inner.table))


def _untied(statement: ClauseElement) -> list[str]:
    """Names of the tables of programmes that no value leads to."""
    ties, tables = _Ties(), {}
    for part in _parts(statement):
        table = part if isinstance(part, Table) else part.element if isinstance(part, Alias) else None
        if isinstance(table, Table):
            if table.info.get("distribution") == "programme":
                tables[_key(part)] = table.name
        elif isinstance(part, FromClause) and not isinstance(part, Join):
            ties.tie_inside(part)
        elif isinstance(part, BinaryExpression) and part.operator in _EQUAL:
            ties.tie_by(part)
    return sorted({name for key, name in tables.items() if ties.group(key) != ties.group(_VALUE)})


def _parts(statement: ClauseElement) -> Iterator[Any]:
    """Everything that the statement is made of. A table that stands in it only under other names is not among it."""
    seen: set[int] = set()
    waiting: list[Any] = [statement]
    while waiting:
        part = waiting.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        if isinstance(part, Alias) and isinstance(part.element, Table):
            continue  # told of as itself, by its own name
        if isinstance(part, Insert):
            waiting.append(part.select)  # what is put in says its programme: it is part of the key
        elif isinstance(part, Update | Delete):
            waiting += [part.table, *part._where_criteria]
        elif isinstance(part, Select):
            waiting += [*part.get_final_froms(), *part._where_criteria, *part._having_criteria]
            waiting += part.selected_columns
        elif not isinstance(part, Table | ColumnClause):
            waiting += list(part.get_children())
        waiting += getattr(part, "_independent_ctes", ())


def _key(source: Any) -> str:
    """One name for a table or subquery, however often it was copied with notes on it."""
    return f"{'table' if isinstance(source, Table) else 'alias'} {source.name}"


def _owner(side: Any) -> str | None:
    """The table of a column that is called programme_id, else None."""
    while isinstance(side, Grouping | Label):
        side = side.element
    return _key(side.table) if isinstance(side, ColumnClause) and side.name == COLUMN and side.table is not None else None


def _is_value(side: Any) -> bool:
    while isinstance(side, Grouping | Label):
        side = side.element
    if isinstance(side, BindParameter):
        return True
    clauses = getattr(side, "clauses", None)
    return bool(clauses) and all(_is_value(each) for each in clauses)


def _set_by(update: Update) -> set[str]:
    return {getattr(column, "name", str(column)) for column in (getattr(update, "_values", None) or {})}
