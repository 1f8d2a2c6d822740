import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.csv_text import csv_text

CELLS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.integers(), st.floats(-1e6, 1e6))


def read_back(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\0="])
def test_no_text_runs_as_a_formula(beginning: str) -> None:
    assert read_back(csv_text(["Name"], [(f"{beginning}cmd",)]))[1][0].startswith("'")


def test_numbers_stay_numbers() -> None:
    assert read_back(csv_text(["Hours"], [(-1.5,), (2,)])) == [["Hours"], ["-1.5"], ["2"]]


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_whatever_stands_in_it_the_table_keeps_its_shape_and_is_safe(rows: list[tuple[str | float, str | float]]) -> None:
    made = read_back(csv_text(["a", "b"], rows))
    assert len(made) == len(rows) + 1
    for row, wrote in zip(made[1:], rows, strict=True):
        for cell, value in zip(row, wrote, strict=True):
            if isinstance(value, str):
                assert cell.removeprefix("'") == value.replace("\0", "").removeprefix("'") or cell == value.replace("\0", "")
                assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
            else:
                assert type(value)(cell) == value
