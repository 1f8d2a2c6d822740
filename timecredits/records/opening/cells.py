"""Two kinds of cell that only a list of people has: credits so far, and the month somebody was born in."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Moment, Unclear, Unfinished, plain, quoted, text_of

__all__ = ["MOST_CREDITS", "read_born_month", "read_credits"]

MOST_CREDITS: Final = 5_000
"""More than that for one person is a slip: it is 14 years of a credit a day."""
_OLDEST: Final = 120  # years

_NUMBER = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?\s*(?:(?:time )?credits?)?")
_FRACTION = re.compile(r"(\d{0,4})\s*([¼½¾])\s*(?:(?:time )?credits?)?")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_BELOW = re.compile(r"-\s*\d.*|\(\s*\d[\d.,]*\s*\)")
_HOURS = re.compile(r"\d.*(h|hr|hrs|hours?|min|mins|minutes?|m)|\d+:\d+")
_PARTS: Final = {"¼": "0.25", "½": "0.5", "¾": "0.75"}
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.]\d{1,2})?")
_MONTH_YEAR = re.compile(r"(?:\d{1,2}[-/. ])?(\d{1,2})[-/. ](\d{4})")
_WORDS = re.compile(r"(?:\d{1,2}(?:st|nd|rd|th)? )?([^\W\d_]{3,9})[ ,]+(\d{4})")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_credits(cell: Cell) -> int:
    """The minutes of credit that a cell names, 0 for an empty one. Raises Unclear."""
    if isinstance(cell, Unfinished):
        raise Unclear(Sentence("The credits are a sum without its answer. Type the number."))
    if isinstance(cell, Moment) or cell != cell:  # noqa: PLR0124  not a number equals not even itself
        raise _unclear(cell)
    if isinstance(cell, float):
        return _minutes(Decimal(repr(cell)), cell)
    written = text_of(cell).strip()
    text = plain(written)
    if not text or not any(map(str.isalnum, text)):
        return 0
    if _BELOW.fullmatch(text):
        raise _below(cell)
    if match := _FRACTION.fullmatch(written.casefold()):
        return _minutes(Decimal(match[1] or 0) + Decimal(_PARTS[match[2]]), cell)
    if _THOUSANDS.fullmatch(text):
        raise Unclear(Sentence("“%(read)s” can be read in two ways. Write it with no comma or point.", read=quoted(cell)))
    if match := _NUMBER.fullmatch(text):
        return _minutes(Decimal(f"{match[1]}.{match[2] or 0}"), cell)
    if _HOURS.fullmatch(text):
        raise Unclear(Sentence("“%(read)s” is time, not credits. Write just the number, like 12 or 2.5.", read=quoted(cell)))
    raise _unclear(cell)


def read_born_month(cell: Cell, *, today: date) -> date | None:
    """The first day of the month of birth that a cell names; None for an empty one. Raises Unclear."""
    if isinstance(cell, Moment) and cell.day is not None:
        return _checked(cell.day.year, cell.day.month, cell, today)
    text = plain(text_of(cell))
    if not text:
        return None
    if match := _YEAR_MONTH.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), cell, today)
    if match := _MONTH_YEAR.fullmatch(text):
        return _checked(int(match[2]), int(match[1]), cell, today)
    if (match := _WORDS.fullmatch(text)) and match[1][:3] in _MONTHS:
        return _checked(int(match[2]), _MONTHS.index(match[1][:3]) + 1, cell, today)
    raise _no_month(cell)


def _minutes(credits_: Decimal, cell: Cell) -> int:
    if credits_ < 0:
        raise _below(cell)
    if credits_ > MOST_CREDITS:
        raise Unclear(Sentence("“%(read)s” is more than 5,000 credits. Check the number.", read=quoted(cell)))
    minutes = int((credits_ * MINUTES_A_CREDIT).quantize(Decimal(1), ROUND_HALF_UP))
    if credits_ and not minutes:
        raise Unclear(Sentence("“%(read)s” is less than a minute. Check the number.", read=quoted(cell)))
    return minutes


def _checked(year: int, month: int, cell: Cell, today: date) -> date:
    if not 1 <= month <= 12 or not today.year - _OLDEST <= year <= today.year or date(year, month, 1) > today:  # noqa: PLR2004
        raise _no_month(cell)
    return date(year, month, 1)


def _below(cell: Cell) -> Unclear:
    return Unclear(Sentence("“%(read)s” is less than nothing. Nobody can start below 0 credits.", read=quoted(cell)))


def _unclear(cell: Cell) -> Unclear:
    return Unclear(Sentence("“%(read)s” is not a number of credits. Write it like 12 or 2.5.", read=quoted(cell)))


def _no_month(cell: Cell) -> Unclear:
    return Unclear(Sentence("“%(read)s” is not a month of birth. Write it like 03/1985.", read=quoted(cell)))
