"""How much one file of hours may hold, so that a hostile one ends in a sentence within two seconds and 200 MiB."""

from typing import Final

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Unreadable

__all__ = [
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ENTRIES",
    "MOST_FIELD_BYTES",
    "MOST_LETTERS",
    "MOST_PARTS",
    "MOST_PART_BYTES",
    "MOST_ROWS",
    "MOST_STORED_ROWS",
    "MOST_WIDE_CELLS",
    "MOST_XML_ELEMENTS",
    "too_big_inside",
    "too_many_entries",
    "too_many_rows",
    "too_wide",
]

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 5000
MOST_STORED_ROWS: Final = MOST_ROWS + 500  # titles, totals and repeated headings are not counted among the rows
MOST_COLUMNS: Final = 400  # a year of days and a few more
MOST_FIELD_BYTES: Final = 64 * 1024
MOST_ENTRIES: Final = 20_000  # a wide sheet holds many entries a row
MOST_WIDE_CELLS: Final = 100_000  # filled or marked absent
MOST_PART_BYTES: Final = 16 * 1024 * 1024  # one file inside a workbook, unpacked
MOST_LETTERS: Final = 2 * MOST_BYTES  # in all cells of a workbook: one long text can stand in every cell
MOST_PARTS: Final = 2000
MOST_XML_ELEMENTS: Final = 500_000


def too_many_rows() -> Unreadable:
    """Say that the file is too long."""
    return Unreadable(Sentence("This file has more than 5,000 rows. Split it into smaller files. Nothing was added."))


def too_wide() -> Unreadable:
    """Say that the file is too wide."""
    return Unreadable(Sentence("This file has more than 400 columns. Split it into smaller files. Nothing was added."))


def too_big_inside() -> Unreadable:
    """Say that a workbook unpacks to more than we open."""
    return Unreadable(Sentence("This workbook is too big inside. Copy the register to a new file. Nothing was added."))


def too_many_entries() -> Unreadable:
    """Say that the file holds too many entries of hours."""
    return Unreadable(Sentence("This file holds more than 20,000 entries. Split it. Nothing was added."))
