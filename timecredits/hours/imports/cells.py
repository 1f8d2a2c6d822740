"""What a spreadsheet holds once it is read, whichever kind of file it was: sheets of rows of cells."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from timecredits.foundation.wording import Sentence

__all__ = [
    "Cell",
    "Moment",
    "Row",
    "Sheet",
    "Unclear",
    "Unfinished",
    "Unreadable",
    "column_letter",
    "quoted",
    "text_of",
    "tidied",
]

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


class Unreadable(Exception):  # noqa: N818 - it is told to a person, and is no fault of the program
    """The whole file cannot be used; `sentence` says why and what to do. Nothing was added."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Unclear(Exception):  # noqa: N818 - as above
    """One value cannot be used; `sentence` says what was read and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Moment:
    """A cell that the spreadsheet itself calls a day, a time of day (or a length of time), or both."""

    day: date | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A formula cell saved without its result."""


Cell = str | float | Moment | Unfinished  # "" is an empty cell


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank; `number` as the spreadsheet shows it, cells from column A on."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int | None) -> Cell:
        """Return the cell in `column` (0 is A), or "" where the row is shorter or there is no such column."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or a whole CSV file (then `name` is ""). `warnings` were met while reading."""

    name: str
    rows: tuple[Row, ...]
    warnings: tuple[Sentence, ...] = field(default=())


def tidied(text: str) -> str:
    """Return `text` on one line, single-spaced, without control characters or byte-order marks."""
    if not text.isprintable():
        text = "".join(
            letter if letter.isprintable() or letter.isspace() or unicodedata.category(letter) == "Cf" else " "
            for letter in text.replace("\ufeff", "")
        )
    return " ".join(text.split())


def plain(text: str) -> str:
    """Return `text` in small letters with plain figures and hyphens and without invisible marks, for reading values."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return _DASHES.sub("-", text).strip()


def text_of(cell: Cell) -> str:
    """Return the cell as a person would see it, on one line."""
    if isinstance(cell, str):
        return tidied(cell)
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.10g}"  # noqa: PLR2004 - exact in a float
    if isinstance(cell, Unfinished):
        return "="
    parts = [] if cell.day is None else [f"{cell.day:%d/%m/%Y}"]
    if cell.seconds is not None:
        parts.append(f"{cell.seconds // 3600}:{cell.seconds // 60 % 60:02}")
    return " ".join(parts)


def quoted(cell: Cell) -> str:
    """Return the cell for use inside a message: short, and kept apart from the sentence's own writing direction."""
    text = text_of(cell)
    return text if len(text) <= 40 else f"{text[:39]}\u2026"  # noqa: PLR2004 - about one line on a phone


def column_letter(column: int) -> str:
    """Return the letters over a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
