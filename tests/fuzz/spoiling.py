"""Good input spoilt in the ways of hands, programs and forgers, the same again by the same number."""

import random
from collections.abc import Sequence

__all__ = ["spoilt_bytes", "spoilt_text"]

_ODD = (
    *"0189azAZ=:+/-_.,;%&?#@'\"\\()[]{}<>|~^`$*! \n\r\t\x00\x1f\x7f",
    *"\u00a0\u00bd\u00e9\u0130\u0660\u200b\u202e\u2044\u2212\ufeff\uff11\ufffd\U0001f0a1\U0001d7d8",
)
_PIECES = (
    "//",
    "/\\",
    "..",
    "%2f",
    "javascript:",
    "-1",
    "1e999",
    "NaN",
    "9" * 25,
    "null",
    "\ud800",
    "true",
    "{}",
    "[[",
    "=1+1",
    "''",
)
_LONGEST = 2000


def spoilt_text(chance: random.Random, examples: Sequence[str]) -> str:
    """One of the examples after one to four mishaps."""
    text = chance.choice(examples)
    for _ in range(chance.randint(1, 4)):
        place, way = chance.randrange(len(text) + 1), chance.randrange(7)
        if way == 0:
            text = text[:place] + text[place + chance.randint(1, 3) :]
        elif way == 1:
            text = text[:place] + chance.choice(_ODD) + text[place:]
        elif way == 2:
            text = text[:place] + chance.choice(_ODD) + text[place + 1 :]
        elif way == 3:
            text = text[:place] + chance.choice(_PIECES) + text[place:]
        elif way == 4:
            text = text[:place] + chance.choice(examples)[place:]
        elif way == 5:
            end = place + chance.randint(1, 20)
            text = text[:end] + text[place:end] * chance.randint(1, 3) + text[end:]
        else:
            text = text[:place] + chr(chance.randrange(0x2500)) + text[place:]
    return text[:_LONGEST]


def spoilt_bytes(chance: random.Random, examples: Sequence[bytes]) -> bytes:
    """One of the examples after one to four mishaps."""
    content = bytearray(chance.choice(examples))
    for _ in range(chance.randint(1, 4)):
        place, way = chance.randrange(len(content) + 1), chance.randrange(5)
        if way == 0 and place < len(content):
            content[place] ^= 1 << chance.randrange(8)
        elif way == 1:
            del content[place : place + chance.randint(1, 30)]
        elif way == 2:
            content[place:place] = chance.randbytes(chance.randint(1, 8))
        elif way == 3:
            content[place : place + 4] = chance.choice((bytes(4), b"\xff" * 4, b"\r\n\r\n", b'""""'))
        else:
            other = chance.choice(examples)
            content[place:] = other[chance.randrange(len(other) + 1) :]
    return bytes(content)
