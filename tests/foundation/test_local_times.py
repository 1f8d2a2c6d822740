from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.local_times import (
    DAY,
    Stretch,
    by_day,
    end_of,
    instant_at,
    minutes_between,
    minutes_of,
    time_of_day,
)

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "starts", "ends", "minutes"),
    [
        (date(2026, 11, 21), 600, 720, 120),
        (SPRING, 30, 210, 120),  # 00:30 to 03:30 in two hours: one hour is skipped
        (AUTUMN, 30, 210, 240),  # and four when one comes twice
        (date(2026, 3, 28), 22 * 60, 6 * 60, 7 * 60),  # the night before the change
        (date(2026, 10, 24), 22 * 60, 6 * 60, 9 * 60),
        (date(2028, 2, 28), 23 * 60, 60, 120),  # into a leap day
        (date(2028, 2, 29), 23 * 60, 60, 120),  # and out of it
        (date(2026, 12, 31), 23 * 60, 60, 120),
        (SPRING, 90, 210, 60),  # 01:30 was never on the wall: 02:30 is meant
    ],
)
def test_how_long_it_is(day: date, starts: int, ends: int, minutes: int) -> None:
    assert minutes_between(day, starts, ends) == minutes


def test_days_differ_when_clocks_change() -> None:
    assert [minutes_of(day) for day in (SPRING, AUTUMN, date(2028, 2, 29))] == [23 * 60, 25 * 60, DAY]


def test_a_night_is_divided_at_midnight() -> None:
    night = by_day(instant_at(date(2026, 3, 28), 22 * 60), instant_at(SPRING, 6 * 60))
    assert list(night) == [Stretch(date(2026, 3, 28), 1320, 120), Stretch(SPRING, 0, 300)]
    begins = instant_at(date(2026, 11, 20), 600)
    assert list(by_day(begins, begins)) == []
    assert list(by_day(begins + timedelta(seconds=50), begins + timedelta(minutes=2, seconds=10))) == [
        Stretch(date(2026, 11, 20), 600, 2)
    ]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 5 * DAY),
)
def test_dividing_loses_and_adds_nothing(begins: datetime, minutes: int) -> None:
    pieces = list(by_day(begins, begins + timedelta(minutes=minutes)))
    assert sum(piece.minutes for piece in pieces) == minutes
    assert len({piece.day for piece in pieces}) == len(pieces)
    assert all(0 <= piece.starts < DAY and 0 < piece.minutes <= minutes_of(piece.day) for piece in pieces)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, DAY - 1))
def test_a_time_of_day_is_read_back(day: date, minutes: int) -> None:
    shown = time_of_day(instant_at(day, minutes))
    assert shown in {minutes, minutes + 60}  # later only in the hour that spring skips
    assert end_of(day, minutes, 0) == instant_at(day, minutes)
