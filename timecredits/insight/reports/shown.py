"""A shown table as it is kept: what each line says, and nothing that is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from timecredits.insight.counting.cells import Cell
from timecredits.insight.reports.shapes import TableName, Unit
from timecredits.insight.roll_up_models import Span, Topic

__all__ = ["Columns", "Kept", "Shown", "YearFigures", "content", "key_of", "parts_of_key"]

YearFigures = dict[tuple[Topic, str], dict[Span, dict[date, dict[str, Cell]]]]
"""The figures of one reporting year by topic and dimension, span, first day and part."""
Columns = Sequence[tuple[str, Unit]]
Kept = tuple[str, date | None, Span | None, Sequence[int | None]]
"""One line to be kept: its key, its time where it is a span, and its values."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the table ShownTable. `part` is "" or the id of the organisation."""

    year: date
    name: TableName
    part: str
    content: dict[str, Any]


def content(
    columns: Columns,
    lines: Sequence[Kept] = (),
    *,
    total: Sequence[int | None] | None = None,
    merged: int = 0,
    too_few: bool = False,
    adds_up: Sequence[str] = (),
) -> dict[str, Any]:
    """What is kept of a table, as JSON."""
    return {
        "columns": [[name, str(unit)] for name, unit in columns],
        "lines": [
            [key, start.isoformat() if start else None, str(span) if span else None, values] for key, start, span, values in lines
        ],
        "total": total,
        "merged": merged,
        "too_few": too_few,
        "adds_up": list(adds_up),
    }


_BETWEEN = "~"
_TOTAL = "total"


def key_of(name: TableName, year: date, part: str, line: str | None, column: str) -> str:
    """The key that opens one value; None for the line is the total."""
    return _BETWEEN.join((name, year.isoformat(), part, _TOTAL if line is None else line, column))


def parts_of_key(key: str) -> tuple[TableName, date, str, str | None, str]:
    """What a key says. Raises ValueError for one that says nothing."""
    name, year, part, line, column = key.split(_BETWEEN)
    if part:
        UUID(part)
    return TableName(name), date.fromisoformat(year), part, None if line == _TOTAL else line, column
