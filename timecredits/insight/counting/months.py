"""Months, quarters and reporting years, each by its first day."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from timecredits.foundation.clock import first_moment, local_day
from timecredits.insight.roll_up_models import Span

__all__ = ["LENGTHS", "add_months", "local_month", "moments", "month_of", "span_of", "spans_in", "year_of"]

LENGTHS: Final = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
"""How many months each span is long."""


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def local_month(instant: datetime) -> date:
    """The first day of the month in which an instant falls in Europe/London."""
    return month_of(local_day(instant))


def add_months(month: date, count: int) -> date:
    """So many months later, or earlier; both first days."""
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def moments(month: date) -> tuple[datetime, datetime]:
    """When a month begins and ends in Europe/London: clock-change months are an hour shorter or longer."""
    return first_moment(month), first_moment(add_months(month, 1))


def year_of(month: date, starts_in: int) -> date:
    """The reporting year that a month belongs to, where years begin in the month of this number."""
    return date(month.year if month.month >= starts_in else month.year - 1, starts_in, 1)


def span_of(span: Span, month: date, starts_in: int) -> date:
    """The span of this length that a month belongs to. Quarters are those of the reporting year."""
    length = LENGTHS[span]
    return add_months(month, -((month.month - starts_in) % 12 % length))


def spans_in(span: Span, year: date) -> Iterator[date]:
    """The spans of this length in a reporting year, in order."""
    return (add_months(year, count) for count in range(0, 12, LENGTHS[span]))
