"""When a period begins: the rules of regulation 21(2), month by month, and every day in exactly one period."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.hours.history.assessment_periods import assessment_periods, last_full_periods, period_start, weeks

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
BEGINS = st.integers(1, 31)


@pytest.mark.parametrize(
    ("begins", "year", "month", "day"),
    [
        (31, 2026, 1, 31),
        (31, 2026, 2, 28),
        (31, 2028, 2, 29),
        (31, 2026, 4, 30),
        (30, 2026, 2, 27),
        (30, 2028, 2, 28),
        (29, 2026, 2, 27),
        (29, 2028, 2, 28),
        (29, 2026, 4, 29),
        (28, 2026, 2, 28),
        (28, 2028, 2, 28),
        (1, 2028, 2, 1),
    ],
)
def test_the_day_on_which_a_period_begins(begins: int, year: int, month: int, day: int) -> None:
    assert period_start(year, month, begins) == date(year, month, day)


@given(BEGINS, DAYS, st.integers(0, 400))
def test_periods_and_weeks_cover_every_day_once(begins: int, first: date, more: int) -> None:
    last = first + timedelta(days=more)
    for spans in (assessment_periods(begins, first, last), weeks(first, last)):
        assert (spans[0].first, spans[-1].last) == (first, last)
        for before, after in pairwise(spans):
            assert after.first == before.last + timedelta(days=1)
        assert all(span.whole for span in spans[1:-1])


@given(BEGINS, DAYS)
def test_a_whole_period_is_about_a_month_and_begins_on_its_day(begins: int, first: date) -> None:
    for span in assessment_periods(begins, first, first + timedelta(days=400)):
        if span.whole:
            assert span.first == period_start(span.first.year, span.first.month, begins)
            assert 27 <= (span.last - span.first).days + 1 <= 34


@given(DAYS, st.integers(0, 60))
def test_whole_weeks_begin_on_mondays(first: date, more: int) -> None:
    for span in weeks(first, first + timedelta(days=more)):
        if span.whole:
            assert (span.first.weekday(), (span.last - span.first).days) == (0, 6)


@given(BEGINS, st.integers(1, 12), DAYS)
def test_the_last_full_periods_are_whole_and_have_just_ended(begins: int, count: int, today: date) -> None:
    first, last = last_full_periods(begins, count, today)
    spans = assessment_periods(begins, first, last)
    assert [span.whole for span in spans] == [True] * count
    assert last < today
    assert (today - last).days <= monthrange(today.year, today.month)[1] + 3


def test_the_day_a_period_begins_the_one_before_is_full() -> None:
    assert last_full_periods(14, 1, date(2026, 11, 14)) == (date(2026, 10, 14), date(2026, 11, 13))
    assert last_full_periods(14, 1, date(2026, 11, 13)) == (date(2026, 9, 14), date(2026, 10, 13))
    assert last_full_periods(31, 1, date(2026, 2, 28)) == (date(2026, 1, 31), date(2026, 2, 27))
    assert last_full_periods(30, 1, date(2027, 3, 1)) == (date(2027, 1, 30), date(2027, 2, 26))
    assert last_full_periods(1, 3, date(2027, 1, 5)) == (date(2026, 10, 1), date(2026, 12, 31))


def test_a_part_of_a_period_says_so() -> None:
    whole, part = assessment_periods(6, date(2026, 9, 6), date(2026, 10, 10))
    assert (whole.first, whole.last, whole.whole) == (date(2026, 9, 6), date(2026, 10, 5), True)
    assert (part.first, part.last, part.whole) == (date(2026, 10, 6), date(2026, 10, 10), False)
