"""Reading spreadsheets of hours as charities keep them. Pure: bytes, people and a day in; what would be added out.

`read_register` in rows.py is the door. Behind it: reading.py (bytes to sheets of cells, with workbook.py and open_document.py),
columns.py and surroundings.py (which column is what), tables.py and entries.py (rows to entries), days.py, lengths.py and
durations.py (values as people write them), matching.py (whose row it is).
"""

from timecredits.hours.imports.cells import Unreadable
from timecredits.hours.imports.choices import Choices
from timecredits.hours.imports.matching import KnownPerson
from timecredits.hours.imports.reading_result import Layout, Problem, Reading, ReadyRow, RecognisedColumn, ShownColumn
from timecredits.hours.imports.rows import UnmatchedFile, read_register

__all__ = [
    "Choices",
    "KnownPerson",
    "Layout",
    "Problem",
    "Reading",
    "ReadyRow",
    "RecognisedColumn",
    "ShownColumn",
    "UnmatchedFile",
    "Unreadable",
    "read_register",
]
