"""Keys for what we sign: one secret, one derived key a purpose, and a key number so that keys can change.

Purposes are kept apart by HKDF (RFC 5869) so that a signature made for one thing never passes for another; foundation/purposes.py
lists them. A key lives in three stretches (docs/adr/0041): listed and only checking, so that every server knows it before any
signs with it; signing; checking what it signed, until it retires.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from timecredits.foundation import clock

__all__ = ["KeyTimes", "Keyring"]

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KeyTimes:
    """From when a key may sign, and from when it checks no more. None: from ever, and never."""

    signs_from: datetime | None = None
    retires: datetime | None = None


@dataclass(frozen=True)
class Keyring:
    """The secrets by key number (0 to 31). New signatures use `current`; other numbers go on verifying until they retire.

    `times` has those numbers that don't simply sign and check for ever.
    """

    secrets: dict[int, bytes] = field(repr=False)
    current: int = 1
    times: Mapping[int, KeyTimes] = field(default_factory=dict)

    @classmethod
    def from_secret(cls, secret: str) -> "Keyring":
        """A keyring of one key, number 1, from the application's secret."""
        return cls({1: secret.encode()})

    def signer(self, at: datetime | None = None) -> int:
        """The number that signs at an instant, or now: `current`, or where that may not, of those that may the one begun last.

        Of two that began together it is the higher number. Raises ValueError where none may sign.
        """
        moment = at or clock.now()
        able = [number for number in self.secrets if self._may_sign(number, moment)]
        if self.current in able:
            return self.current
        if not able:
            raise ValueError("no key of the keyring may sign now")
        return max(able, key=lambda number: (self._times(number).signs_from or _ALWAYS, number))

    def numbers(self) -> list[int]:
        """The numbers that check now, in order: those that don't sign yet too, but none that has retired."""
        now = clock.now()
        return [number for number in sorted(self.secrets) if not self._has_retired(number, now)]

    def key(self, purpose: str, number: int | None = None) -> bytes | None:
        """32 bytes for `purpose` under key `number` (default: the one that signs), or None for one not listed or retired."""
        chosen = self.signer() if number is None else number
        secret = self.secrets.get(chosen)
        if secret is None or self._has_retired(chosen, clock.now()):
            return None
        return _derive(secret, purpose)

    def signing_key(self, purpose: str) -> tuple[int, bytes]:
        """The number that signs now and its 32 bytes for `purpose`. Raises ValueError where none may sign."""
        number = self.signer()
        return number, _derive(self.secrets[number], purpose)

    def checking_keys(self, purpose: str) -> list[bytes]:
        """The 32 bytes for `purpose` of every key that checks now. The one that signs comes last, as itsdangerous wants it."""
        signer = self.signer()
        numbers = [*(number for number in self.numbers() if number != signer), signer]
        return [_derive(self.secrets[number], purpose) for number in numbers]

    def _times(self, number: int) -> KeyTimes:
        return self.times.get(number, _FOR_EVER)

    def _may_sign(self, number: int, now: datetime) -> bool:
        begins = self._times(number).signs_from
        return (begins is None or begins <= now) and not self._has_retired(number, now)

    def _has_retired(self, number: int, now: datetime) -> bool:
        retires = self._times(number).retires
        return retires is not None and retires <= now


_FOR_EVER = KeyTimes()


@lru_cache(maxsize=256)
def _derive(secret: bytes, purpose: str) -> bytes:
    """Kept, because a till's every scan asks for the same few: deriving one takes longer than checking a code with it."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"timecredits/{purpose}".encode()).derive(secret)
