"""Codes and secrets that lead to their programme."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.journey.checks.check_codes import (
    new_check_code,
    new_check_secret,
    programme_number_of_code,
    programme_number_of_secret,
    show_check_code,
)


@given(st.integers(min_value=0, max_value=32767))
def test_both_lead_back_to_the_programme(number: int) -> None:
    code = new_check_code(number)
    assert programme_number_of_code(code) == (number, code)
    assert programme_number_of_code(f" {show_check_code(code).lower()} ") == (number, code)
    assert programme_number_of_secret(new_check_secret(number)) == number


def test_a_code_is_shown_in_groups() -> None:
    assert show_check_code("0017KQ2M9XD") == "001-7KQ2-M9XD"
    assert show_check_code("7KQ2M9XD") == "7KQ2-M9XD"
    assert show_check_code("") == ""


def test_look_alikes_are_forgiven() -> None:
    assert programme_number_of_code("OOl-7KQ2-M9XD") == (1, "0017KQ2M9XD")


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    programme_number_of_code(text)
    programme_number_of_secret(text)


@pytest.mark.parametrize("text", ["", "A" * 28, "A" * 30, "a" * 29, "A" * 28 + "1", "A" * 28 + "\n"])
def test_what_can_not_be_a_secret(text: str) -> None:
    assert programme_number_of_secret(text) is None


def test_secrets_differ() -> None:
    assert len({new_check_secret(1) for _ in range(100)}) == 100
