from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.community.directory.opening_hours import Open, is_open, joined, parse_times, split, times_text, weekday_and_time
from timecredits.foundation.errors import RuleError

OPENS = st.builds(Open, st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440)).filter(
    lambda each: each.opens != each.closes
)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stretches"),
    [
        ("", []),
        ("closed", []),
        ("9am to 5pm", [(540, 1020)]),
        ("9 to 5", [(540, 1020)]),
        ("09:00-17:00", [(540, 1020)]),
        ("9.30am – 12.15pm", [(570, 735)]),
        ("12 to 2", [(720, 840)]),
        ("2 to 5", [(840, 1020)]),
        ("2-5pm", [(840, 1020)]),
        ("6-8am", [(360, 480)]),
        ("10pm to 2am", [(1320, 120)]),
        ("22:00 to 02:00", [(1320, 120)]),
        ("10 to noon and 1 to 4", [(600, 720), (780, 960)]),
        ("9AM TO 12PM, 2PM TO 5PM", [(540, 720), (840, 1020)]),
        ("7pm until midnight", [(1140, 1440)]),
        ("9-9", [(540, 1260)]),
        ("all day", [(0, 1440)]),
    ],
)
def test_times_as_people_type_them(typed: str, stretches: list[tuple[int, int]]) -> None:
    assert parse_times(typed, 3) == [Open(3, *each) for each in stretches]


@pytest.mark.parametrize(
    "typed", ["soon", "9", "25:00 to 26:00", "9am", "9:75 to 10", "13pm to 2pm", "10:30-10:30", "1-2-3", "9 to 5," * 9, "🙂 to 5"]
)
def test_what_can_t_be_read_is_told(typed: str) -> None:
    with pytest.raises(RuleError) as told:
        parse_times(typed, 0, field="monday")
    assert told.value.field == "monday"


@given(st.text("0123456789:apm to-,", max_size=20))
def test_nothing_that_is_typed_makes_it_fail_otherwise(typed: str) -> None:
    try:
        rows = split(parse_times(typed, 6))
    except RuleError:
        return
    assert all(0 <= each.opens < each.closes <= 1440 for each in rows)


def minutes(stretches: list[Open]) -> set[int]:
    """Every minute of a week on which it is open."""
    week = set()
    for each in stretches:
        ends = each.closes if each.closes > each.opens else each.closes + 1440
        week |= {(each.weekday * 1440 + minute) % 10_080 for minute in range(each.opens, ends)}
    return week


@given(st.lists(OPENS, max_size=6))
def test_rows_hold_the_same_minutes_and_nothing_over_midnight(stretches: list[Open]) -> None:
    rows = split(stretches)
    assert minutes(rows) == minutes(stretches) == minutes(joined(rows))
    assert all(each.opens < each.closes for each in rows)
    assert split(rows) == rows == split(joined(rows))


@given(st.lists(OPENS, max_size=4), st.integers(0, 10_079))
def test_it_is_open_on_the_minutes_that_are_said(stretches: list[Open], minute: int) -> None:
    moment = MONDAY + timedelta(minutes=minute)  # in November the wall shows UTC
    assert is_open(split(stretches), moment) == (minute in minutes(stretches))


@given(st.lists(OPENS, max_size=4))
def test_what_a_form_shows_again_is_read_as_the_same(stretches: list[Open]) -> None:
    rows = split(stretches)
    shown = times_text(joined(rows))
    if all(text.count(",") < 4 for text in shown.values()):
        assert split(each for weekday, text in shown.items() for each in parse_times(text, weekday)) == rows


def test_the_wall_shows_what_counts() -> None:
    assert weekday_and_time(datetime(2026, 7, 5, 23, 30, tzinfo=UTC)) == (0, 30)
    assert weekday_and_time(datetime(2026, 12, 6, 23, 30, tzinfo=UTC)) == (6, 1410)
