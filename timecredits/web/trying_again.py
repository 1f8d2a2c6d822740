"""A request that lost its database in the middle is done once more from its start, with the same ids.

When a primary goes and another takes over, or two transactions want what the other holds, nothing is wrong with what was asked.
The whole request runs again, never a part of it, so no view knows of this. A COMMIT whose answer was lost may have been kept: the
same ids make the second try find it, or be refused by a primary key (foundation/ids_again.py, design/scale.md).

Who waits is bounded: a few requests a process, a few seconds each. The others get the page that says so at once.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from timecredits.foundation.ids_again import same_ids

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["TRIES", "Tries", "TriesAgain", "is_worth_another_try"]

PATIENCE: Final = 4.0
"""Seconds from a request's beginning after which no further try begins: a page must come within five (design/trust.md)."""
FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 0.8
AT_ONCE: Final = 2
"""How many of a process's four threads may wait for the database to come back."""
TRIES: Final = "timecredits.tries"
"""Where in a request's environ its `Tries` stand."""
_CHANCE: Final = secrets.SystemRandom()
_ANSWERS_OF_FAULTS: Final = ("409", "500", "503")
_STATES: Final = frozenset({"57P01", "57P02", "57P03", "25006", "40001", "40P01"})
"""The server is being shut down, has crashed or is starting; it takes no writes (any more); two stood in each other's way."""


@dataclass(slots=True)
class Tries:
    """How a request has fared: which try this is, whether there is reason for another, and whether one came at a COMMIT."""

    number: int = 0
    wanted: bool = False
    may_be_kept: bool = False

    def note(self, fault: BaseException, *, at_commit: bool) -> None:
        """The database has failed this try."""
        if is_worth_another_try(fault):
            self.wanted = True
            self.may_be_kept = self.may_be_kept or at_commit

    def was_kept(self, fault: BaseException) -> bool:
        """Whether this fault says that an earlier try's COMMIT was kept after all: one of its own ids is there."""
        constraint = getattr(getattr(fault, "orig", None), "diag", None)
        name = getattr(constraint, "constraint_name", None) or ""
        is_of_an_id = name.startswith("pk_") or name.endswith("_pkey")  # the latter on a part of a split table
        return self.number > 1 and self.may_be_kept and isinstance(fault, IntegrityError) and is_of_an_id


def is_worth_another_try(fault: BaseException) -> bool:
    """Whether the same work may go well in a moment, on another line."""
    if not isinstance(fault, DBAPIError):
        return False
    state = getattr(fault.orig, "sqlstate", None)
    lost = fault.connection_invalidated or (isinstance(fault, OperationalError) and state is None)
    return lost or state in _STATES


class TriesAgain:
    """A WSGI application round another whose database is PostgreSQL."""

    def __init__(self, inner: "WSGIApplication", *, pause: Callable[[float], None] = time.sleep) -> None:
        self.inner, self.pause = inner, pause
        self._waiting = BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        sent, begun, waits = _Sent(environ["wsgi.input"]), time.monotonic(), False
        tries = Tries()
        try:
            with same_ids() as ids:
                while True:
                    tries.number, tries.wanted = tries.number + 1, False
                    answer = _Answer()
                    content = self.inner({**environ, "wsgi.input": sent.again(), TRIES: tries}, answer.begin)
                    if not tries.wanted or not answer.status.startswith(_ANSWERS_OF_FAULTS):
                        break
                    pause = min(FIRST_PAUSE * 2**tries.number, LONGEST_PAUSE) * _CHANCE.uniform(0.5, 1)
                    waits = waits or self._waiting.acquire(blocking=False)
                    if not waits or time.monotonic() + pause > begun + PATIENCE:
                        break
                    _close(content)
                    self.pause(pause)
                    ids.again()
        finally:
            if waits:
                self._waiting.release()
        start_response(*answer.said)
        return content


class _Answer:
    """What the application began to answer, not passed on yet."""

    said: tuple[Any, ...] = ()

    @property
    def status(self) -> str:
        return str(self.said[0]) if self.said else ""

    def begin(self, *said: Any) -> Any:
        self.said = said
        return _never_written


def _never_written(_content: bytes) -> None:
    raise NotImplementedError("the answer is what the application gives back")


class _Sent:
    """A request's body, which can be read once more from its start. What was read is kept; Flask bounds how much that is."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._kept, self._place = stream, bytearray(), 0

    def again(self) -> "_Sent":
        """From the start."""
        self._place = 0
        return self

    def read(self, size: int = -1) -> bytes:
        """As of any stream."""
        have = len(self._kept) - self._place
        if size < 0 or size > have:
            self._kept += self._stream.read() if size < 0 else self._stream.read(size - have)
        begin, self._place = self._place, len(self._kept) if size < 0 else min(self._place + size, len(self._kept))
        return bytes(self._kept[begin : self._place])


def _close(content: Iterable[bytes]) -> None:
    if (close := getattr(content, "close", None)) is not None:
        close()
