"""Reads the tables of one sheet, which may stand below one another, each under its own lines and headings."""

import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Row, Sheet, Unreadable, text_of
from timecredits.hours.imports.columns import Columns, Finder, is_heading_row
from timecredits.hours.imports.entries import EntryReader, RowRead
from timecredits.hours.imports.limits import MOST_ROWS, too_many_rows
from timecredits.hours.imports.matching import People
from timecredits.hours.imports.reading_result import Problem, ReadSheet
from timecredits.hours.imports.surroundings import Surroundings, is_fact_row, look_around

__all__ = ["SheetReader", "with_numbers"]

_TOTAL = re.compile(r"(?:[^\W\d_]+ ){0,3}(?:sub)?totals?\b.{0,40}|sum|averages?|cyfanswm.{0,40}|number of volunteers.{0,20}")
_LINES_ABOVE = 12  # of what stands between two tables
_TOTAL_WORDS = ("total", "sum", "average", "cyfanswm", "number of volunteers")


class SheetReader:
    """The rows of one sheet as entries."""

    def __init__(
        self, sheet: Sheet, columns: Columns, people: People, finder: Finder, filename: str, *, today: date, activity: str
    ) -> None:
        self._sheet, self._first, self._people, self._finder = sheet, columns, people, finder
        self._filename, self._today, self._activity = filename, today, activity
        self._readers: list[EntryReader] = []
        self._entry_rows: set[int] = set()
        self.passed_over = 0

    @staticmethod
    def find(sheet: Sheet, finder: Finder, filename: str, today: date) -> Columns:
        """Return the columns of the sheet's first table. Raises Unreadable."""
        return finder.find(sheet.rows, lambda above: look_around(above, sheet.name, filename, today), sheet.name)

    def read(self, name: str) -> Iterator[RowRead]:
        """Give each row that is an entry; `name` is put to each, and is "" where a workbook has one register only."""
        reader = self._begin(self._first, name)
        given = 0
        above: deque[Row] = deque(maxlen=_LINES_ABOVE)  # lines since the last entry: they may belong to another table below
        previous, apart = self._first.last, False
        for place, row in enumerate(self._sheet.rows):
            if row.number <= reader.columns.last:
                continue
            apart = apart or bool(above) or row.number > previous + 1
            previous = row.number
            if is_heading_row(row, reader.columns) and not above:
                continue
            if apart and (below := self._table_at(place, above)) is not None:
                reader, apart = self._begin(below, name), False
                above.clear()
                continue
            if is_fact_row(row):
                above.append(row)
                continue
            if _is_total(row, reader.columns):
                apart = True
                continue
            given += 1
            if given > MOST_ROWS:
                raise too_many_rows()
            entry = reader.read(row)
            if entry is None:
                self.passed_over += 1
                above.append(row)
                continue
            apart = False
            above.clear()
            self._entry_rows.add(row.number)
            yield entry

    def read_sheet(self) -> ReadSheet:
        """Return which rows were what, once all are read."""
        around = self._first.around
        headings = {reader.columns.heading.number for reader in self._readers}
        person = self._sheet.name if around.name == self._sheet.name else ""
        return ReadSheet(self._sheet, frozenset(self._entry_rows), frozenset(headings), person)

    def heading_problems(self) -> Iterator[Problem]:
        """Give what is wrong with headings that have hours under them."""
        for reader in self._readers:
            yield from reader.heading_problems()

    def warnings(self) -> Iterator[Sentence]:
        """Give what is worth a look."""
        for reader in self._readers:
            yield from reader.warnings()

    def _begin(self, columns: Columns, name: str) -> EntryReader:
        reader = EntryReader(columns, self._people, today=self._today, activity=self._activity, sheet=name)
        self._readers.append(reader)
        return reader

    def _table_at(self, place: int, above: Collection[Row]) -> Columns | None:
        """Return the columns of another table whose headings stand at `place`; what its lines don't say, the first table's do."""

        def around(_rows: Sequence[Row]) -> Surroundings:
            return look_around(list(above), "", "", self._today).or_else(self._first.around)

        try:
            columns = self._finder.at(self._sheet.rows, place, around, self._sheet.name)
        except Unreadable:
            return None
        return None if columns is None else with_numbers(self._sheet, columns, self._people)


def with_numbers(sheet: Sheet, columns: Columns, known: People) -> Columns:
    """Return the columns, without one headed just "No." if it holds the numbers of the lines and not of volunteers."""
    if "number" not in columns.weak or not {"name", "first_name"} & columns.roles.keys():
        return columns
    if any(known.knows_number(text) for row in sheet.rows if (text := text_of(columns.cell(row, "number")))):
        return columns
    return replace(columns, roles={role: column for role, column in columns.roles.items() if role != "number"})


def _is_total(row: Row, columns: Columns) -> bool:
    """A line of totals says so in its first words and has no date (in a wide sheet it has none anyway)."""
    dated = columns.cell(row, "date")
    if text_of(dated) and not _says_total(dated):
        return False
    first = next((cell for cell in row.cells if isinstance(cell, str) and cell), "")
    return any(_says_total(cell) for cell in (first, columns.cell(row, "name")))


def _says_total(cell: Cell) -> bool:
    text = cell[:60].casefold() if isinstance(cell, str) else ""
    return any(word in text for word in _TOTAL_WORDS) and _TOTAL.fullmatch(fold(text_of(text))) is not None
