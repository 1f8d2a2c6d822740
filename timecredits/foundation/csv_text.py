"""CSV that a spreadsheet opens safely: a cell that would run as a formula is text, and numbers stay numbers."""

import csv
import io
from collections.abc import Iterable, Sequence

__all__ = ["csv_text"]

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """The table as CSV with a byte order mark, so that every spreadsheet reads it as UTF-8.

    A text that begins with = + - @, tab, CR or NUL gets an apostrophe in front (OWASP, CSV injection); NULs are left out.
    """
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return f"\ufeff{made.getvalue()}"


def _safe(cell: str | float) -> str | float:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\0", "")
    return f"'{text}" if cell.lstrip(" ").startswith(_RUNS_AS_FORMULA) else text
