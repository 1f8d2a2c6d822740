"""Weeks from Monday to Sunday, and Universal Credit's assessment periods, as calendar days. Nothing else is worked out.

An assessment period begins on the same day of each month (Universal Credit Regulations 2013, regulation 21(2), read in 2026):
one that begins on the 31st begins on the last day of a shorter month; one of the 29th or 30th begins, in February, on the 27th,
or the 28th in a leap year. Periods are half-open in the rule and shown here with their last day.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

__all__ = ["LAST_DAY_OF_MONTH", "Span", "assessment_periods", "last_full_periods", "period_start", "weeks"]

LAST_DAY_OF_MONTH = 31
_FEBRUARY = 2
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both included. `whole` is False where only a part of it was asked for."""

    first: date
    last: date
    whole: bool


def period_start(year: int, month: int, begins: int) -> date:
    """The day of this month on which the period begins that always begins on day `begins` (1 to 31)."""
    last = monthrange(year, month)[1]
    if begins == LAST_DAY_OF_MONTH:
        return date(year, month, last)
    if month == _FEBRUARY and begins > 28:  # noqa: PLR2004  a day that most Februaries lack
        return date(year, month, 28 if isleap(year) else 27)
    return date(year, month, begins)


def assessment_periods(begins: int, first: date, last: date) -> list[Span]:
    """The periods that the days from `first` to `last` fall in, oldest first, cut to those days."""
    starts = list(_starts(begins, first, last))
    return [_cut(start, following - _DAY, first, last) for start, following in pairwise(starts) if following > first]


def last_full_periods(begins: int, count: int, today: date) -> tuple[date, date]:
    """The first and the last day of the last `count` periods that ended before `today`."""
    current = period_start(today.year, today.month, begins)
    if current > today:
        current = period_start(*_month(today.year, today.month, -1), begins)
    return period_start(*_month(current.year, current.month, -count), begins), current - _DAY


def weeks(first: date, last: date) -> list[Span]:
    """The weeks that the days from `first` to `last` fall in, Monday to Sunday, oldest first, cut to those days."""
    monday = first - timedelta(days=first.weekday())
    found = []
    while monday <= last:
        found.append(_cut(monday, monday + timedelta(days=6), first, last))
        monday += timedelta(weeks=1)
    return found


def _starts(begins: int, first: date, last: date) -> Iterator[date]:
    """Every beginning from the one at or before `first` to the one after `last`."""
    year, month = _month(first.year, first.month, -1)
    start = period_start(year, month, begins)
    yield start
    while start <= last:
        year, month = _month(year, month, 1)
        start = period_start(year, month, begins)
        yield start


def _month(year: int, month: int, more: int) -> tuple[int, int]:
    year, month = divmod(year * 12 + month - 1 + more, 12)
    return year, month + 1


def _cut(first: date, last: date, earliest: date, latest: date) -> Span:
    return Span(max(first, earliest), min(last, latest), whole=earliest <= first and last <= latest)
