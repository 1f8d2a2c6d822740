"""What an employer scans or types to check a letter. Both begin with the programme's number, so they lead there with no search.

The secret in the QR code: base32 of the number (2 bytes) and 16 random bytes, 29 characters. It is kept as a hash, and in the
letter's own file.
The short code: 3 Crockford characters of the number and 8 random ones (40 bits), shown as XXX-XXXX-XXXX; it opens nothing
without the surname on the letter.
"""

import base64
import binascii
import re
import secrets as chance
from typing import Final

from timecredits.foundation.secret_values import CROCKFORD, new_short_code, tidy_short_code

__all__ = [
    "new_check_code",
    "new_check_secret",
    "programme_number_of_code",
    "programme_number_of_secret",
    "show_check_code",
]

_NUMBER_CHARACTERS: Final = 3
_RANDOM_CHARACTERS: Final = 8
_RANDOM_BYTES: Final = 16
_SECRET: Final = re.compile(r"[A-Z2-7]{29}")
_CODE: Final = re.compile(rf"[{CROCKFORD}]{{{_NUMBER_CHARACTERS + _RANDOM_CHARACTERS}}}")
_BITS: Final = 5


def new_check_secret(programme_number: int) -> str:
    """A letter's secret: 29 capitals and figures, 128 bits of them chance."""
    packed = programme_number.to_bytes(2, "big") + chance.token_bytes(_RANDOM_BYTES)
    return base64.b32encode(packed).decode().rstrip("=")


def programme_number_of_secret(secret: str) -> int | None:
    """The programme that a secret leads to, or None for what can't be one."""
    if not _SECRET.fullmatch(secret):
        return None
    try:
        return int.from_bytes(base64.b32decode(f"{secret}===")[:2], "big")
    except binascii.Error:
        return None


def new_check_code(programme_number: int) -> str:
    """A letter's short code, 11 characters without dashes."""
    number = ""
    for _ in range(_NUMBER_CHARACTERS):
        programme_number, digit = divmod(programme_number, 1 << _BITS)
        number = CROCKFORD[digit] + number
    return number + new_short_code(_RANDOM_CHARACTERS)


def programme_number_of_code(typed: str) -> tuple[int, str] | None:
    """The programme that a typed code leads to, and the code as it is stored; None for what can't be one."""
    code = tidy_short_code(typed)
    if not _CODE.fullmatch(code):
        return None
    number = 0
    for character in code[:_NUMBER_CHARACTERS]:
        number = (number << _BITS) + CROCKFORD.index(character)
    return number, code


def show_check_code(code: str) -> str:
    """A code in groups of four counted from its end: XXX-XXXX-XXXX."""
    first = len(code) % 4
    groups = [code[:first]] if first else []
    return "-".join(groups + [code[place : place + 4] for place in range(first, len(code), 4)])
