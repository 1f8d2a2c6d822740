"""Months by the corresponding-date rule, checked against dateutil; ranges of days against sets of days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from timecredits.journey.planning.day_ranges import FOREVER, add_months, clipped, days_between, joined, left_out

RANGES = st.lists(
    st.builds(lambda start, length: range(start, start + length), st.integers(1, 40), st.integers(0, 9)), max_size=8
)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2027, 2, 28), -36, date(2024, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
        (date(2026, 11, 21), -36, date(2023, 11, 21)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_the_corresponding_day_or_the_last_of_its_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(st.dates(date(1800, 1, 1), date(2300, 1, 1)), st.integers(-1200, 1200))
def test_months_are_counted_as_others_count_them(day: date, months: int) -> None:
    assert add_months(day, months) == day + relativedelta(months=months)


@given(st.dates(date(1800, 1, 1), date(2300, 1, 1)), st.integers(0, 1200))
def test_a_later_day_never_has_an_earlier_anniversary(day: date, months: int) -> None:
    assert add_months(day + timedelta(days=1), months) >= add_months(day, months)


def test_the_calendar_ends() -> None:
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    for day, months in ((date(9999, 12, 1), 1), (date(1, 1, 31), -1)):
        with pytest.raises(OverflowError):
            add_months(day, months)


def test_both_ends_are_in() -> None:
    assert len(days_between(date(2024, 2, 28), date(2024, 3, 1))) == 3
    assert days_between(date(2026, 1, 1), None).stop == days_between(date(2026, 1, 1), date.max).stop == FOREVER


@given(RANGES, st.builds(range, st.integers(1, 30), st.integers(1, 60)))
def test_ranges_are_sets_of_days(ranges: list[range], window: range) -> None:
    days = {day for each in ranges for day in each}
    together, rest = joined(ranges), left_out(ranges)
    assert {day for each in together for day in each} == days
    assert all(before.stop < after.start for before, after in pairwise(together))
    inside = [clipped(each, window) for each in rest]
    assert [day for each in inside for day in each] == [day for day in window if day not in days]
