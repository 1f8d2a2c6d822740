"""The outermost ring, outside Flask: whatever breaks inside, somebody gets a page in plain words, with the headers.

Flask makes a page of what goes wrong in a view. What goes wrong while it takes a request in, ends its transaction or makes that
page would else reach the server, which answers with a bare page of its own and writes what was said into its log.
"""

import sys
import traceback
from collections.abc import Callable, Iterable
from logging import Logger
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from timecredits.foundation.log_lines import doing
from timecredits.web.headers import plain_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["LastResort", "plain_answer"]

Headers: TypeAlias = list[tuple[str, str]]
_WORDS: Final = b"Something went wrong. Your hours and credits are safe. Try again in a minute.\n"


class LastResort:
    """A WSGI application round another. `raises` says whether a fault goes on to whoever called, as tests want it."""

    def __init__(self, inner: "WSGIApplication", logger: Logger, *, raises: Callable[[], bool]) -> None:
        self.inner, self.logger, self.raises = inner, logger, raises

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        if environ.get("CONTENT_LENGTH"):
            # The server says that what was sent ends by itself, and so it does, also where a line was cut. Without this mark
            # a body shorter than was announced is a fault (400), not a form with half of its fields.
            environ.pop("wsgi.input_terminated", None)
        else:
            environ["wsgi.input"] = _Sent(environ["wsgi.input"])
        begun = False

        def begin(*answer: Any) -> Any:
            nonlocal begun
            begun = True
            return start_response(*answer)

        try:
            return self.inner(environ, begin)
        except Exception as fault:
            if self.raises():
                raise
            # Where, but never what: a fault's words may quote what was sent.
            where = "".join(traceback.format_tb(fault.__traceback__))
            self.logger.error("%s outside the application\n%s", type(fault).__name__, where)  # noqa: TRY400
            headers, content = plain_answer(_words(), is_secure=environ.get("wsgi.url_scheme") == "https")
            start_response("500 Internal Server Error", headers, *([sys.exc_info()] if begun else []))
            return [content]


def _words() -> bytes:
    now = doing()
    number = now.ids.get("request") if now else None
    return _WORDS + f"If you get in touch, tell us this number: {number}\n".encode() if number else _WORDS


class _Sent:
    """What was sent in pieces. A server has faults of its own for a wrong one; here that is a line that was cut (400)."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        """As of any stream. Raises OSError."""
        try:
            got: bytes = self.stream.read(size)
        except Exception as fault:
            raise OSError("what was sent in pieces could not be put together") from fault
        return got


def plain_answer(words: bytes, *, is_secure: bool) -> tuple[Headers, bytes]:
    """A few words as an answer: its headers and its body."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
    return [*headers, *plain_headers(is_secure=is_secure)], words
