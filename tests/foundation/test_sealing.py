from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal

KEYS = Keyring({1: b"one" * 11, 2: b"two" * 11}, current=2)


@given(st.text(), st.uuids())
def test_what_is_sealed_opens_again_for_its_row_and_purpose_only(text: str, row: UUID) -> None:
    sealed = seal(KEYS, "note", row, text)
    assert open_sealed(KEYS, "note", row, sealed) == text
    assert open_sealed(KEYS, "goal", row, sealed) is None
    assert open_sealed(KEYS, "note", uuid4(), sealed) is None
    assert seal(KEYS, "note", row, text) != sealed


@given(st.data())
def test_a_changed_byte_opens_nothing(data: st.DataObject) -> None:
    row = UUID(int=9)
    sealed = bytearray(seal(KEYS, "note", row, "I learnt to prune."))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    assert open_sealed(KEYS, "note", row, bytes(sealed)) is None


def test_the_words_are_not_in_what_is_stored() -> None:
    assert b"prune" not in seal(KEYS, "note", uuid4(), "I learnt to prune.")


def test_an_older_key_opens_while_it_is_listed() -> None:
    row = uuid4()
    sealed = seal(Keyring({1: b"one" * 11}), "note", row, "text")
    assert open_sealed(KEYS, "note", row, sealed) == "text"
    assert open_sealed(Keyring({2: b"two" * 11}, current=2), "note", row, sealed) is None


@pytest.mark.parametrize("garbage", [b"", b"\x02", b"\x02short", bytes(40)])
def test_garbage_opens_nothing(garbage: bytes) -> None:
    assert open_sealed(KEYS, "note", uuid4(), garbage) is None
