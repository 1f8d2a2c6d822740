"""Time as people type it, and the days it falls on, clock-change nights included."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import instant_at
from timecredits.hours.self_logged.given_time import DayPart, GivenTime, from_to, on_days, read_given

DAY = date(2026, 11, 21)
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)  # the clocks change in the small hours of these days


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2", GivenTime(120)),
        ("2.5", GivenTime(150)),
        (" 2h30 ", GivenTime(150)),
        ("10:00-12:30", GivenTime(150, 600, 750)),
        ("10am to 12:30pm", GivenTime(150, 600, 750)),
        ("22:00-00:00", GivenTime(120, 1320, 1440)),
        ("22:00-01:30", GivenTime(210, 1320, 90)),
        ("8pm to 7am", GivenTime(660, 1200, 420)),
        ("from 22:00 until 06:00", GivenTime(480, 1320, 360)),
    ],
)
def test_time_is_read_as_people_type_it(typed: str, read: GivenTime) -> None:
    assert read_given(typed) == read


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the hours first"),
        ("lots", "Type hours like"),
        ("0", "Type hours like"),
        ("25", "Type hours like"),
        ("-2", "Type hours like"),
        ("x-12:00", "Type hours like"),
        ("9:00-5:00", "The end is before the start"),
        ("18:00-17:30", "The end is before the start"),
        ("2.30", "2.30 can mean two things. Type 2:30"),
        ("1,15", "Type 1:15"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(typed: str, words: str) -> None:
    with pytest.raises(RuleError, match=words) as fault:
        read_given(typed)
    assert fault.value.field == "hours"
    assert "Nothing was saved." in str(fault.value.sentence)


def test_a_night_is_divided_at_midnight() -> None:
    assert on_days(DAY, read_given("22:00-01:30")) == [
        DayPart(DAY, 120, 1320),
        DayPart(DAY + timedelta(days=1), 90, 0),
    ]
    assert on_days(DAY, read_given("22:00-00:00")) == [DayPart(DAY, 120, 1320)]


def test_nights_on_which_the_clocks_change_are_as_long_as_they_were() -> None:
    assert [part.minutes for part in on_days(FORWARD - timedelta(days=1), read_given("22:00-06:00"))] == [120, 300]
    assert [part.minutes for part in on_days(BACK - timedelta(days=1), read_given("22:00-06:00"))] == [120, 420]
    assert on_days(FORWARD, read_given("00:30-03:30")) == [DayPart(FORWARD, 120, 30)]
    assert on_days(BACK, read_given("00:30-03:30")) == [DayPart(BACK, 240, 30)]


def test_times_that_were_not_there_are_asked_for_as_a_length() -> None:
    with pytest.raises(RuleError, match="The clocks changed at that time"):
        on_days(FORWARD, read_given("01:30-02:10"))


def test_a_leap_day_is_a_day_like_any_other() -> None:
    leap = date(2028, 2, 29)
    assert on_days(date(2028, 2, 28), read_given("23:00-01:00")) == [DayPart(date(2028, 2, 28), 60, 1380), DayPart(leap, 60, 0)]


def test_times_are_shown_as_they_can_be_typed() -> None:
    assert from_to(DAY, 600, 150) == "10:00-12:30"
    assert from_to(DAY, 1320, 120) == "22:00-00:00"
    assert from_to(DAY, None, 120) == ""


@given(
    day=st.one_of(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from([FORWARD, BACK, FORWARD - timedelta(days=1)])),
    starts=st.integers(0, 1439),
    ends=st.integers(1, 1440),
)
def test_no_minute_is_lost_or_made(day: date, starts: int, ends: int) -> None:
    later = day + timedelta(days=1) if ends <= starts else day
    real = (instant_at(later, ends) - instant_at(day, starts)) // timedelta(minutes=1)
    try:
        parts = on_days(day, GivenTime(0, starts, ends))
    except RuleError:
        assert real <= 0
        return
    assert sum(part.minutes for part in parts) == real
    assert [part.day for part in parts] == sorted({part.day for part in parts})
    assert all(part.minutes > 0 for part in parts)
