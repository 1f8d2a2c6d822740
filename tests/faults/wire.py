"""A line between the application and PostgreSQL that can be cut, hung, slowed or shut: a proxy on a port of this machine.

    with Wire(folder_of_the_socket) as wire:
        url = wire.url("postgres")
        wire.cut_after("up", 300)  # the 300th byte that the application sends is the last that arrives

It knows nothing of what it carries, except that it can watch for a word (`COMMIT`) on the way up.
"""

import select
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from sqlalchemy import URL

Way = Literal["up", "down"]
"""Up: from the application to the database."""
_PIECE = 65536
_RESET = struct.pack("ii", 1, 0)


class Wire:
    """The proxy; each `with` block is one life of it. Faults are set from any thread and hold until `mend`."""

    def __init__(self, folder: Path) -> None:
        self.server = str(folder / ".s.PGSQL.5432")
        self.injected = threading.Event()
        """Set once a fault that waits for a byte or a word has struck."""
        self.passed: dict[Way, int] = {"up": 0, "down": 0}
        """Bytes so far."""
        self._lock = threading.Lock()
        self._lines: set[socket.socket] = set()
        self._free = threading.Event()
        self._ended = threading.Event()
        self.mend()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """The database's address over this line."""
        url = URL.create("postgresql+psycopg", username=role, host="127.0.0.1", port=self.port, database=database)
        return url.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._free.set()
        self._listener.close()
        self.cut()

    def mend(self) -> None:
        """Let everything pass again."""
        self.refusing = False
        self._left: dict[Way, int | None] = {"up": None, "down": None}
        self._word: bytes | None = None
        self._word_passes = False
        self._shut_only: Way | None = None
        self._piece, self._pause = _PIECE, 0.0
        self._free.set()

    def refuse(self) -> None:
        """Cut every line and let no new one through, as when the database is down."""
        self.refusing = True
        self.cut()

    def cut(self) -> None:
        """Cut every line that there is, without a farewell."""
        with self._lock:
            lines, self._lines = self._lines, set()
        for each in lines:
            _reset(each)

    def hang(self) -> None:
        """Take what is sent and pass nothing on."""
        self._free.clear()

    def cut_after(self, way: Way, count: int) -> None:
        """Cut all lines once so many more bytes have gone this way."""
        self.injected.clear()
        self._left[way] = count

    def shut_after(self, way: Way, count: int) -> None:
        """The same, but close that one way only and leave the other open."""
        self._shut_only = way
        self.cut_after(way, count)

    def cut_at_word(self, word: bytes, *, passes: bool) -> None:
        """Cut once this word goes up: before it arrives, or (`passes`) after it arrived and before any answer."""
        self.injected.clear()
        self._word, self._word_passes = word, passes

    def slow(self, piece: int, pause: float) -> None:
        """Pass so few bytes at a time, and wait so many seconds after each."""
        self._piece, self._pause = piece, pause

    def _accept(self) -> None:
        while True:
            try:
                line, _address = self._listener.accept()
            except OSError:
                return
            if self.refusing:
                _reset(line)
                continue
            there = socket.socket(socket.AF_UNIX)
            try:
                there.connect(self.server)
            except OSError:
                _reset(line)
                continue
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._lines |= {line, there}
            threading.Thread(target=self._carry, args=(line, there), daemon=True).start()

    def _carry(self, line: socket.socket, there: socket.socket) -> None:
        open_ways = {line: ("up", there), there: ("down", line)}
        try:
            while open_ways:
                ready, _w, _x = select.select(list(open_ways), [], [], 60)
                for source in ready:
                    way, to = open_ways[source]
                    sent = source.recv(self._piece)
                    self._free.wait()
                    if self._ended.is_set() or not sent:
                        return
                    if not self._pass(way, sent, to):  # type: ignore[arg-type]  # mypy loses the Literal
                        del open_ways[source]
        except (OSError, ValueError):
            return
        finally:
            with self._lock:
                self._lines -= {line, there}
            for each in (line, there):
                with suppress(OSError):
                    each.close()

    def _pass(self, way: Way, sent: bytes, to: socket.socket) -> bool:
        """Pass it on, as far as it goes; False when this way is shut from here on."""
        struck = False
        if way == "up" and self._word is not None and self._word in sent:
            self._word, struck = None, True
            if self._word_passes:
                to.sendall(sent)
                select.select([to], [], [], 5)  # until the database has answered, which nobody will hear
            sent = b""
        left = self._left[way]
        if left is not None and not struck:
            if len(sent) >= left:
                sent, struck = sent[:left], True
            self._left[way] = None if struck else left - len(sent)
        self.passed[way] += len(sent)
        if sent:
            to.sendall(sent)
        if self._pause:
            self._ended.wait(self._pause)
        if not struck:
            return True
        if self._shut_only == way:
            self._shut_only = None
            self.injected.set()
            with suppress(OSError):
                to.shutdown(socket.SHUT_WR)
            return False
        self.injected.set()  # first: whoever hears of it may look at once, and come again on a line that nobody is to cut
        self.cut()
        return False


def _reset(line: socket.socket) -> None:
    """Close it so that the other side is told at once that it is gone, not that it ended well."""
    with suppress(OSError):
        if line.family == socket.AF_INET:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        line.close()
