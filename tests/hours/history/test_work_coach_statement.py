"""Hours by week and period: each minute once, and nothing but days and hours."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.history.history_lines import LINES, a_line
from timecredits.foundation.errors import RuleError
from timecredits.hours.history.hour_history import HistoryLine
from timecredits.hours.history.work_coach_statement import Statement, work_coach_statement, write_statement_record

TODAY = date(2026, 11, 21)


def stated(lines: list[HistoryLine], first: date, last: date, begins: int | None = 14) -> Statement:
    return work_coach_statement(lines, first=first, last=last, begins=begins, today=TODAY)


@given(LINES, st.dates(date(2016, 1, 1), TODAY), st.integers(0, 1000), st.integers(1, 31))
def test_weeks_and_periods_both_add_up_to_the_hours_of_those_days(
    lines: list[HistoryLine], last: date, more: int, begins: int
) -> None:
    first = last - timedelta(days=more)
    found = stated(lines, first, last, begins)
    total = sum(line.minutes for line in lines if first <= line.day <= last)
    assert found.minutes == total
    assert sum(each.minutes for each in found.weeks) == total
    assert sum(each.minutes for each in found.periods) == total
    assert found.unchecked_minutes <= total


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2025, 10, 26)])
def test_the_weeks_in_which_the_clocks_change_are_weeks_like_any_other(sunday: date) -> None:
    lines = [a_line(sunday, 480), a_line(sunday + timedelta(days=1), 60), a_line(sunday - timedelta(days=6), 30)]
    found = stated(lines, sunday - timedelta(days=6), sunday + timedelta(days=7))
    assert [(each.span.first.weekday(), each.minutes, each.span.whole) for each in found.weeks] == [(0, 510, True), (0, 60, True)]


def test_a_period_of_the_31st_in_a_leap_february() -> None:
    lines = [a_line(date(2024, 2, 28), 60), a_line(date(2024, 2, 29), 120), a_line(date(2024, 3, 31), 30)]
    found = stated(lines, date(2024, 1, 31), date(2024, 3, 30), begins=31)
    assert [(each.span.first, each.span.last, each.minutes) for each in found.periods] == [
        (date(2024, 1, 31), date(2024, 2, 28), 60),
        (date(2024, 2, 29), date(2024, 3, 30), 120),
    ]


def test_without_a_day_of_the_month_there_are_weeks_only() -> None:
    found = stated([a_line(TODAY, 60)], TODAY, TODAY, begins=None)
    assert (found.periods, len(found.weeks), found.minutes) == ((), 1, 60)


@pytest.mark.parametrize(
    ("first", "last", "begins", "field", "words"),
    [
        (TODAY, TODAY + timedelta(days=1), 14, "last", "up to today"),
        (TODAY, TODAY - timedelta(days=1), 14, "last", "before the first"),
        (date(2020, 1, 1), TODAY, 14, "first", "at most 3 years"),
        (date.min, TODAY, 14, "first", "at most 3 years"),
        (TODAY, TODAY, 0, "begins", "from 1 to 31"),
        (TODAY, TODAY, 32, "begins", "from 1 to 31"),
    ],
)
def test_days_that_cannot_be(first: date, last: date, begins: int, field: str, words: str) -> None:
    with pytest.raises(RuleError, match=words) as refusal:
        stated([], first, last, begins)
    assert refusal.value.field == field
    assert "Nothing was made" in str(refusal.value.sentence)


def test_it_says_who_decides_and_names_no_place_no_role_and_no_benefit() -> None:
    lines = [a_line(TODAY - timedelta(days=3), 90, "Recovery walk", "Hearing Voices Group", unchecked=True)]
    found = stated(lines, TODAY - timedelta(days=30), TODAY)
    record = write_statement_record(found, issued_on=TODAY, programme="Time Credits Fenland", holder_name="Siân")
    said = json.dumps(record)
    assert "Your work coach decides how this counts." in said
    assert record["unchecked_minutes"] == 90
    assert "Nobody else confirmed it." in said
    for word in ("Recovery", "Hearing", "Universal", "benefit", "average", "deduct"):
        assert word not in said
    with pytest.raises(RuleError, match="no name"):
        write_statement_record(found, issued_on=TODAY, programme="Fenland", holder_name=" ")
