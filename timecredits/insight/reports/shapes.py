"""What a report is made of, for pages, files and the funder pack alike: tables of values, each with a unit.

A value of None is hidden, because few people stand behind it; whatever draws or writes a table says so in words and draws no
bar. Values that can be opened carry a key, which `rows.py` reads.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

__all__ = ["OTHERS", "Column", "Line", "Table", "TableName", "Unit", "Value"]

OTHERS: Final = "others"
"""The key of the line that holds together what is too small to stand alone."""


class Unit(StrEnum):
    """What a number counts."""

    PEOPLE = "people"
    MINUTES = "minutes"  # of time given; shown as hours
    CREDITS = "credits"  # minutes of credit; shown as credits
    TIMES = "times"
    DAYS = "days"
    PERCENT = "percent"


class TableName(StrEnum):
    """Every table there is. All are of one reporting year, but for those that say otherwise."""

    HOURS_BY_MONTH = "hours_by_month"
    HOURS_BY_ORGANISATION = "hours_by_organisation"
    HOURS_BY_CATEGORY = "hours_by_category"
    HOURS_BY_AGE = "hours_by_age"
    HOURS_BY_DISTRICT = "hours_by_district"
    HOURS_OF_ORGANISATION = "hours_of_organisation"  # one organisation's, by month or as finely as may be shown
    CREDITS_BY_MONTH = "credits_by_month"
    USES_BY_VENUE = "uses_by_venue"
    USES_BY_DISTANCE = "uses_by_distance"
    STAYING = "staying"  # who began in each of the last years' quarters: how many still gave time 3, 6 and 12 months on
    FIRST_USE = "first_use"  # of who began in the year: how long from the first credit earned to the first used
    OUTCOMES = "outcomes"  # what people told came of it


@dataclass(frozen=True, slots=True)
class Column:
    """What one column counts. `name` is one of ours, such as "people" or "new_people", for the page to put into words."""

    name: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or None where it is hidden; `opens` names the rows that add up to it ("" where there are none to open)."""

    amount: int | None
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a span of time, an organisation, a category. `name` is what people call it, "" where the page has the words."""

    key: str
    values: tuple[Value, ...]
    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with as many values a line as columns. `total` is the whole; `merged` says how many parts stand in OTHERS.

    `lines` is empty where nothing happened, or where too few people stand behind every line: then `too_few` is true.
    """

    name: TableName
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None
    year: date
    """The first day of the reporting year."""
    as_of: datetime | None
    """Up to when rows were counted; None: nothing was counted yet."""
    merged: int = 0
    too_few: bool = False
    adds_up: frozenset[str] = frozenset()
    """The columns whose lines add up to the total; people may stand in more than one line."""
