"""The cells of an XLSX sheet: shared and inline texts, numbers, days and times told apart by their number format."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.bounded_zip import PartReader
from timecredits.hours.imports.cells import Cell, Moment, Unfinished, Unreadable
from timecredits.hours.imports.limits import (
    MOST_COLUMNS,
    MOST_FIELD_BYTES,
    MOST_LETTERS,
    MOST_STORED_ROWS,
    too_big_inside,
    too_many_rows,
    too_wide,
)

__all__ = ["NumberKind", "SharedTexts", "SheetReader", "bounded_text", "kind_of_format"]

NumberKind = Literal["number", "day", "time"]

# Format numbers that have a meaning without being spelled out in the file (ECMA-376 part 1, 18.8.30, and East Asian days).
_DAY_FORMATS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)}
_TIME_FORMATS = {*range(18, 22), *range(32, 36), 45, 46, 47}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LONGEST_FORMAT = 255

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMN = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_SECONDS = 24 * 60 * 60
_LAST_SERIAL = 2_958_465  # 31 December 9999
_FALSE_LEAP_DAY = 60  # spreadsheets count a 29 February 1900 that never was
_LONGEST_TIME = 366  # more days than this in a time format is a day and a time that show only the time


@lru_cache(maxsize=512)
def kind_of_format(number: str, code: str | None) -> NumberKind:
    """Tell what numbers mean under a format, by its spelled-out code or else its number."""
    if code is None:
        known = int(number) if number.isdecimal() and len(number) < 4 else 0  # noqa: PLR2004 - built-in formats end at 163
        return "day" if known in _DAY_FORMATS else "time" if known in _TIME_FORMATS else "number"
    letters = _LITERALS.sub("", code[:_LONGEST_FORMAT]).lower().partition(";")[0]
    if "d" in letters or "y" in letters:
        return "day"
    if "h" in letters or "s" in letters:
        return "time"
    if re.search(r"[0#?]|general|@", letters) or "m" not in letters:
        return "number"
    return "time" if "[m" in letters else "day"


class SharedTexts(PartReader):
    """xl/sharedStrings.xml: the texts that cells point to, reading aids left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._open = False
        self._aid = False

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:  # noqa: ARG002 - told to every reader
        """Meet the start of an element."""
        if name == "si":
            self._parts.clear()
        elif name == "t":
            self._open = not self._aid
        elif name == "rPh":
            self._aid = True

    def closed(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "si":
            self.texts.append(_text("".join(self._parts)))
        elif name == "t":
            self._open = False
        elif name == "rPh":
            self._aid = False

    def text(self, content: str) -> None:
        """Collect the text of a value."""
        if self._open:
            self._parts.append(content)


class SheetReader(PartReader):
    """xl/worksheets/*.xml: `rows` holds (number, cells) for each row with something in it.

    `letters` counts the text in all cells, beginning with what the sheets before this one held.
    """

    def __init__(self, texts: Sequence[str], kinds: Sequence[NumberKind], *, from_1904: bool, letters: int = 0) -> None:
        super().__init__()
        self.letters = letters
        self.rows: list[tuple[int, tuple[Cell, ...]]] = []
        self._texts = texts
        self._kinds = kinds
        self._from_1904 = from_1904
        self._number = 0
        self._column = -1
        self._cells: dict[int, Cell] = {}
        self._type = "n"
        self._style = 0
        self._parts: list[str] = []
        self._open = False
        self._formula = False
        self._aid = False

    def opened(self, name: str, attrs: Mapping[str, str]) -> None:
        """Meet the start of an element."""
        if name == "c":
            self._start_cell(attrs)
        elif name in {"v", "t"}:
            self._open = not self._aid
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attrs.get("r", "")
            self._number = int(number) if number.isdecimal() and len(number) < 8 else self._number + 1  # noqa: PLR2004
            self._column = -1
            self._cells = {}
        elif name == "rPh":
            self._aid = True

    def _start_cell(self, attrs: Mapping[str, str]) -> None:
        place = _COLUMN.fullmatch(attrs.get("r", ""))
        self._column = _column_number(place[1]) if place else self._column + 1
        self._type = attrs.get("t", "n")
        style = attrs.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < 7 else 0  # noqa: PLR2004 - no workbook has a million styles
        self._parts.clear()
        self._formula = False

    def closed(self, name: str) -> None:
        """Meet the end of an element."""
        if name in {"v", "t"}:
            self._open = False
        elif name == "c":
            cell = self._value()
            if cell != "":
                if self._column >= MOST_COLUMNS:
                    raise too_wide()
                self._cells[self._column] = cell
                self.letters += len(cell) if isinstance(cell, str) else 0
                if self.letters > MOST_LETTERS:
                    raise too_big_inside()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._aid = False

    def _end_row(self) -> None:
        if self._cells:
            if len(self.rows) >= MOST_STORED_ROWS:
                raise too_many_rows()
            self.rows.append((self._number, tuple(self._cells.get(column, "") for column in range(max(self._cells) + 1))))
        self._cells = {}

    def text(self, content: str) -> None:
        """Collect the text of a value."""
        if self._open:
            self._parts.append(content)

    def _value(self) -> Cell:
        written = "".join(self._parts)
        if self._type == "s":
            place = written.strip()
            known = place.isdecimal() and len(place) < 8 and int(place) < len(self._texts)  # noqa: PLR2004 - no file has ten million
            return self._texts[int(place)] if known else ""
        if self._type == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(written.strip(), "")
        if not written.strip() and self._type != "str":
            return Unfinished() if self._formula else ""
        return self._number_cell(written) if self._type == "n" else _text(written)

    def _number_cell(self, written: str) -> Cell:
        try:
            number = float(written)
        except ValueError:
            return _text(written)
        if not math.isfinite(number):
            return _text(written)
        kind = self._kinds[self._style] if self._style < len(self._kinds) else "number"
        return number if kind == "number" else _moment(number, kind, from_1904=self._from_1904)


def _moment(number: float, kind: NumberKind, *, from_1904: bool) -> Cell:
    """Return a number under a day or time format as what it shows; out of the calendar it stays a number."""
    if not 0 <= number <= _LAST_SERIAL:
        return number
    if kind == "time" and number < _LONGEST_TIME:
        return Moment(None, round(number * _SECONDS))
    days, part = divmod(round(number * _SECONDS), _SECONDS)
    if days == 0 and not from_1904:
        return Moment(None, part)
    zero = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if days >= _FALSE_LEAP_DAY else 31)
    try:
        return Moment(zero + timedelta(days=days), part or None)
    except OverflowError:
        return number


def bounded_text(text: str) -> str:
    """Return the text of a cell; Unreadable if it is too much for one."""
    if len(text) > MOST_FIELD_BYTES // 4 and len(text.encode(errors="replace")) > MOST_FIELD_BYTES:
        raise Unreadable(Sentence("One cell holds too much text. Shorten it and load the file again. Nothing was added."))
    return text


def _text(text: str) -> str:
    text = bounded_text(text)
    return _ESCAPED.sub(lambda match: _letter(int(match[1], 16)), text).strip()


def _letter(number: int) -> str:
    """Return the letter behind an _x000D_ escape; half a surrogate pair is none."""
    return "" if 0xD800 <= number <= 0xDFFF else chr(number)  # noqa: PLR2004 - the range of surrogates


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
