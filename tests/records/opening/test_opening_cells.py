"""Credits and months of birth as people write them in a list: what is read, and what is sent back with a sentence."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.hours.imports.cells import Cell, Moment, Unclear, Unfinished
from timecredits.records.opening.cells import MOST_CREDITS, read_born_month, read_credits

TODAY = date(2026, 11, 22)


@given(st.integers(0, MOST_CREDITS * 60))
def test_whole_minutes_come_back_however_they_are_written(minutes: int) -> None:
    credits_ = minutes / 60
    for written in (credits_, f"{credits_:.6f}", f"{credits_:.6f} credits".replace(".", ",")):
        assert read_credits(written) == minutes


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("", 0),
        ("-", 0),
        ("0", 0),
        ("12", 720),
        ("1,5", 90),
        ("2.5", 150),
        ("3½", 210),
        ("½", 30),
        ("7 credits", 420),
        (5000.0, 300000),
    ],
)
def test_usual_spellings(cell: Cell, minutes: int) -> None:
    assert read_credits(cell) == minutes


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("-3", "less than nothing"),
        ("(3)", "less than nothing"),
        (-0.5, "less than nothing"),
        ("12h", "is time, not credits"),
        ("2:30", "is time, not credits"),
        ("90 min", "is time, not credits"),
        ("100000", "more than 5,000"),
        (100000.0, "more than 5,000"),
        ("1,500", "two ways"),
        ("0.001", "less than a minute"),
        ("lots", "not a number of credits"),
        ("٣ ٤", "not a number of credits"),
        (Moment(date(2026, 1, 2), None), "not a number of credits"),
        (Unfinished(), "without its answer"),
        (float("inf"), "more than 5,000"),
        (float("nan"), "not a number of credits"),
    ],
)
def test_what_is_no_number_of_credits_is_said(cell: Cell, words: str) -> None:
    with pytest.raises(Unclear) as fault:
        read_credits(cell)
    assert words in str(fault.value.sentence)


@given(st.text(max_size=30) | st.floats())
def test_whatever_stands_in_a_cell_is_minutes_or_a_sentence(cell: Cell) -> None:
    with suppress(Unclear):
        assert 0 <= read_credits(cell) <= MOST_CREDITS * 60


@pytest.mark.parametrize(
    "cell",
    ["1985-03", "03/1985", "3.1985", "17/03/1985", "1985-03-17", "March 1985", "17th Mar 1985", Moment(date(1985, 3, 9), None)],
)
def test_a_month_of_birth_forgets_the_day(cell: Cell) -> None:
    assert read_born_month(cell, today=TODAY) == date(1985, 3, 1)


@pytest.mark.parametrize("cell", ["1985", "13/1985", "03/1885", "12/2026", "soon", "00/2000"])
def test_what_is_no_month_of_birth_is_said(cell: str) -> None:
    with pytest.raises(Unclear):
        read_born_month(cell, today=TODAY)
