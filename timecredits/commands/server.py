"""Gunicorn as `timecredits serve` runs it: patient with slow lines but not for ever, and with plain words for what it can't read.

Each of its threads reads one request at a time. Without an end to its patience a few half-sent requests would hold them all.
"""

import errno
import logging
import traceback
from collections.abc import Callable
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

from gunicorn import http, util
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from timecredits.foundation import log_lines
from timecredits.web.last_resort import plain_answer
from timecredits.web.watching.measures import forget_process

__all__ = ["Server"]

PATIENCE: Final = 15.0
"""Seconds for the whole of a request, and one more for each SLOWEST bytes of it that came."""
SLOWEST: Final = 8 * 1024
_NOBODY_THERE: Final = frozenset({errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK})
_WORDS: Final = b"We could not read what was sent. Nothing was changed. Go back and try again.\n"
_BROKEN: Final = b"Something went wrong. Your hours and credits are safe. Try again in a minute.\n"
_STATUS: Final[dict[type[Exception], HTTPStatus]] = {
    http.errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    http.errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    http.errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    http.errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
}


class PatientSocket:
    """What a request is read from. Too slow a line is taken for one that was cut."""

    def __init__(self, line: Any) -> None:
        self.line, self.begun, self.got = line, monotonic(), 0

    def recv(self, size: int) -> bytes:
        """As a socket's. Raises ConnectionResetError when patience is at its end."""
        left = self.begun + PATIENCE + self.got / SLOWEST - monotonic()
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "too slow")
        self.line.settimeout(left)
        try:
            got: bytes = self.line.recv(size)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "too slow") from None
        finally:
            self.line.settimeout(PATIENCE)  # for who does not read the answer either
        self.got += len(got)
        return got


class _Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection whose requests are read with patience, each with its own."""

    def init(self) -> None:
        """Called by gunicorn before each request is read."""
        super().init()
        if not self.is_http2:
            self.sock.settimeout(PATIENCE)
            self.parser.unreader.sock = PatientSocket(self.sock)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker with such connections, which tells nobody's words, neither in its answers nor in its log."""

    def accept(self, listener: Any) -> None:
        """Take a connection: gunicorn's own lines, but for the kind of connection that it makes."""
        try:
            line, address = listener.accept()
        except OSError as fault:
            if fault.errno not in _NOBODY_THERE:
                raise
            return
        self.nr_conns += 1
        line.setblocking(True)
        self.enqueue_req(_Connection(self.cfg, line, address, listener.getsockname()))

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:  # noqa: ARG002  gunicorn's names
        """Answer what could not be read, or what broke outside the application."""
        unread = isinstance(exc, http.errors.ParseException)
        status = _STATUS.get(type(exc), HTTPStatus.BAD_REQUEST if unread else HTTPStatus.INTERNAL_SERVER_ERROR)
        if unread:
            self.log.warning("A request could not be read: %s", type(exc).__name__)
        else:
            where = "".join(traceback.format_tb(exc.__traceback__))
            self.log.error("%s in the server\n%s", type(exc).__name__, where)
        headers, content = plain_answer(_WORDS if unread else _BROKEN, is_secure=False)
        lines = [
            f"HTTP/1.1 {status.value} {status.phrase}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in headers),
        ]
        try:
            util.write_nonblock(client, "\r\n".join([*lines, "", ""]).encode("ascii") + content)
        except OSError:
            self.log.debug("nobody was there for the answer")


def _without_words(record: logging.LogRecord) -> bool:
    """Take out of a line of the server's own log what somebody may have typed: gunicorn quotes what it could not read.

    What it could not read may be the rest of a form, and a query string may hold what somebody looked for.
    """
    said = record.getMessage()
    unread = said.startswith("Invalid request from")
    record.msg, record.args = ("A request could not be read." if unread else said.partition("?")[0]), ()
    return True


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log without anybody's words. Gunicorn's access log is off: every page's address would stand in it."""

    def setup(self, cfg: Any) -> None:
        """Set it up as gunicorn does."""
        super().setup(cfg)
        self.error_log.addFilter(_without_words)
        lines = log_lines.formatter()
        for handler in self.error_log.handlers if lines is not None else ():
            handler.setFormatter(lines)


def _forget(_arbiter: object, worker: Any) -> None:
    forget_process(worker.pid)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, told what to serve in place of its own command line. `load` makes the application, in each worker."""

    def __init__(self, load: Callable[[], Any], *, host: str, port: int, workers: int) -> None:
        self._load = load
        self.options: dict[str, object] = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": 4,
            "worker_class": Worker,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            # The longest address of ours is a search with all its filters, the largest header a session's cookie.
            "limit_request_line": 4094,
            "limit_request_fields": 64,
            "limit_request_field_size": 8190,
            # Whom to believe about proxies is said once, by PROXY_COUNT; gunicorn would believe every caller on this machine.
            "forwarded_allow_ips": "",
            "worker_tmp_dir": None,
            "loglevel": "warning",
            "logger_class": ServerLog,
            "child_exit": _forget,
        }
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called by gunicorn."""
        return self._load()
