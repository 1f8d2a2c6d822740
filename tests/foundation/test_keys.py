"""When a key signs and when it checks, whatever the clock says; and the list of what keys are for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring, KeyTimes
from timecredits.foundation.purposes import PURPOSES, Until, dying

DAY = timedelta(days=1)
SECRETS = {number: bytes([number]) * 32 for number in range(1, 5)}
FIRST = datetime(2026, 12, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def ring(current: int = 2, **times: KeyTimes) -> Keyring:
    """Keys 1 and 2, with times written as n2=..."""
    return Keyring({1: SECRETS[1], 2: SECRETS[2]}, current, {int(name[1:]): each for name, each in times.items()})


def test_a_prepared_key_checks_from_the_beginning_and_signs_from_its_moment_on() -> None:
    keys, other_machine = ring(n2=KeyTimes(signs_from=FIRST)), ring(n2=KeyTimes(signs_from=FIRST))
    with clock.standing_at(FIRST - INSTANT):
        assert keys.signing_key("a thing")[0] == 1
        assert keys.numbers() == [1, 2]
    with clock.standing_at(FIRST):
        number, signed_with = keys.signing_key("a thing")
    assert number == 2
    with clock.standing_at(FIRST - DAY):  # a machine whose clock is behind
        assert other_machine.key("a thing", 2) == signed_with


def test_a_retired_key_neither_checks_nor_signs() -> None:
    keys = ring(1, n1=KeyTimes(retires=FIRST))
    with clock.standing_at(FIRST - INSTANT):
        assert keys.signer() == 1
        assert keys.key("a thing", 1) is not None
        assert len(keys.checking_keys("a thing")) == 2
    with clock.standing_at(FIRST):
        assert keys.signer() == 2
        assert keys.key("a thing", 1) is None
        assert keys.numbers() == [2]
        assert keys.checking_keys("a thing") == [keys.key("a thing", 2)]


def test_a_clock_that_goes_back_lets_the_older_key_sign_and_both_check() -> None:
    keys = ring(n2=KeyTimes(signs_from=FIRST))
    with clock.standing_at(FIRST + DAY):
        number, signed_with = keys.signing_key("a thing")
    with clock.standing_at(FIRST - DAY):
        assert (keys.signer(), keys.key("a thing", number)) == (1, signed_with)
        older = keys.signing_key("a thing")[1]
    with clock.standing_at(FIRST + 2 * DAY):
        assert keys.checking_keys("a thing") == [older, signed_with]


def test_until_the_current_one_may_sign_it_is_the_one_that_began_last() -> None:
    times = {1: KeyTimes(FIRST - DAY), 2: KeyTimes(FIRST - 9 * DAY), 3: KeyTimes(FIRST - DAY), 4: KeyTimes(FIRST)}
    keys = Keyring(SECRETS, 4, times)
    assert [keys.signer(FIRST - days * DAY) for days in (0, 1, 2)] == [4, 3, 2]


def test_where_no_key_may_sign_nothing_is_signed() -> None:
    keys = Keyring({1: SECRETS[1]}, 1, {1: KeyTimes(FIRST, FIRST + DAY)})
    for moment in (FIRST - INSTANT, FIRST + DAY):
        with clock.standing_at(moment), pytest.raises(ValueError, match="no key"):
            keys.signing_key("a thing")
    with clock.standing_at(FIRST):
        assert keys.signing_key("a thing")[0] == 1


def test_a_number_that_is_not_listed_has_no_key() -> None:
    assert ring().key("a thing", 3) is None
    assert ring().key("a thing", 300) is None


def test_secrets_and_purposes_share_no_key() -> None:
    keys = {ring().key(purpose, number) for purpose in PURPOSES for number in (1, 2)}
    assert len(keys) == 2 * len(PURPOSES)


moments = st.none() | st.integers(-30, 30).map(lambda days: FIRST + days * DAY)


@given(st.dictionaries(st.integers(1, 4), st.builds(KeyTimes, moments, moments)), st.integers(1, 4), st.integers(-40, 40))
def test_who_signs_has_begun_has_not_retired_and_checks(times: dict[int, KeyTimes], current: int, days: int) -> None:
    keys, moment = Keyring(SECRETS, current, times), FIRST + days * DAY
    allowed = [
        number
        for number in SECRETS
        if (each := times.get(number, KeyTimes())) and (each.signs_from or moment) <= moment < (each.retires or moment + DAY)
    ]
    with clock.standing_at(moment):
        if not allowed:
            with pytest.raises(ValueError, match="no key"):
                keys.signer()
            return
        number, key = keys.signing_key("a thing")
        assert number in allowed
        assert number == current or current not in allowed
        assert keys.key("a thing", number) == key == keys.checking_keys("a thing")[-1]


def test_what_dies_with_a_key_is_told_by_how_long_it_lives() -> None:
    at_once, in_a_month, in_ten_years = ({each.things for each in dying(timedelta(days=days))} for days in (0, 31, 3652))
    assert {"cards", "notes and passes", "sign-ins", "codes on phones"} <= at_once
    assert {"cards", "notes and passes"} <= in_a_month
    assert not in_a_month & {"sign-ins", "codes on phones"}
    assert "cards" in in_ten_years
    assert "notes and passes" not in in_ten_years
    assert at_once == {each.things for each in dying(timedelta(days=-5))}
    assert not {each.things for each in PURPOSES.values() if each.until in {Until.SEALED, Until.FREE}} & at_once


def test_each_purpose_says_what_it_is_for_what_breaks_and_how_long_it_lives() -> None:
    for name, each in PURPOSES.items():
        assert each.what_for.endswith("."), name
        assert each.if_lost.endswith("."), name
        assert (each.until is Until.TIME) == (each.lives > timedelta()), name
        assert (each.until is Until.SEALED) == name.startswith("seal/"), name
    assert len({each.things for each in PURPOSES.values()}) == len(PURPOSES)
