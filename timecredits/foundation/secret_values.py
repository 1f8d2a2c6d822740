"""Random values and their hashes: what is handed out is never what is stored.

SHA-256 without a salt is enough for values with 128 bits of chance or more; short codes are kept with a keyed hash.
"""

import hashlib
import hmac
import secrets as chance

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32 alphabet: no I, L, O or U."""

_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_secret(size: int = 32) -> str:
    """An address-safe random secret of `size` bytes."""
    return chance.token_urlsafe(size)


def new_short_code(length: int = 8) -> str:
    """`length` random Crockford characters: 5 bits each, made to be read aloud and typed."""
    return "".join(chance.choice(CROCKFORD) for _ in range(length))


def tidy_short_code(typed: str) -> str:
    """What somebody typed, as it is stored: capitals, no spaces or dashes, look-alikes folded."""
    return typed.strip().upper().translate(_LOOK_ALIKES)


def digest(value: str) -> bytes:
    """SHA-256 of a long random value, for storing and looking up."""
    return hashlib.sha256(value.encode()).digest()


def keyed_digest(key: bytes, *values: str) -> bytes:
    """HMAC-SHA256 over values kept apart, for short codes that a stolen table must not reveal."""
    return hmac.new(key, "\x1f".join(values).encode(), hashlib.sha256).digest()
