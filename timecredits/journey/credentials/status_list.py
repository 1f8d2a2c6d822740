"""Which credentials were withdrawn: one bit each in a long list that the issuer signs (W3C Bitstring Status List v1.0).

The list says nothing else: no reason, no date, no person. It is long and the places in it are random, so that who looks up one
place learns nothing of the others, and the site, which serves the whole list, never learns which place was looked at.
"""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from timecredits.journey.credentials.credential_writing import STATUS_PURPOSE, instant_text

__all__ = ["LEAST_LENGTH", "encoded_list", "status_list_bits", "write_status_list_credential"]

LEAST_LENGTH: Final = 131_072
"""Bits. The specification's own least, so that one place hides among many."""

_BITS: Final = 8
_FIRST_BIT: Final = 0x80


def status_list_bits(length: int, revoked: Iterable[int]) -> bytes:
    """`length` bits in which those numbered in `revoked` are set; bit 0 is the left-most of the first byte.

    ValueError for a length under 131,072 or not a multiple of 8, and for a number outside the list.
    """
    if length < LEAST_LENGTH or length % _BITS:
        raise ValueError("a status list has 131,072 bits or more, in whole bytes")
    bits = bytearray(length // _BITS)
    for index in revoked:
        if not 0 <= index < length:
            raise ValueError("this place is not in the list")
        bits[index // _BITS] |= _FIRST_BIT >> (index % _BITS)
    return bytes(bits)


def encoded_list(bits: bytes) -> str:
    """The bits as the list carries them: gzip with no time in it, base64url without padding, after the multibase letter "u"."""
    return "u" + urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


def write_status_list_credential(
    *, did: str, address: str, revoked: Iterable[int], issued_at: datetime, valid_until: datetime, length: int = LEAST_LENGTH
) -> dict[str, Any]:
    """The claims of a status list, for `sign_credential`. `address` is where it is served, the same as the credentials name.

    `valid_until` ends it, so that an old copy can't hide a withdrawal for ever; sign a new one before then. Both instants are
    timezone-aware. The same values give the same claims.
    """
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": instant_text(issued_at),
        "validUntil": instant_text(valid_until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": STATUS_PURPOSE,
            "encodedList": encoded_list(status_list_bits(length, revoked)),
        },
        "iss": did,
        "jti": address,
        "sub": f"{address}#list",
        "nbf": int(issued_at.timestamp()),
        "exp": int(valid_until.timestamp()),
    }
