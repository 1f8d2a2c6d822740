"""The cards of a pack: the name of somebody whose card is held in the hand, and nobody else's.

An entry stands under a hash of its card's serial and is encrypted under a key that follows from the serial. A serial is 63 bits
of chance and is nowhere but on the card, so a stolen pack tells nobody who has a card.
"""

import json
import struct
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_INFO = b"timecredits/till pack/card"

_NAME_LENGTH, _NOTE_LENGTH = 32, 16  # characters of a hash in hexadecimal
_NONCE = bytes(12)
_BLOCK = 32


def serial_bytes(serial: int) -> bytes:
    """A serial as its code carries it."""
    return struct.pack(">Q", serial)


def card_entry_name(serial: int) -> str:
    """Under what a card stands in a pack."""
    return sha256(serial_bytes(serial)).hexdigest()[:_NAME_LENGTH]


def dead_note_name(serial: int) -> str:
    """Under what a note that is good no more stands in a pack. 64 bits are enough to tell notes apart."""
    return sha256(serial_bytes(serial)).hexdigest()[:_NOTE_LENGTH]


def seal_cards(version: str, cards: Iterable[tuple[int, str]]) -> dict[str, str]:
    """The entries of (serial, name) in a pack of this version, each encrypted for whoever holds the card."""
    return {card_entry_name(serial): _seal(version, serial, name) for serial, name in cards}


def _seal(version: str, serial: int, name: str) -> str:
    key = HKDF(algorithm=SHA256(), length=32, salt=version.encode(), info=KEY_INFO).derive(serial_bytes(serial))
    plain = json.dumps({"check": "name", "name": name}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % _BLOCK)  # so that an entry's length doesn't say how long a name is
    # A key of its own for each serial and version encrypts one text only, so its nonce may stay the same.
    return base64url(_NONCE + AESGCM(key).encrypt(_NONCE, plain, None))


def base64url(content: bytes) -> str:
    """Base64 for addresses, without padding."""
    return urlsafe_b64encode(content).decode("ascii").rstrip("=")
