"""The live code: what a volunteer's phone shows for half a minute, and what a till sends back.

21 bytes: kind (3 bits) and key number (5 bits), programme number (2), credential reference (4), time step (4), and the
first 10 bytes of HMAC-SHA256 over the rest. As text `TC1:` and RFC 4648 base32 without padding: 38 characters, which just
fill a version 2 QR code at level M in alphanumeric mode. There is one spelling of a code and no other: a decoder that
skips what it doesn't know would make many, and nothing here skips. No name, balance or address is in it.
"""

import base64
import hmac
import re
import struct
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from timecredits.foundation.keys import Keyring
from timecredits.foundation.time_steps import STEP_SECONDS, VALID_STEPS, is_in_time, seconds_left, step_at

__all__ = [
    "LONGEST_TEXT",
    "PREFIX",
    "PURPOSE",
    "STEP_SECONDS",
    "VALID_STEPS",
    "CodeFault",
    "LiveCodeParts",
    "decode",
    "encode",
    "is_in_time",
    "seconds_left",
    "step_at",
]

PREFIX = "TC1:"
PURPOSE = "live code"
LONGEST_TEXT = 200
"""More than this is no code of any kind; it is turned down unread."""

_LIVE = 1
_BODY = struct.Struct(">BHII")
_MAC_BYTES = 10
_SHAPE = re.compile(r"TC1:[A-Z2-7]{34}", re.ASCII)
_PADDING = "=" * 6


class CodeFault(Enum):
    """Why a text is no good live code."""

    SHAPE = "shape"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class LiveCodeParts:
    """What a genuine live code says. It may still be too old, spent or revoked."""

    programme_number: int
    reference: int
    step: int


def encode(keyring: Keyring, parts: LiveCodeParts) -> str:
    """The text of a live code, signed with the current key."""
    number, key = keyring.signing_key(PURPOSE)
    body = _BODY.pack(_LIVE << 5 | number, parts.programme_number, parts.reference, parts.step)
    return PREFIX + _base32(body + _mac(key, body))


def decode(keyring: Keyring, text: str) -> LiveCodeParts | CodeFault:
    """What a live code says, or why it is none: SHAPE for a text that can't be one, FORGED for one that we didn't sign."""
    if _SHAPE.fullmatch(text) is None:
        return CodeFault.SHAPE
    content = base64.b32decode(text.removeprefix(PREFIX) + _PADDING)
    if PREFIX + _base32(content) != text:  # the last character has two bits to spare
        return CodeFault.SHAPE
    body, mac = content[: _BODY.size], content[_BODY.size :]
    head, programme_number, reference, step = _BODY.unpack(body)
    if head >> 5 != _LIVE:
        return CodeFault.SHAPE
    key = keyring.key(PURPOSE, head & 0b11111)
    if key is None or not hmac.compare_digest(_mac(key, body), mac):
        return CodeFault.FORGED
    return LiveCodeParts(programme_number, reference, step)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, sha256).digest()[:_MAC_BYTES]


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=")
