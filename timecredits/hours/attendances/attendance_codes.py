"""The code on the wall: new every half minute, good in its own step and the next, so it proves that somebody is there now.

35 bytes: kind (3 bits) and key number (5 bits), programme number (2), an activity's id or a plan's (16), for a plan the day its
rule says (2, days since 2020), time step (4), and the first 10 bytes of HMAC-SHA256 over the rest under a key of its own purpose.
As text base64url without padding: 47 characters of an address. There is one spelling and no other.
"""

import base64
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from timecredits.foundation.keys import Keyring

PURPOSE = "wall code"

_ACTIVITY, _PLAN = 1, 2
_BODY = struct.Struct(">BH16sHI")
_MAC_BYTES = 10
_SHAPE = re.compile(r"[A-Za-z0-9_-]{47}", re.ASCII)
_FIRST_DAY = date(2020, 1, 1)
_LAST_DAY = _FIRST_DAY + timedelta(days=2**16 - 1)


@dataclass(frozen=True, slots=True)
class WallCode:
    """What a genuine code says: a place of a programme, at a time step. It may be too old, and the place may be over.

    `place_id` is a plan's id where `planned_on` is given, else an activity's.
    """

    programme_number: int
    place_id: UUID
    planned_on: date | None
    step: int


def encode(keyring: Keyring, code: WallCode) -> str:
    """The text of a wall code, signed with the current key. Raises ValueError for a day before 2020 or after 2199."""
    number, key = keyring.signing_key(PURPOSE)
    kind, day = _ACTIVITY, 0
    if code.planned_on is not None:
        if not _FIRST_DAY <= code.planned_on <= _LAST_DAY:
            raise ValueError("no wall code for that day")
        kind, day = _PLAN, (code.planned_on - _FIRST_DAY).days
    body = _BODY.pack(kind << 5 | number, code.programme_number, code.place_id.bytes, day, code.step)
    return _text(body + _mac(key, body))


def decode(keyring: Keyring, text: str) -> WallCode | None:
    """What a wall code says, or None for a text that is none or that we didn't sign."""
    if _SHAPE.fullmatch(text) is None:
        return None
    content = base64.urlsafe_b64decode(text + "=")
    if _text(content) != text:  # the last character has bits to spare
        return None
    body, mac = content[: _BODY.size], content[_BODY.size :]
    head, programme_number, place, day, step = _BODY.unpack(body)
    key = keyring.key(PURPOSE, head & 0b11111)
    if key is None or not hmac.compare_digest(_mac(key, body), mac) or head >> 5 not in {_ACTIVITY, _PLAN}:
        return None
    planned_on = _FIRST_DAY + timedelta(days=day) if head >> 5 == _PLAN else None
    return WallCode(programme_number, UUID(bytes=place), planned_on, step)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, body, sha256).digest()[:_MAC_BYTES]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
