"""The code on the wall: one spelling, signed, and good for half a minute to a minute."""

import string
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.keys import Keyring
from timecredits.foundation.time_steps import is_in_time, step_at
from timecredits.hours.attendances.attendance_codes import PURPOSE, WallCode, decode, encode

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
CODE = WallCode(7, UUID("0198a000-0000-7000-8000-000000000001"), date(2026, 11, 24), 59_000_000)


@given(
    number=st.integers(0, 2**16 - 1),
    place=st.uuids(),
    day=st.none() | st.dates(date(2020, 1, 1), date(2199, 6, 6)),
    step=st.integers(0, 2**32 - 1),
)
def test_what_is_said_is_read(number: int, place: UUID, day: date | None, step: int) -> None:
    code = WallCode(number, place, day, step)
    text = encode(KEYRING, code)
    assert len(text) == 47
    assert decode(KEYRING, text) == code


def test_a_day_that_has_no_code() -> None:
    with pytest.raises(ValueError, match="no wall code"):
        encode(KEYRING, WallCode(7, CODE.place_id, date(2019, 12, 31), 1))


def test_every_other_spelling_is_none() -> None:
    text = encode(KEYRING, CODE)
    alphabet = string.ascii_letters + string.digits + "-_"
    for place, letter in enumerate(text):
        for other in alphabet:
            if other != letter:
                assert decode(KEYRING, text[:place] + other + text[place + 1 :]) is None
    for odd in ("", text + "=", text[:-1], text + "A", f" {text}", text.upper(), "\N{SNOWMAN}" * 47, "A" * 47):
        assert decode(KEYRING, odd) is None


def test_another_secret_or_key_number_signs_nothing_of_ours() -> None:
    assert decode(Keyring.from_secret("another"), encode(KEYRING, CODE)) is None
    assert decode(Keyring({2: b"x"}, current=2), encode(KEYRING, CODE)) is None
    assert PURPOSE != "live code"


def test_it_is_good_in_its_step_and_the_next() -> None:
    begin = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
    good = [is_in_time(step_at(begin), begin + timedelta(seconds=seconds)) for seconds in (-1, 0, 29, 30, 59, 60)]
    assert good == [False, True, True, True, True, False]
