"""Keys for what we sign: one secret, one derived key a purpose, and a key number so that keys can change.

Purposes are kept apart by HKDF (RFC 5869) so that a signature made for one thing never passes for another.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True)
class Keyring:
    """The secrets by key number (0 to 31). New signatures use `current`; old numbers go on verifying while listed."""

    secrets: dict[int, bytes] = field(repr=False)
    current: int = 1

    @classmethod
    def from_secret(cls, secret: str) -> "Keyring":
        """A keyring of one key, number 1, from the application's secret."""
        return cls({1: secret.encode()})

    def key(self, purpose: str, number: int | None = None) -> bytes | None:
        """32 bytes for `purpose` under key `number` (default: the current one), or None for a number not listed."""
        secret = self.secrets.get(self.current if number is None else number)
        if secret is None:
            return None
        return _derive(secret, purpose)

    def signing_key(self, purpose: str) -> tuple[int, bytes]:
        """The current key's number and its 32 bytes for `purpose`."""
        key = self.key(purpose)
        if key is None:
            raise ValueError("the keyring lacks its current key")
        return self.current, key


@lru_cache(maxsize=256)
def _derive(secret: bytes, purpose: str) -> bytes:
    """Kept, because a till's every scan asks for the same few: deriving one takes longer than checking a code with it."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"timecredits/{purpose}".encode()).derive(secret)
