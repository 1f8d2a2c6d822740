"""Private addresses that can be shown again and again while nothing that opens them is stored.

The code at the end of such an address is a key number (1 byte), a programme's number (2), a row's id (16) and a keyed MAC over
all of it and over what it is for (16): 47 characters that fit an address. `turn` is anything that must end older links of the
same row, such as the moment when the newest was sent; it is in the MAC and nowhere else.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from timecredits.foundation.keys import Keyring

__all__ = ["PrivateLink", "link_code", "link_fits", "read_link"]

_MAC_SIZE: Final = 16
_HEAD_SIZE: Final = 1 + 2 + 16


@dataclass(frozen=True, slots=True)
class PrivateLink:
    """What a code says: which row of which programme it would open, before anybody has looked whether it fits."""

    programme_number: int
    row_id: UUID
    key_number: int
    mac: bytes


def link_code(keyring: Keyring, purpose: str, programme_number: int, row_id: UUID, *, turn: str = "") -> str:
    """The code for one row and one purpose, the same whenever asked while the key and the turn stay."""
    number, key = keyring.signing_key(f"link/{purpose}")
    head = bytes([number]) + programme_number.to_bytes(2, "big") + row_id.bytes
    return _text(head + _mac(key, head, turn))


def read_link(code: str) -> PrivateLink | None:
    """What a code says, or None for what can't be one. It opens nothing until :func:`link_fits`."""
    try:
        content = urlsafe_b64decode(code.encode("ascii") + b"=" * (-len(code) % 4))
    except ValueError:
        return None
    if len(content) != _HEAD_SIZE + _MAC_SIZE or _text(content) != code:
        return None
    return PrivateLink(int.from_bytes(content[1:3], "big"), UUID(bytes=content[3:_HEAD_SIZE]), content[0], content[_HEAD_SIZE:])


def link_fits(keyring: Keyring, purpose: str, link: PrivateLink, *, turn: str = "") -> bool:
    """Whether we made this link, for this purpose and this turn."""
    key = keyring.key(f"link/{purpose}", link.key_number)
    head = bytes([link.key_number]) + link.programme_number.to_bytes(2, "big") + link.row_id.bytes
    return key is not None and hmac.compare_digest(link.mac, _mac(key, head, turn))


def _mac(key: bytes, head: bytes, turn: str) -> bytes:
    return hmac.new(key, head + turn.encode(), sha256).digest()[:_MAC_SIZE]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
