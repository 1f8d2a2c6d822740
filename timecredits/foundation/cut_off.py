"""An end to a talk over a socket that neither closes nor says anything useful.

A socket's own timeout counts from the last byte: a server that drips one byte each nine seconds is never late. This counts
from the start.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

__all__ = ["cut_off_after"]


@contextmanager
def cut_off_after(seconds: float, find_socket: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut the socket that `find_socket` answers once `seconds` have gone by; whoever waits on it gets an OSError or an end."""

    def cut() -> None:
        if (open_socket := find_socket()) is not None:
            with suppress(OSError):  # it may have closed by itself in this moment
                open_socket.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
