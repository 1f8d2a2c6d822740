"""Reading spreadsheets of hours as charities keep them. Pure: bytes, people and a day in; what would be added out.

`read_register` in rows.py is the door. Behind it: reading.py and workbook.py (bytes to cells), columns.py (which column is what),
days.py and lengths.py (values as people write them), matching.py (whose row it is).
"""

from timecredits.hours.imports.cells import Unreadable
from timecredits.hours.imports.matching import KnownPerson
from timecredits.hours.imports.reading_result import Layout, Problem, Reading, ReadyRow, RecognisedColumn
from timecredits.hours.imports.rows import read_register

__all__ = ["KnownPerson", "Layout", "Problem", "Reading", "ReadyRow", "RecognisedColumn", "Unreadable", "read_register"]
