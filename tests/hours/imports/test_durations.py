"""From start to finish over midnight, leap days and nights on which the clocks change; breaks taken off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.imports.registers import csv_bytes, entries, faults, read
from timecredits.foundation.local_times import DAY, minutes_of
from timecredits.hours.imports.cells import Unclear
from timecredits.hours.imports.durations import divided
from timecredits.hours.imports.lengths import Clock, Length, read_break, read_span

ORDINARY = date(2026, 6, 10)
SPRING, AUTUMN, LEAP = date(2026, 3, 29), date(2025, 10, 26), date(2024, 2, 29)


def night(day: date, starts: int, ends: int) -> list[tuple[date, int, int | None]]:
    length = read_span(Clock(starts * 60), Clock(ends * 60))
    return [(each.day, each.minutes, each.starts) for each in divided(day, length)]


def test_a_night_is_divided_at_midnight() -> None:
    assert night(ORDINARY, 22, 6) == [(ORDINARY, 120, 1320), (date(2026, 6, 11), 360, 0)]
    assert night(LEAP, 20, 2) == [(LEAP, 240, 1200), (date(2024, 3, 1), 120, 0)]
    assert night(date(2024, 2, 28), 20, 2) == [(date(2024, 2, 28), 240, 1200), (LEAP, 120, 0)]
    assert night(ORDINARY, 22, 24) == [(ORDINARY, 120, 1320)]


def test_nights_when_the_clocks_change_count_what_passed() -> None:
    assert night(SPRING - timedelta(days=1), 22, 6) == [(SPRING - timedelta(days=1), 120, 1320), (SPRING, 300, 0)]
    assert night(AUTUMN - timedelta(days=1), 22, 6) == [(AUTUMN - timedelta(days=1), 120, 1320), (AUTUMN, 420, 0)]
    assert night(SPRING, 0, 4) == [(SPRING, 180, 0)]
    assert night(AUTUMN, 0, 4) == [(AUTUMN, 300, 0)]


@given(st.dates(date(2000, 1, 1), date(2026, 11, 20)), st.integers(17 * 60, DAY - 1), st.integers(1, 13 * 60))
def test_a_night_adds_up_and_each_part_fits_its_day(day: date, starts: int, minutes: int) -> None:
    ends = (starts + minutes) % DAY
    length = read_span(Clock(starts), Clock(ends))
    assert (length.minutes, length.starts) == (minutes, starts)
    given_time = divided(day, length)
    changed = minutes_of(day + timedelta(days=1)) - DAY if length.overnight else 0
    assert abs(sum(each.minutes for each in given_time) - minutes) in {0, *({abs(changed)} if changed else set())}
    assert [each.day for each in given_time] == [day, day + timedelta(days=1)][: len(given_time)]
    assert all(0 < each.minutes <= DAY for each in given_time)


@given(st.integers(1, 600), st.integers(0, 600))
def test_a_break_is_taken_off_and_never_more_than_there_is(minutes: int, pause: int) -> None:
    length = Length(minutes, 20 * 60, (20 * 60 + minutes) % DAY)
    if pause >= minutes:
        with pytest.raises(Unclear):
            divided(ORDINARY, length, pause=pause)
    else:
        assert sum(each.minutes for each in divided(ORDINARY, length, pause=pause)) == minutes - pause


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("30", 30),
        ("0.5", 30),
        ("1", 60),
        ("45 min", 45),
        ("0:30", 30),
        ("½", 30),
        (15.0, 15),
        ("none", 0),
        ("-", 0),
        ("0", 0),
        (0.0, 0),
    ],
)
def test_breaks_as_people_write_them(written: str | float, minutes: int) -> None:
    assert read_break(written) == minutes


def test_a_break_nobody_can_read_is_sent_back() -> None:
    with pytest.raises(Unclear, match="not a break we can read"):
        read_break("long")


def rows(*lines: tuple[str, ...]) -> bytes:
    return csv_bytes([["Shelter"], ["Date", "Name", "Start", "Finish", "Hours", "Break (hours)"], *lines])


def test_nights_in_a_register_become_two_entries_and_it_is_said() -> None:
    reading = read(
        rows(
            ("28/3/2026", "Tony Butler", "22:00", "07:00", "", ""),
            ("25/10/2025", "Gail Steele", "22:00", "07:00", "9", "1"),
            ("24/10/2025", "Gail Steele", "10pm", "6am", "8", ""),
            ("24/10/2025", "Mary Norman", "22:00", "06:00", "7", ""),
            ("21/11/2026", "Mary Norman", "22:00", "06:00", "", ""),
            ("20/11/2026", "Mary Norman", "9:00", "5:00", "", ""),
        )
    )
    assert entries(reading) == [
        ("V1003", "2026-03-28", 120),
        ("V1003", "2026-03-29", 360),
        ("V1005", "2025-10-24", 120),
        ("V1005", "2025-10-25", 120),
        ("V1005", "2025-10-25", 360),
        ("V1005", "2025-10-26", 420),
    ]
    assert faults(reading) == [(6, "hours"), (7, "hours"), (8, "hours")]
    assert "has not come yet" in str(reading.problems[1].message)
    assert "3 rows run past midnight. Each day gets its own hours." in map(str, reading.warnings)
