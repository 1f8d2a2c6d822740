"""A code has one spelling, and nothing but that spelling is ever accepted."""

import random
import struct
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.codes import EXAMPLES, is_accepted, mutated
from tests.spending.shop import KEYRING, NOON
from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import qr_modules
from timecredits.spending.codes import (
    QUARTER,
    STEP_SECONDS,
    CardParts,
    CodeFault,
    LiveCodeParts,
    NoteParts,
    decode,
    encode,
    encode_card,
    encode_note,
    is_in_time,
    note_public_keys,
    seconds_left,
    step_at,
)

PARTS = LiveCodeParts(7, 1_234_567_890, step_at(NOON))
CODE = encode(KEYRING, PARTS)
parts = st.builds(LiveCodeParts, st.integers(0, 2**15 - 1), st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1))


@given(parts)
def test_what_was_encoded_is_read_back(given_parts: LiveCodeParts) -> None:
    code = encode(KEYRING, given_parts)
    assert decode(KEYRING, code) == given_parts
    assert len(code) == 38


@given(parts, st.integers(0, 37), st.characters(codec="utf-8"))
def test_any_change_of_one_character_is_refused(given_parts: LiveCodeParts, place: int, character: str) -> None:
    code = encode(KEYRING, given_parts)
    changed = code[:place] + character + code[place + 1 :]
    if changed != code:
        assert isinstance(decode(KEYRING, changed), CodeFault)


@given(st.text(max_size=80))
def test_no_text_crashes_it_or_passes(text: str) -> None:
    assert isinstance(decode(KEYRING, text), CodeFault)
    assert isinstance(decode(KEYRING, f"TC1:{text}"), CodeFault)


@pytest.mark.parametrize(
    "respelled",
    [
        CODE.lower(),
        f" {CODE}",
        f"{CODE}\n",
        f"{CODE}==",
        f"{CODE[:20]} {CODE[20:]}",
        f"{CODE[:20]}-{CODE[20:]}",
        CODE.replace("TC1:", "tc1:"),
        CODE.removeprefix("TC1:"),
        CODE.replace(":", "\uff1a"),
        f"{CODE}A",
        CODE[:-1],
        # The last character carries three of its five bits; the other spellings of it decode to the same bytes.
        *(CODE[:-1] + other for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if other != CODE[-1]),
    ],
)
def test_another_spelling_is_refused(respelled: str) -> None:
    assert isinstance(decode(KEYRING, respelled), CodeFault)


def test_a_code_of_another_key_is_forged() -> None:
    stranger = Keyring.from_secret("somebody else's secret, quite as long as ours")
    assert decode(KEYRING, encode(stranger, PARTS)) is CodeFault.FORGED
    unknown = Keyring({9: b"a key by a number that nobody listed"}, current=9)
    assert decode(KEYRING, encode(unknown, PARTS)) is CodeFault.FORGED


def test_an_old_key_goes_on_verifying_while_it_is_listed() -> None:
    secret = KEYRING.secrets[1]
    changed = Keyring({1: secret, 2: b"the secret of the new year, long enough"}, current=2)
    assert decode(changed, CODE) == PARTS
    assert decode(KEYRING, encode(changed, PARTS)) is CodeFault.FORGED


def test_it_just_fills_a_small_qr_code() -> None:
    assert len(qr_modules(CODE, level="M", alphanumeric=True)) == 25  # version 2


def test_it_is_good_in_its_own_step_and_the_next() -> None:
    begin = datetime(2026, 11, 21, 12, tzinfo=UTC)
    step = step_at(begin)
    good = [is_in_time(step, begin + timedelta(seconds=seconds)) for seconds in (-1, 0, 29, 30, 59, 60)]
    assert good == [False, True, True, True, True, False]
    assert [seconds_left(begin + timedelta(seconds=seconds)) for seconds in (0, 1, 29, 30)] == [30, 29, 1, STEP_SECONDS]


serials = st.integers(1, 2**63 - 1)
cards = st.builds(CardParts, st.integers(0, 2**15 - 1), serials)
notes = st.builds(
    NoteParts,
    st.integers(0, 2**15 - 1),
    serials,
    st.integers(1, 255).map(lambda quarters: quarters * QUARTER),
    st.dates(date(1970, 1, 1), date(2149, 6, 6)),
)


@given(cards)
def test_a_card_is_read_back_and_fits_a_small_print(parts: CardParts) -> None:
    code = encode_card(KEYRING, parts)
    assert decode(KEYRING, code) == parts
    assert len(qr_modules(code, level="Q", alphanumeric=True)) == 25


@given(notes)
def test_a_note_is_read_back_and_fits_its_print(parts: NoteParts) -> None:
    code = encode_note(KEYRING, parts)
    assert decode(KEYRING, code) == parts
    assert len(qr_modules(code, level="Q", alphanumeric=True)) == 49


@pytest.mark.parametrize("minutes", [7, 3840, -15])
def test_a_note_is_worth_whole_quarters_of_an_hour_and_no_more_than_its_byte(minutes: int) -> None:
    with pytest.raises((ValueError, struct.error)):
        encode_note(KEYRING, NoteParts(1, 1, minutes, NOON.date()))


def test_a_venue_checks_notes_with_the_public_keys_alone_and_an_old_one_until_it_is_dropped() -> None:
    changed = Keyring({1: KEYRING.secrets[1], 2: b"the secret of the new year, long enough"}, current=2)
    keys = note_public_keys(changed)
    assert set(keys) == {1, 2}
    assert keys[1] == note_public_keys(KEYRING)[1]
    parts = NoteParts(3, 12345, 60, date(2027, 11, 21))
    assert decode(changed, encode_note(KEYRING, parts)) == parts
    assert decode(KEYRING, encode_note(changed, parts)) is CodeFault.FORGED


def test_no_kind_passes_for_another() -> None:
    bodies = {kind: code.removeprefix("TC1:") for kind, code in EXAMPLES.items()}
    for kind, letters in bodies.items():
        for other, wanted in bodies.items():
            if kind != other:
                assert isinstance(decode(KEYRING, f"TC1:{letters[: len(wanted)]:A<{len(wanted)}}"), CodeFault)


def test_twenty_thousand_mutated_codes_are_none_of_ours() -> None:
    chance = random.Random(20261121)  # noqa: S311  the same mishaps every time
    assert [text for text in (mutated(chance) for _ in range(20_000)) if is_accepted(text)] == []
