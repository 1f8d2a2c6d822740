"""Days as numbers, half-open ranges of them, and months by the corresponding-date rule.

A range of days is a `range` of proleptic ordinals (`date.toordinal`): the first day is in it, `stop` is not.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Final

FOREVER: Final = date.max.toordinal() + 1
"""The `stop` of a range without an end."""

_YEAR: Final = 12
_ALWAYS_THERE: Final = 28


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months later, or before when negative; the month's last day where there is no such day.

    29 February 2024 and 36 months is 28 February 2027. OverflowError outside of the years 1 to 9999.
    """
    years, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    if not date.min.year <= years <= date.max.year:
        raise OverflowError
    month += 1
    return date(years, month, day.day if day.day <= _ALWAYS_THERE else min(day.day, monthrange(years, month)[1]))


def days_between(first: date, last: date | None) -> range:
    """The days from first to last inclusive; without a last one, all that follow."""
    return range(first.toordinal(), FOREVER if last is None else last.toordinal() + 1)


def clipped(days: range, to: range) -> range:
    """The days that are in both; empty (and false) if there are none."""
    return range(max(days.start, to.start), min(days.stop, to.stop))


def joined(ranges: Iterable[range]) -> list[range]:
    """The same days as few ranges in order, none touching the next."""
    found: list[range] = []
    for each in sorted((each for each in ranges if each), key=lambda each: each.start):
        if found and each.start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(found[-1].stop, each.stop))
        else:
            found.append(each)
    return found


def left_out(ranges: Iterable[range]) -> list[range]:
    """All the days that are in none of them, in order, as few ranges."""
    found, reached = [], 0
    for each in joined(ranges):
        found.append(range(reached, each.start))
        reached = each.stop
    return [each for each in (*found, range(reached, FOREVER)) if each]
