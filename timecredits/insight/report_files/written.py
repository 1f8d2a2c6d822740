"""A table in words, worked out once for all that show it: the page, the chart, CSV, the workbook and the funder pack.

Each cell carries its text for people and its number for spreadsheets. A hidden value has neither: there is one place where it
could come out, and it is this one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from timecredits.foundation.amounts import MINUTES_A_CREDIT, amount_text
from timecredits.foundation.clock import LONDON
from timecredits.foundation.wording import Sentence
from timecredits.insight.report_files.words import (
    AS_OF,
    COLUMNS,
    FIRST_COLUMN,
    HIDDEN,
    HIDDEN_MEANS,
    HOW_COUNTED,
    LINES,
    MEANS,
    NOT_ADDED,
    NOTHING_COUNTED,
    OTHERS_ARE,
    TITLES,
    TOTAL,
)
from timecredits.insight.reports.shapes import OTHERS, Column, Line, Table, TableName, Unit

__all__ = [
    "ENGLISH",
    "State",
    "Voice",
    "Written",
    "WrittenCell",
    "WrittenRow",
    "span_text",
    "write_cell",
    "write_label",
    "write_table",
    "year_text",
]

State = Literal["shown", "uncounted", "empty", "too_few"]
_TIME: Final = frozenset({Unit.MINUTES, Unit.CREDITS})
_DECIMALS: Final = 2
_LOCALES: Final = {"en": "en_GB"}
_JANUARY: Final = 1


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak to the reader: `say` turns a Sentence into their language, `language` is for numbers and days."""

    say: Callable[[Sentence], str] = str
    language: str = "en"

    @property
    def locale(self) -> str:
        """The language as Babel knows it; English puts the day before the month."""
        return _LOCALES.get(self.language, self.language)


ENGLISH: Final = Voice()


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """One value: as people read it, as a spreadsheet counts with it (None: hidden), and the key of the rows behind it."""

    text: str
    number: float | None
    opens: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """One line with its name in words."""

    key: str
    label: str
    cells: tuple[WrittenCell, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A whole table in words. `total` is None where the table has none or its state isn't "shown"."""

    name: TableName
    title: str
    means: str
    first_column: str
    columns: tuple[str, ...]
    units: tuple[Unit, ...]
    rows: tuple[WrittenRow, ...]
    total: WrittenRow | None
    total_label: str
    as_of: str
    notes: tuple[str, ...]
    state: State
    has_hidden: bool


def write_table(table: Table, voice: Voice = ENGLISH) -> Written:
    """Put a table into words."""
    say = voice.say
    state = _state(table)
    shown = table if state == "shown" else None
    rows = tuple(_row(line, table.columns, write_label(line, voice), voice) for line in shown.lines) if shown else ()
    total = _row(shown.total, table.columns, say(TOTAL), voice) if shown and shown.total is not None else None
    has_hidden = any(cell.is_hidden for row in (*rows, *((total,) if total else ())) for cell in row.cells)
    return Written(
        name=table.name,
        title=say(TITLES[table.name]),
        means=say(MEANS[table.name]),
        first_column=say(FIRST_COLUMN[table.name]),
        columns=tuple(say(COLUMNS[column.name, column.unit]) for column in table.columns),
        units=tuple(column.unit for column in table.columns),
        rows=rows,
        total=total,
        total_label=say(TOTAL),
        as_of=_as_of(table, voice),
        notes=_notes(table, voice, has_hidden=has_hidden) if shown else (),
        state=state,
        has_hidden=has_hidden,
    )


def span_text(first: date, last: date, voice: Voice = ENGLISH) -> str:
    """Name a span of whole months: "April 2026", "April to June 2026", "November 2026 to January 2027"."""
    if (first.year, first.month) == (last.year, last.month):
        return format_date(first, "LLLL y", locale=voice.locale)
    pattern = "LLLL" if first.year == last.year else "LLLL y"
    start, end = format_date(first, pattern, locale=voice.locale), format_date(last, "LLLL y", locale=voice.locale)
    return voice.say(Sentence("%(first)s to %(last)s", first=start, last=end))


def year_text(year: date, voice: Voice = ENGLISH) -> str:
    """Name the reporting year that begins on a day: "2026", or "April 2025 to March 2026"."""
    if year.month == _JANUARY:
        return str(year.year)
    return span_text(year, year.replace(year=year.year + 1) - timedelta(days=1), voice)


def _state(table: Table) -> State:
    if table.as_of is None:
        return "uncounted"
    if table.lines:
        return "shown"
    return "too_few" if table.too_few else "empty"


def _as_of(table: Table, voice: Voice) -> str:
    if table.as_of is None:
        return voice.say(NOTHING_COUNTED)
    local = table.as_of.astimezone(LONDON)
    moment = f"{format_date(local.date(), 'd MMMM y', locale=voice.locale)}, {local:%H:%M}"
    return voice.say(Sentence(AS_OF.template, moment=moment))


def _notes(table: Table, voice: Voice, *, has_hidden: bool) -> tuple[str, ...]:
    notes = [HIDDEN_MEANS] if has_hidden or table.merged else []
    if any(line.key == OTHERS for line in table.lines):
        notes.append(OTHERS_ARE)
    if any(_differs(table, at) for at, column in enumerate(table.columns) if column.unit is Unit.PEOPLE):
        notes.append(NOT_ADDED)
    return tuple(voice.say(each) for each in (*notes, *HOW_COUNTED[table.name]))


def _differs(table: Table, at: int) -> bool:
    """Whether what the lines show of a column comes to something else than the total."""
    total = table.total.values[at].amount if table.total is not None else None
    shown = [amount for line in table.lines if (amount := line.values[at].amount) is not None]
    return total is not None and len(shown) == len(table.lines) and sum(shown) != total


def write_label(line: Line, voice: Voice) -> str:
    """What a line is called."""
    if line.name:
        return line.name
    if line.key in LINES:
        return voice.say(LINES[line.key])
    if line.starts_on is not None:
        return span_text(line.starts_on, line.ends_on or line.starts_on, voice)
    return line.key


def _row(line: Line, columns: tuple[Column, ...], label: str, voice: Voice) -> WrittenRow:
    cells = tuple(
        write_cell(value.amount, column.unit, voice, opens=value.opens)
        for value, column in zip(line.values, columns, strict=True)
    )
    return WrittenRow(line.key, label, cells)


def write_cell(amount: int | None, unit: Unit, voice: Voice = ENGLISH, *, opens: str = "") -> WrittenCell:
    """One value as people read it and as a spreadsheet counts with it; None is hidden."""
    if amount is None:
        return WrittenCell(voice.say(HIDDEN), None, is_hidden=True)
    if unit in _TIME:
        return WrittenCell(amount_text(amount), round(amount / MINUTES_A_CREDIT, _DECIMALS), opens)
    text = format_decimal(amount, locale=voice.locale)
    return WrittenCell(f"{text}%" if unit is Unit.PERCENT else text, amount, opens)
