"""What is in a code: the live code on a phone, the card, and the note.

As text each is `TC1:` and RFC 4648 base32 without padding, which a QR code holds in its alphanumeric mode. There is one spelling
of a code and no other: a decoder that skips what it doesn't know would make many, and nothing here skips. No name, balance or
address is in any of them. The first byte is kind (3 bits) and key number (5 bits), the next two the programme's number.

    live  21 bytes  credential reference 4, time step 4, first 10 bytes of HMAC-SHA256    38 characters, QR version 2 at M
    card  15 bytes  random serial 8, first 4 bytes of HMAC-SHA256                        28 characters, QR version 2 at Q
    note  78 bytes  random serial 8, quarter hours 1, last day 2, Ed25519 64             129 characters, QR version 8 at Q

Only the server checks live codes and cards, so a shared key does; a card's four bytes keep junk away, its row decides. A note is
checked where there is no signal, so it is signed: a venue holding a shared key could make notes. The last day counts from
1970-01-01. A signature is over words that name what it is for, so that none made for one thing passes for another.
"""

import base64
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from timecredits.foundation.keys import Keyring
from timecredits.foundation.time_steps import STEP_SECONDS, VALID_STEPS, is_in_time, seconds_left, step_at

__all__ = [
    "LONGEST_TEXT",
    "PREFIX",
    "PURPOSE",
    "STEP_SECONDS",
    "VALID_STEPS",
    "CardParts",
    "CodeFault",
    "LiveCodeParts",
    "NoteParts",
    "decode",
    "encode",
    "encode_card",
    "encode_note",
    "is_in_time",
    "note_public_keys",
    "seconds_left",
    "step_at",
]

PREFIX = "TC1:"
PURPOSE = "live code"
LONGEST_TEXT = 200
"""More than this is no code of any kind; it is turned down unread."""

QUARTER = 15
"""Minutes in the unit of a note's worth."""

_CARD_PURPOSE = "card code"
_NOTE_PURPOSE = "note code"
_NOTE_DOMAIN = b"timecredits/note/1"
_LIVE, _CARD, _NOTE = 1, 2, 3
_LIVE_BODY, _LIVE_MAC = struct.Struct(">BHII"), 10
_CARD_BODY, _CARD_MAC = struct.Struct(">BHQ"), 4
_NOTE_BODY, _SIGNATURE = struct.Struct(">BHQBH"), 64
_SHAPE = re.compile(r"TC1:(?:[A-Z2-7]{34}|[A-Z2-7]{24}|[A-Z2-7]{125})", re.ASCII)
_KINDS = {34: _LIVE, 24: _CARD, 125: _NOTE}
_EPOCH = date(1970, 1, 1)


class CodeFault(Enum):
    """Why a text is no good code."""

    SHAPE = "shape"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class LiveCodeParts:
    """What a genuine live code says. It may still be too old, spent or revoked."""

    programme_number: int
    reference: int
    step: int


@dataclass(frozen=True, slots=True)
class CardParts:
    """What a genuine card says. It may still have been stopped, and is never enough alone."""

    programme_number: int
    serial: int


@dataclass(frozen=True, slots=True)
class NoteParts:
    """What a genuine note says: worth `minutes` (whole quarter hours) until the end of `expires_on`. It may still be spent."""

    programme_number: int
    serial: int
    minutes: int
    expires_on: date


CodeParts = LiveCodeParts | CardParts | NoteParts


def encode(keyring: Keyring, parts: LiveCodeParts) -> str:
    """The text of a live code, made with the current key."""
    number, key = keyring.signing_key(PURPOSE)
    body = _LIVE_BODY.pack(_LIVE << 5 | number, parts.programme_number, parts.reference, parts.step)
    return _text(body + _mac(key, body, _LIVE_MAC))


def encode_card(keyring: Keyring, parts: CardParts) -> str:
    """The text of a card's code, made with the current key."""
    number, key = keyring.signing_key(_CARD_PURPOSE)
    body = _CARD_BODY.pack(_CARD << 5 | number, parts.programme_number, parts.serial)
    return _text(body + _mac(key, body, _CARD_MAC))


