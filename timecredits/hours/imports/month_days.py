"""The days of a month written without it: 1 to 31 across a sheet, or down its first column."""

import re
from collections.abc import Sequence

from timecredits.hours.imports.cells import Cell, plain, text_of
from timecredits.hours.imports.days import read_weekday

__all__ = ["day_number", "days_of_month"]

_FEWEST = 7
_WRITTEN = re.compile(
    r"(?:([^\W\d_]{2,10})\W{0,2})?(\d{1,2})(?:st|nd|rd|th|af|il|ydd|ed|fed|eg|ain)?(?:\W{0,2}([^\W\d_]{2,10}))?"
)
_LAST = 31


def day_number(cell: Cell) -> int | None:
    """Return 1 to 31 for a cell that holds such a number, with a weekday beside it or not."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and 1 <= cell <= _LAST else None
    if not isinstance(cell, str) or len(cell) > 24:  # noqa: PLR2004 - "Wednesday the 23rd"
        return None
    match = _WRITTEN.fullmatch(plain(text_of(cell)))
    if match is None or not 1 <= int(match[2]) <= _LAST:
        return None
    return int(match[2]) if all(read_weekday(word) is not None for word in (match[1], match[3]) if word) else None


def days_of_month(cells: Sequence[Cell]) -> dict[int, int]:
    """Return the day of each column of a row whose numbers go up one by one for a week or more; else nothing."""
    found: dict[int, int] = {}
    for column, cell in enumerate(cells):
        day = day_number(cell)
        if day is None:
            continue
        if found and day != max(found.values()) + 1:
            return {}
        found[column] = day
    return found if len(found) >= _FEWEST else {}
