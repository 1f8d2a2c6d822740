"""By day, week, month, year, role and organisation: every view is the same hours."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.history.history_lines import LINES, a_line
from timecredits.hours.history.hour_history import HistoryLine, summed
from timecredits.hours.history.hour_periods import Choice, View, by_period, choices_in, choose, pages_of

TODAY = date(2026, 11, 21)


@given(LINES, st.sampled_from(View))
def test_the_sums_of_every_view_are_the_total(lines: list[HistoryLine], view: View) -> None:
    periods = by_period(lines, view)
    assert sum(period.minutes for period in periods) == summed(lines, as_of=TODAY).total_minutes
    assert sorted(line for period in periods for line in period.lines) == sorted(lines)
    assert all(period.first <= line.day <= period.last for period in periods for line in period.lines)


@given(LINES, st.sampled_from([View.DAY, View.WEEK, View.MONTH, View.YEAR]))
def test_times_are_told_newest_first_and_never_overlap(lines: list[HistoryLine], view: View) -> None:
    periods = by_period(lines, view)
    for newer, older in pairwise(periods):
        assert older.last < newer.first


@given(LINES)
def test_the_organisations_parts_make_the_whole(lines: list[HistoryLine]) -> None:
    whole = summed(lines, as_of=TODAY).total_minutes
    choices = choices_in(lines)
    for parts in (
        [Choice(organisation_id=each) for each, _ in choices.organisations],
        [Choice(activity_id=each) for each, _, _ in choices.roles],
        [Choice(year=year) for year in choices.years],
    ):
        assert sum(summed(choose(lines, part), as_of=TODAY).total_minutes for part in parts) == whole


@given(LINES, st.sampled_from(View), st.integers(1, 12))
def test_pages_hold_every_period_once_and_whole(lines: list[HistoryLine], view: View, most: int) -> None:
    periods = by_period(lines, view)
    pages = pages_of(periods, most)
    assert [period for page in pages for period in page] == list(periods)
    for page in pages:
        assert len(page) <= 1 or sum(len(period.lines) for period in page) <= most


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 3, 29), date(2026, 3, 23)),  # the Sunday of 23 hours
        (date(2026, 10, 25), date(2026, 10, 19)),  # the Sunday of 25 hours
        (date(2024, 2, 29), date(2024, 2, 26)),
        (date(2026, 1, 1), date(2025, 12, 29)),
    ],
)
def test_a_week_runs_from_monday_to_sunday_whatever_the_clocks_do(day: date, monday: date) -> None:
    [week] = by_period([a_line(day, 60)], View.WEEK)
    assert (week.first, week.last) == (monday, monday + timedelta(days=6))


def test_a_week_over_new_year_ends_where_the_chosen_year_does() -> None:
    lines = [a_line(date(2026, 1, 2), 60), a_line(date(2025, 12, 30), 120)]
    [whole] = by_period(lines, View.WEEK)
    assert (whole.first, whole.last, whole.minutes) == (date(2025, 12, 29), date(2026, 1, 4), 180)
    [new] = by_period(choose(lines, Choice(year=2026)), View.WEEK, year=2026)
    assert (new.first, new.last, new.minutes) == (date(2026, 1, 1), date(2026, 1, 4), 60)
    [old] = by_period(choose(lines, Choice(year=2025)), View.WEEK, year=2025)
    assert (old.first, old.last, old.minutes) == (date(2025, 12, 29), date(2025, 12, 31), 120)


def test_months_end_on_their_last_day() -> None:
    lasts = [by_period([a_line(date(year, 2, 3), 60)], View.MONTH)[0].last.day for year in (2023, 2024)]
    assert lasts == [28, 29]


def test_days_that_count_are_counted_once() -> None:
    day = date(2026, 11, 3)
    lines = [a_line(day, 60), a_line(day, 30, "Lunch club"), a_line(day + timedelta(days=1), 0)]
    [month] = by_period(lines, View.MONTH)
    assert (month.days, month.minutes) == (1, 90)


def test_the_role_with_most_hours_comes_first() -> None:
    lines = [a_line(TODAY, 60), a_line(TODAY, 90, "Lunch club")]
    assert [period.lines[0].activity for period in by_period(lines, View.ROLE)] == ["Lunch club", "Garden group"]


def test_nothing_is_no_period_and_one_empty_page() -> None:
    assert by_period([], View.WEEK) == ()
    assert pages_of((), 10) == [()]
