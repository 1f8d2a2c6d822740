"""CSV that a spreadsheet opens safely: a cell that would run as a formula is text, and numbers stay numbers."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

__all__ = ["csv_text"]

_RUNS_AS_FORMULA = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
"""The last four are the wide forms that a Japanese keyboard types; some spreadsheets read them as the narrow ones."""
_PASSED_OVER = re.compile(r"(?:[^\S\t\r\n]|[\ufeff\u200b-\u200f\u2060])*")
"""What a spreadsheet may leave out in front: spaces of every kind, and what has no width."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """The table as CSV with a byte order mark, so that every spreadsheet reads it as UTF-8.

    A text that begins with = + - @ (narrow or wide, after whatever spaces), tab, CR, LF or NUL gets an apostrophe in front
    (OWASP, CSV injection); NULs are left out.
    """
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([_safe(column) for column in columns])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return f"\ufeff{made.getvalue()}"


def _safe(cell: str | float) -> str | float:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    begins = _PASSED_OVER.sub("", cell, count=1)
    return f"'{text}" if cell.startswith(_RUNS_AS_FORMULA) or begins.startswith(_RUNS_AS_FORMULA) else text
