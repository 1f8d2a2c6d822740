"""Each request gets a number, a line in the log and a place in the counts: made here, round everything else.

The number stands in the answer's head (`X-Request-Id`), on the page that says that something went wrong, and on each line of the
log that the request wrote. A line names the endpoint and never the address: addresses of letters and links are secrets.
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from timecredits.foundation.log_lines import do, doing, facts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["HEADER", "OTHER", "SEEN", "Around", "Seen", "Tell", "Watched", "number_of_request"]

HEADER: Final = "X-Request-Id"
SEEN: Final = "timecredits.seen"
"""Where in a request's environ its `Seen` stands."""
OTHER: Final = "other"
"""The endpoint where there is no such page, and the method that no page knows."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
_DIGITS: Final = 12

_log = logging.getLogger("timecredits.requests")


@dataclass(slots=True)
class Seen:
    """What is told of a request: only names of ours and numbers. `status` 0: nothing was answered."""

    method: str
    endpoint: str = OTHER
    route: str = ""
    """The pattern of its address, with names in place of what stands there."""
    status: int = 0
    seconds: float = 0.0
    queries: int = 0
    number: str = field(default="")


Tell: TypeAlias = Callable[[Seen], None]
Around: TypeAlias = Callable[[Seen], AbstractContextManager[object]]


def number_of_request() -> str:
    """The number of the request at hand, or nothing outside of one."""
    now = doing()
    return now.ids.get("request", "") if now else ""


class Watched:
    """A WSGI application round another. `tell` hears of each request at its end; `around` is entered for its length."""

    def __init__(
        self, inner: "WSGIApplication", *, trusts_proxy: bool, tell: Iterable[Tell] = (), around: Around | None = None
    ) -> None:
        self.inner, self.trusts_proxy, self.tell = inner, trusts_proxy, tuple(tell)
        self.around: Around = around or (lambda _seen: nullcontext())

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        method = environ.get("REQUEST_METHOD", "")
        seen = Seen(method if method in _METHODS else OTHER, number=self._number(environ))
        environ[SEEN] = seen

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            seen.status = int(status[:3])
            return start_response(status, [*headers, (HEADER, seen.number)], *more)

        begun = perf_counter()
        with do("request", seen.number) as now:
            try:
                with self.around(seen):
                    return self.inner(environ, begin)
            finally:
                seen.seconds, seen.queries = perf_counter() - begun, now.queries
                _write(seen)
                for tell in self.tell:
                    tell(seen)

    def _number(self, environ: "WSGIEnvironment") -> str:
        """The proxy's, where one stands in front and it looks harmless; else one that can be read out on the telephone."""
        sent = environ.get("HTTP_X_REQUEST_ID", "") if self.trusts_proxy else ""
        if _SAFE.fullmatch(sent):
            return str(sent)
        digits = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        return "-".join(digits[place : place + 4] for place in range(0, _DIGITS, 4))


def _write(seen: Seen) -> None:
    if _log.isEnabledFor(logging.INFO):
        _log.info(
            "request",
            extra=facts(
                endpoint=seen.endpoint,
                method=seen.method,
                status=seen.status,
                milliseconds=round(seen.seconds * 1000, 1),
                queries=seen.queries,
            ),
        )
