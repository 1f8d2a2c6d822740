"""The list of withdrawn credentials, bit by bit."""

import gzip
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.status import decode_encoded_list, set_indices

from tests.journey.credentials.samples import DID, LIST_ADDRESS
from timecredits.journey.credentials.credential_writing import STATUS_PURPOSE
from timecredits.journey.credentials.status_list import (
    LEAST_LENGTH,
    encoded_list,
    status_list_bits,
    write_status_list_credential,
)

lengths = st.integers(0, 64).map(lambda more: LEAST_LENGTH + 8 * more)


@settings(max_examples=50)
@given(lengths, st.sets(st.integers(0, LEAST_LENGTH - 1), max_size=200), st.integers(0, LEAST_LENGTH - 1))
def test_a_bit_is_set_for_who_was_withdrawn_and_for_nobody_else(length: int, revoked: set[int], looked_at: int) -> None:
    bits = status_list_bits(length, revoked)
    assert len(bits) * 8 == length
    written = "".join(f"{byte:08b}" for byte in bits)  # the first bit left-most
    assert {place for place, bit in enumerate(written) if bit == "1"} == revoked
    assert (written[looked_at] == "1") == (looked_at in revoked)
    # What is not ours reads the same of it, packed.
    assert set_indices(decode_encoded_list(encoded_list(bits))) == revoked


def test_the_first_bit_is_left_most() -> None:
    assert status_list_bits(LEAST_LENGTH, [0])[0] == 0b1000_0000
    assert status_list_bits(LEAST_LENGTH, [7, 9])[:2] == bytes([0b0000_0001, 0b0100_0000])
    assert status_list_bits(LEAST_LENGTH, [LEAST_LENGTH - 1])[-1] == 1


@pytest.mark.parametrize("length", [0, 8, LEAST_LENGTH - 8, LEAST_LENGTH + 1])
def test_a_short_or_ragged_list_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="131,072"):
        status_list_bits(length, [])


@pytest.mark.parametrize("index", [-1, LEAST_LENGTH])
def test_a_place_outside_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match="not in the list"):
        status_list_bits(LEAST_LENGTH, [index])


def test_it_is_packed_without_a_time() -> None:
    packed = encoded_list(status_list_bits(LEAST_LENGTH, [5]))
    assert packed[0] == "u"
    assert "=" not in packed
    raw = urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4))
    assert raw[:2] == b"\x1f\x8b"
    assert raw[4:8] == bytes(4)  # RFC 1952: where the time would stand
    assert gzip.decompress(raw) == status_list_bits(LEAST_LENGTH, [5])


def test_the_list_says_who_and_until_when_and_no_reason() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    said = write_status_list_credential(
        did=DID, address=LIST_ADDRESS, revoked=[5], issued_at=now, valid_until=now + timedelta(hours=6)
    )
    assert said.pop("credentialSubject") == {
        "id": f"{LIST_ADDRESS}#list",
        "type": "BitstringStatusList",
        "statusPurpose": STATUS_PURPOSE,
        "encodedList": encoded_list(status_list_bits(LEAST_LENGTH, [5])),
    }
    assert said == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST_ADDRESS,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-11-21T12:00:00Z",
        "validUntil": "2026-11-21T18:00:00Z",
        "iss": DID,
        "jti": LIST_ADDRESS,
        "sub": f"{LIST_ADDRESS}#list",
        "nbf": int(now.timestamp()),
        "exp": int(now.timestamp()) + 6 * 3600,
    }
