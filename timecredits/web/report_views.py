"""What the report pages of a programme and of an organisation share: the year, a table with its chart, files, rows.

Every number comes from read_table, so what is hidden there is in no page, file or picture.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.clock import local_day
from timecredits.foundation.csv_text import csv_text
from timecredits.insight.report_files.charts import chart_of
from timecredits.insight.report_files.csv_files import Head
from timecredits.insight.report_files.funder_pack import Drawn, Paper
from timecredits.insight.report_files.words import COLUMNS, GROUPS, TITLES
from timecredits.insight.report_files.written import Voice, WrittenCell, write_cell, write_label, write_table, year_text
from timecredits.insight.reports.reading import list_years
from timecredits.insight.reports.rows import Row, Rows, rows_behind
from timecredits.insight.reports.shapes import Table, TableName, Unit
from timecredits.network.models import Programme
from timecredits.network.settings import read_settings
from timecredits.web.filters import day, say

__all__ = [
    "TABLES",
    "Chosen",
    "RowsPage",
    "choose_year",
    "draw",
    "owner_of",
    "paper_of",
    "rows_csv",
    "show_rows",
    "voice",
]

TABLES: Final = tuple(name for _heading, names in GROUPS for name in names)
"""The tables of a programme, in their order."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLICE: Final = 500
_TIME: Final = frozenset({Unit.MINUTES, Unit.CREDITS})


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reporting year that is looked at, and those one can choose from: (first day as in the address, words, is chosen)."""

    year: date
    text: str
    years: tuple[tuple[str, str, bool], ...]

    @property
    def key(self) -> str:
        """The year as it stands in addresses."""
        return self.year.isoformat()


@dataclass(frozen=True, slots=True)
class RowsPage:
    """The rows behind one number, in words."""

    table: TableName
    title: str
    line: str
    column: str
    amount: str
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    next: str
    year: str
    organisation_id: UUID | None


def voice() -> Voice:
    """How to speak to whoever asks."""
    locale = get_locale()
    return Voice(say, locale.language if locale is not None else "en")


def choose_year(session: Session, programme_id: UUID) -> Chosen:
    """The year in the address if there is such a one, else the newest there is, else the one we are in."""
    years = list_years(session, programme_id)
    asked = request.args.get("year", "")
    if not years:
        years = [_this_year(read_settings(session, programme_id).year_starts_in)]
    year = next((each for each in years if each.isoformat() == asked), years[0])
    speaking = voice()
    return Chosen(
        year, year_text(year, speaking), tuple((each.isoformat(), year_text(each, speaking), each == year) for each in years)
    )


def draw(table: Table) -> Drawn:
    """A table in words with its chart, in the reader's language."""
    written = write_table(table, voice())
    return Drawn(written, chart_of(table, voice(), written=written))


def paper_of(
    drawn: Sequence[Drawn], table: Table, owner: str, year: str, *, figures: Sequence[tuple[str, str]] = (), warning: str = ""
) -> Paper:
    """What stands at the head of a PDF of these tables; it carries the day on which they were counted."""
    issued_on = local_day(table.as_of) if table.as_of is not None else clock.today()
    return Paper(owner, year, drawn[0].written.as_of, issued_on, tuple(figures), warning)


def owner_of(session: Session, programme_id: UUID) -> str:
    """The programme's name, for the head of files."""
    return session.get_one(Programme, programme_id).name


def show_rows(session: Session, programme_id: UUID, opens: str, *, own: UUID | None = None) -> RowsPage:
    """The rows behind a number, a page of them. Raises NotFoundError where there is no such number or it is hidden."""
    found = rows_behind(session, programme_id, opens, after=request.args.get("after", ""), organisation_id=own)
    return _page(found, tuple(_row(found, row, own=own is not None) for row in found.rows), own=own, opens=opens)


def rows_csv(session: Session, programme_id: UUID, opens: str, head: Callable[[str], Head], *, own: UUID | None = None) -> str:
    """All rows behind a number as CSV, with what they are above them and the total below. Raises NotFoundError."""
    found = rows_behind(session, programme_id, opens, limit=_SLICE, organisation_id=own)
    page = _page(found, (), own=own, opens=opens)
    about = head(page.year)
    lines: list[list[str | int | float]] = [[about.owner], [about.year], [f"{page.line}: {page.column}"], [], [*page.columns]]
    for each in _slices(session, programme_id, opens, found, own):
        lines.extend(_csv_row(each, row, own=own is not None) for row in each.rows)
    lines.append([_("Total"), _number(found.amount, found.unit)])
    return csv_text([page.title], lines)


def _slices(session: Session, programme_id: UUID, opens: str, found: Rows, own: UUID | None) -> Iterator[Rows]:
    yield found
    while found.next:
        found = rows_behind(session, programme_id, opens, after=found.next, limit=_SLICE, organisation_id=own)
        yield found


def _page(found: Rows, rows: tuple[tuple[str, ...], ...], *, own: UUID | None, opens: str) -> RowsPage:
    columns: tuple[str, ...]
    column = say(COLUMNS[found.column, found.unit])
    if own is not None:
        columns = (_("Day"), column) if _is_by_day(found) else (_("Who"), column, _("Times"), _("Hours"))
    else:
        columns = (_("Who"), column)
    part = opens.split("~")[2]
    return RowsPage(
        table=found.table.name,
        title=say(TITLES[found.table.name]),
        line=_("The whole year") if found.line.key == "total" else write_label(found.line, voice()),
        column=column,
        amount=_text(found.amount, found.unit),
        rows=rows,
        columns=columns,
        next=found.next,
        year=found.table.year.isoformat(),
        organisation_id=UUID(part) if part else None,
    )


def _is_by_day(found: Rows) -> bool:
    return any(row.day is not None for row in found.rows)


def _row(found: Rows, row: Row, *, own: bool) -> tuple[str, ...]:
    """How a row is told: its day or its people, and what it adds."""
    amount = _text(row.amount, found.unit)
    if row.day is not None:
        return day(row.day), amount
    if own:
        return _("One person"), amount, _text(row.times or 0, Unit.TIMES), _text(row.minutes or 0, Unit.MINUTES)
    return _who(row), amount


def _csv_row(found: Rows, row: Row, *, own: bool) -> list[str | int | float]:
    if row.day is not None:
        return [row.day.isoformat(), _number(row.amount, found.unit)]
    if own:
        return [_("One person"), row.amount, row.times or 0, _number(row.minutes or 0, Unit.MINUTES)]
    return [_who(row), _number(row.amount, found.unit)]


def _who(row: Row) -> str:
    return str(_("Notes and pots") if row.is_nobodys else _("5 people or more"))


def _text(amount: int, unit: Unit) -> str:
    cell: WrittenCell = write_cell(amount, unit, voice())
    return cell.text


def _number(amount: int, unit: Unit) -> float:
    return round(amount / MINUTES_A_CREDIT, 2) if unit in _TIME else amount


def _this_year(starts_in: int) -> date:
    today = clock.today()
    return date(today.year - (today.month < starts_in), starts_in, 1)
