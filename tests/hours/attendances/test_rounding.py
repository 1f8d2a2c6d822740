"""Time from signing in to signing out, rounded once and divided at midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.clock import LONDON, first_moment
from timecredits.foundation.local_times import end_of
from timecredits.hours.attendances.rounding import Share, rounded, shares, stayed

FRIDAY = date(2026, 11, 20)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("minutes", "step", "counts"),
    [
        (112, 1, 112),
        (112, 15, 105),
        (113, 15, 120),
        (112, 30, 120),
        (7, 15, 0),
        (8, 15, 15),
        (14, 30, 0),
        (15, 30, 30),
        (0, 15, 0),
    ],
)
def test_to_the_nearest_step_and_half_a_step_counts_up(minutes: int, step: int, counts: int) -> None:
    assert rounded(minutes, step) == counts


def test_seconds_are_passed_over() -> None:
    begins = at(FRIDAY, 10).replace(second=50)
    assert stayed(begins, at(FRIDAY, 11).replace(second=10)) == 60
    assert stayed(begins, begins) == stayed(begins, at(FRIDAY, 9)) == 0


def test_a_stay_over_midnight_is_rounded_once_and_the_second_day_takes_the_difference() -> None:
    found = shares(at(FRIDAY, 23, 50), at(FRIDAY + timedelta(days=1), 1, 2), 15)
    assert found == [Share(FRIDAY, 1430, 10), Share(FRIDAY + timedelta(days=1), 0, 65)]
    assert shares(at(FRIDAY, 21, 58), at(FRIDAY + timedelta(days=1), 0, 2), 15) == [Share(FRIDAY, 1318, 120)]


def test_rounding_up_to_past_midnight_leaves_the_start_open() -> None:
    assert shares(at(FRIDAY, 22, 5), at(FRIDAY, 23, 58), 15) == [Share(FRIDAY, None, 120)]
    assert shares(at(FRIDAY, 22), at(FRIDAY, 23, 55), 15) == [Share(FRIDAY, 1320, 120)]


@pytest.mark.parametrize(("night", "minutes"), [(date(2026, 3, 28), 420), (date(2026, 10, 24), 540), (date(2028, 2, 28), 480)])
def test_the_nights_of_the_clock_change_are_right_to_the_minute(night: date, minutes: int) -> None:
    found = shares(at(night, 22), at(night + timedelta(days=1), 6), 15)
    assert [share.day for share in found] == [night, night + timedelta(days=1)]
    assert sum(share.minutes for share in found) == minutes


@given(
    begins=st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    length=st.timedeltas(timedelta(0), timedelta(hours=30)),
    step=st.sampled_from([1, 15, 30]),
)
def test_no_minute_is_lost_or_made(begins: datetime, length: timedelta, step: int) -> None:
    found = shares(begins, begins + length, step)
    assert sum(share.minutes for share in found) == rounded(stayed(begins, begins + length), step)
    assert [share.day for share in found] == sorted({share.day for share in found})
    for share in found:
        assert share.minutes > 0
        if share.starts is not None:
            assert end_of(share.day, share.starts, share.minutes) <= first_moment(share.day + timedelta(days=1))