def encode_note(keyring: Keyring, parts: NoteParts) -> str:
    """The text of a note's code, signed with the current key. `minutes` are whole quarter hours, 15 to 3,825."""
    number, seed = keyring.signing_key(_NOTE_PURPOSE)
    quarters, rest = divmod(parts.minutes, QUARTER)
    if rest:
        raise ValueError("a note is worth whole quarter hours")
    last_day = (parts.expires_on - _EPOCH).days
    body = _NOTE_BODY.pack(_NOTE << 5 | number, parts.programme_number, parts.serial, quarters, last_day)
    return _text(body + Ed25519PrivateKey.from_private_bytes(seed).sign(_NOTE_DOMAIN + body))


def note_public_keys(keyring: Keyring) -> dict[int, bytes]:
    """The raw Ed25519 keys, 32 bytes each, that check notes, by key number: every one that checks now, or will."""
    return {
        number: _public_key(seed).public_bytes_raw()
        for number in keyring.numbers()
        if (seed := keyring.key(_NOTE_PURPOSE, number)) is not None
    }


def decode(keyring: Keyring, text: str) -> CodeParts | CodeFault:
    """What a code says, or why it is none: SHAPE for a text that can't be one, FORGED for one that we didn't make."""
    if _SHAPE.fullmatch(text) is None:
        return CodeFault.SHAPE
    letters = text.removeprefix(PREFIX)
    content = base64.b32decode(letters + "=" * (-len(letters) % 8))
    # The last letter may have bits to spare, and the length must be that of the kind.
    if _text(content) != text or content[0] >> 5 != _KINDS[len(letters)]:
        return CodeFault.SHAPE
    return _READERS[content[0] >> 5](keyring, content[0] & 0b11111, content)


def _read_live(keyring: Keyring, number: int, content: bytes) -> CodeParts | CodeFault:
    body, mac = content[: _LIVE_BODY.size], content[_LIVE_BODY.size :]
    if not _mac_fits(keyring.key(PURPOSE, number), body, mac):
        return CodeFault.FORGED
    return LiveCodeParts(*_LIVE_BODY.unpack(body)[1:])


def _read_card(keyring: Keyring, number: int, content: bytes) -> CodeParts | CodeFault:
    body, mac = content[: _CARD_BODY.size], content[_CARD_BODY.size :]
    if not _mac_fits(keyring.key(_CARD_PURPOSE, number), body, mac):
        return CodeFault.FORGED
    return CardParts(*_CARD_BODY.unpack(body)[1:])


def _read_note(keyring: Keyring, number: int, content: bytes) -> CodeParts | CodeFault:
    body, signature = content[: _NOTE_BODY.size], content[_NOTE_BODY.size :]
    seed = keyring.key(_NOTE_PURPOSE, number)
    if seed is None:
        return CodeFault.FORGED
    if not _signature_fits(_public_key(seed), body, signature):
        return CodeFault.FORGED
    _head, programme_number, serial, quarters, last_day = _NOTE_BODY.unpack(body)
    return NoteParts(programme_number, serial, quarters * QUARTER, _EPOCH + timedelta(days=last_day))


_READERS = {_LIVE: _read_live, _CARD: _read_card, _NOTE: _read_note}


@lru_cache(maxsize=64)
def _public_key(seed: bytes) -> Ed25519PublicKey:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key()


def _signature_fits(public: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        public.verify(signature, _NOTE_DOMAIN + body)
    except InvalidSignature:
        return False
    return True


def _mac_fits(key: bytes | None, body: bytes, mac: bytes) -> bool:
    return key is not None and hmac.compare_digest(_mac(key, body, len(mac)), mac)


def _mac(key: bytes, body: bytes, length: int) -> bytes:
    return hmac.new(key, body, sha256).digest()[:length]


def _text(content: bytes) -> str:
    return PREFIX + base64.b32encode(content).decode("ascii").rstrip("=")
