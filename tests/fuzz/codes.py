"""Genuine codes of each kind, spoilt in the ways that hands, printers and forgers spoil them. None may be accepted."""

import base64
import random
from datetime import date

from timecredits.foundation.keys import Keyring
from timecredits.spending.codes import (
    CardParts,
    CodeFault,
    LiveCodeParts,
    NoteParts,
    decode,
    encode,
    encode_card,
    encode_note,
)

KEYRING = Keyring({1: b"a secret that only these codes are made with", 2: b"and the one of the year after it"}, current=1)
EXAMPLES = {
    "live": encode(KEYRING, LiveCodeParts(7, 1_234_567_890, 59_841_360)),
    "card": encode_card(KEYRING, CardParts(7, 5_921_300_312_875_776_848)),
    "note": encode_note(KEYRING, NoteParts(7, 6_144_185_230_228_059_461, 60, date(2027, 11, 21))),
}
GENUINE = frozenset(EXAMPLES.values())
_CODES = tuple(EXAMPLES.values())
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ODD = "0189abcxyz=:+/-_ \n\x00\u00e9\uff34\U0001f0a1"


def mutated(chance: random.Random) -> str:
    """One spoilt code, never a genuine one."""
    while True:
        text = _WAYS[chance.randrange(len(_WAYS))](chance, chance.choice(_CODES))
        if text not in GENUINE:
            return text


def is_accepted(text: str) -> bool:
    """Whether the reader takes it for one of ours. Any exception is a crash, and goes up."""
    return not isinstance(decode(KEYRING, text), CodeFault)


def _bits(chance: random.Random, code: str) -> str:
    """One to four bits of what is inside, well spelled."""
    letters = code.removeprefix("TC1:")
    content = bytearray(base64.b32decode(letters + "=" * (-len(letters) % 8)))
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return "TC1:" + base64.b32encode(bytes(content)).decode().rstrip("=")


def _letters(chance: random.Random, code: str) -> str:
    """One to three letters read as others."""
    text = list(code)
    for _ in range(chance.randint(1, 3)):
        text[chance.randrange(4, len(text))] = chance.choice(_LETTERS)
    return "".join(text)


def _odd(chance: random.Random, code: str) -> str:
    """A character that no code has, in place of one or between two."""
    place = chance.randrange(len(code) + 1)
    return code[:place] + chance.choice(_ODD) + code[place + chance.randint(0, 1) :]


def _cut(chance: random.Random, code: str) -> str:
    """A part of it, or more than all of it."""
    if chance.random() < 0.5:
        return code[: chance.randrange(len(code))]
    return code + "".join(chance.choices(_LETTERS, k=chance.randint(1, 40)))


def _joined(chance: random.Random, code: str) -> str:
    """The beginning of one and the end of another."""
    other, place = chance.choice(_CODES), chance.randrange(4, len(code))
    return code[:place] + other[place:]


def _random(chance: random.Random, code: str) -> str:
    """The right shape and nothing else."""
    return "TC1:" + "".join(chance.choices(_LETTERS, k=len(code) - 4))


_WAYS = (_bits, _bits, _letters, _letters, _odd, _cut, _joined, _random)
