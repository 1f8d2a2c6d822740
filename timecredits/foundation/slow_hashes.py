"""Argon2id for what people choose themselves: passwords, PINs and agreed words. At most two are worked out at once.

19 MiB, two passes, one lane: OWASP's lowest setting, about 40 ms of one core (design/trust.md). Many sign-ins at once would else
take all memory and every core from those who are signed in; whoever comes third waits a moment.
"""

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["MOST_AT_ONCE", "SlowHasher", "hasher"]

MOST_AT_ONCE: Final = 2


class SlowHasher:
    """Argon2id behind a gate that lets two in."""

    def __init__(self, *, most_at_once: int = MOST_AT_ONCE) -> None:
        self._inner = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._gate = BoundedSemaphore(most_at_once)

    def hash(self, text: str) -> str:
        """What is kept of `text`, with a salt and the settings in it."""
        with self._gate:
            return self._inner.hash(text)

    def verify(self, stored: str, text: str) -> bool:
        """Whether `stored` was made of `text`; False too for what is no hash."""
        with self._gate:
            try:
                return self._inner.verify(stored, text)
            except (VerificationError, InvalidHashError):
                return False


hasher: Final = SlowHasher()
"""The one of this process."""
