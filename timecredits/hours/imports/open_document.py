"""Reads an OpenDocument spreadsheet (.ods): only the values, only the sheets one can see, within fixed limits (bounded_zip.py).

A row or a cell can say that it stands there a million times; empty ones only move on, and filled ones count each time.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from timecredits.hours.imports.bounded_zip import BoundedZip, PartReader, locked
from timecredits.hours.imports.cells import Cell, Moment, Row, Sheet, Unfinished
from timecredits.hours.imports.limits import MOST_COLUMNS, MOST_LETTERS, MOST_STORED_ROWS, too_big_inside, too_many_rows, too_wide
from timecredits.hours.imports.workbook_cells import bounded_text

__all__ = ["read_ods"]

_TIME = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10})(?:[.,]\d{1,20})?S)?")
_NOT_CELLS = frozenset({"annotation", "tracked-changes", "shapes", "frame", "dde-links", "scenario"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_MOST_REPEATS = 2_000_000  # more rows than a spreadsheet has
_ROWS = 1_048_576


def read_ods(book: BoundedZip) -> list[Sheet]:
    """Return the visible sheets of an ODS file, in order. What is damaged raises as `bounded_zip.opened` expects."""
    if "META-INF/manifest.xml" in book.parts:
        manifest = _Manifest()
        book.parse("META-INF/manifest.xml", manifest)
        if manifest.locked:
            raise locked()
    reader = _Content()
    book.parse("content.xml", reader)
    return reader.sheets


class _Manifest(PartReader):
    """META-INF/manifest.xml: whether any part needs a password."""

    def __init__(self) -> None:
        self.locked = False

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:  # noqa: ARG002 - told to every reader
        self.locked = self.locked or name == "encryption-data"


class _Content(PartReader):
    """content.xml: tables of rows of cells."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._hidden: set[str] = set()
        self._style = ""
        self._letters = 0
        self._outside = 0  # how deep we are in something that is no cell, such as a comment
        self._tables = 0
        self._name = ""
        self._shown = True
        self._rows: list[Row] = []
        self._number = 0
        self._repeat_row = 1
        self._cells: dict[int, Cell] = {}
        self._column = 0
        self._repeat_cell = 1
        self._attrs: Mapping[str, str] = {}
        self._in_cell = False
        self._paragraphs: list[str] = []
        self._in_paragraph = 0

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:
        if self._outside or name in _NOT_CELLS:
            self._outside += 1
            return
        plain = {key.rpartition(":")[2]: value for key, value in attrs.items()}
        if name == "style":
            self._style = plain.get("name", "")
        elif name == "table-properties" and plain.get("display") == "false":
            self._hidden.add(self._style)
        elif name == "table":
            self._open_table(plain)
        elif name == "table-row":
            self._repeat_row, self._cells, self._column = _repeats(plain, "number-rows-repeated"), {}, 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._repeat_cell, self._attrs, self._in_cell = _repeats(plain, "number-columns-repeated"), plain, True
            self._paragraphs = []
        elif self._in_cell:
            self._open_text(name)

    def _open_table(self, attrs: Mapping[str, str]) -> None:
        self._tables += 1
        if self._tables == 1:
            self._name, self._shown = attrs.get("name", ""), attrs.get("style-name", "") not in self._hidden
            self._rows, self._number = [], 0

    def _open_text(self, name: str) -> None:
        if name == "p":
            self._in_paragraph += 1
            self._paragraphs.append("")
        elif name in {"s", "tab", "line-break"} and self._paragraphs:
            self._paragraphs[-1] += " "

    def closed(self, name: str) -> None:
        if self._outside:
            self._outside -= 1
        elif name == "p" and self._in_paragraph:
            self._in_paragraph -= 1
        elif name in {"table-cell", "covered-table-cell"}:
            self._close_cell()
        elif name == "table-row":
            self._close_row()
        elif name == "table":
            self._tables -= 1
            if self._tables == 0 and self._shown:
                self.sheets.append(Sheet(self._name, tuple(self._rows)))

    def text(self, content: str) -> None:
        if self._in_paragraph and not self._outside:
            self._paragraphs[-1] += content
            if len(self._paragraphs[-1]) > MOST_LETTERS:
                raise too_big_inside()

    def _close_cell(self) -> None:
        cell = _value(self._attrs, bounded_text("\n".join(self._paragraphs)).strip())
        self._in_cell, self._in_paragraph = False, 0
        if cell != "":
            if self._column + self._repeat_cell > MOST_COLUMNS:
                raise too_wide()
            for column in range(self._column, self._column + self._repeat_cell):
                self._cells[column] = cell
            self._count(len(cell) * self._repeat_cell if isinstance(cell, str) else 0)
        self._column = min(self._column + self._repeat_cell, _MOST_REPEATS)

    def _close_row(self) -> None:
        if self._cells:
            cells = tuple(self._cells.get(column, "") for column in range(max(self._cells) + 1))
            letters = sum(len(cell) for cell in cells if isinstance(cell, str))
            if len(self._rows) + self._repeat_row > MOST_STORED_ROWS:
                raise too_many_rows()
            self._count(letters * (self._repeat_row - 1))
            self._rows.extend(Row(self._number + 1 + each, cells) for each in range(self._repeat_row))
        self._number = min(self._number + self._repeat_row, _ROWS)
        self._cells = {}

    def _count(self, letters: int) -> None:
        self._letters += letters
        if self._letters > MOST_LETTERS:
            raise too_big_inside()


def _repeats(attrs: Mapping[str, str], name: str) -> int:
    written = attrs.get(name, "1")
    if not (written.isascii() and written.isdecimal() and len(written) < 12):  # noqa: PLR2004 - no sheet has so many
        return _MOST_REPEATS if written.strip("0123456789") == "" and written else 1
    return min(max(int(written), 1), _MOST_REPEATS)


def _value(attrs: Mapping[str, str], shown: str) -> Cell:  # noqa: PLR0911 - one answer a kind
    kind = attrs.get("value-type", "")
    if kind in _NUMBERS:
        return _number(attrs.get("value", ""), shown)
    if kind == "date":
        return _day(attrs.get("date-value", ""), shown)
    if kind == "time":
        match = _TIME.fullmatch(attrs.get("time-value", ""))
        return (
            shown
            if match is None
            else Moment(None, sum(int(part or 0) * 60**place for place, part in zip((2, 1, 0), match.groups(), strict=True)))
        )
    if kind == "boolean":
        return {"true": "TRUE", "false": "FALSE"}.get(attrs.get("boolean-value", ""), shown)
    if not shown and attrs.get("string-value"):
        return bounded_text(attrs["string-value"]).strip()
    if not kind and not shown and "formula" in attrs:
        return Unfinished()
    return shown


def _number(written: str, shown: str) -> Cell:
    try:
        number = float(written)
    except ValueError:
        return shown
    return number if math.isfinite(number) else shown


def _day(written: str, shown: str) -> Cell:
    try:
        if "T" not in written:
            return Moment(date.fromisoformat(written), None)
        moment = datetime.fromisoformat(written[:19])
    except ValueError:
        return shown
    return Moment(moment.date(), moment.hour * 3600 + moment.minute * 60 + moment.second or None)
