"""One message sent: a connection to a number that was judged, a request, the status that came back. Nothing more is read.

Not by an HTTP library, because none of them ends after a stated time when a receiver drips its answer letter by letter, and
because a name is looked up once here and what is judged is what is connected to (docs/adr/0035). Redirects are answers like
others. No proxy is used.
"""

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Final

from timecredits.records.webhooks.addresses import Target, is_public

__all__ = ["Answer", "Fault", "Network", "Patience", "find_numbers", "post"]

LONGEST_HEAD: Final = 64 * 1024
_ADDRESSES: Final = 3
"""So many of a name's numbers are tried."""
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\Z")
_RETRY_AFTER: Final = re.compile(rb"(?im)^retry-after:[ \t]*([0-9]{1,7})[ \t]*\r?$")
_GONE: Final = 410


class Fault(StrEnum):
    """Why no status came back."""

    NO_NAME = "no_name"
    NOT_PUBLIC = "not_public"
    NO_CONNECTION = "no_connection"
    NOT_TRUSTED = "not_trusted"
    TOO_SLOW = "too_slow"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the status, or the fault where there was none. `retry_after` is in seconds."""

    status: int | None = None
    fault: Fault | None = None
    retry_after: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  HTTP's own numbers

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == _GONE

    def __str__(self) -> str:
        return str(self.status) if self.fault is None else self.fault.value


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a receiver may take, in seconds: to be connected to, and for everything together."""

    connect: float = 3.0
    whole: float = 10.0


def find_numbers(host: str, port: int) -> list[str]:
    """The numeric addresses of a name, in the system's order. Raises OSError for a name that leads nowhere."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Network:
    """The way out: how names are looked up, which numbers may be reached, whom TLS trusts."""

    find: Callable[[str, int], list[str]] = find_numbers
    may_reach: Callable[[str], bool] = is_public
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    patience: Patience = Patience()


def post(network: Network, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send one message and answer what came back, after `patience.whole` seconds at the latest (looking up the name aside)."""
    try:
        numbers = [target.host] if target.local else network.find(target.host, target.port)
    except (OSError, UnicodeError):
        return Answer(fault=Fault.NO_NAME)
    if not target.local and not all(network.may_reach(each) for each in numbers):
        return Answer(fault=Fault.NOT_PUBLIC)
    ends = monotonic() + network.patience.whole
    try:
        plain = _connect(numbers[:_ADDRESSES], target.port, min(ends, monotonic() + network.patience.connect))
    except OSError as fault:
        return Answer(fault=Fault.TOO_SLOW if isinstance(fault, TimeoutError) else Fault.NO_CONNECTION)
    try:
        with closing(plain):
            return _converse(plain, network, target, _request(target, headers, body), ends)
    except OSError as fault:
        return Answer(fault=Fault.TOO_SLOW if isinstance(fault, TimeoutError) else Fault.BROKEN)


def _connect(numbers: list[str], port: int, ends: float) -> socket.socket:
    fault: OSError = ConnectionError("no address")
    for number in numbers:
        try:
            return socket.create_connection((number, port), timeout=_left(ends))
        except OSError as each:
            fault = each
    raise fault


def _converse(plain: socket.socket, network: Network, target: Target, request: bytes, ends: float) -> Answer:
    plain.settimeout(_left(ends))
    if target.local:
        return _exchange(plain, request, ends)
    try:
        safe = network.tls.wrap_socket(plain, server_hostname=target.host)
    except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
        return Answer(fault=Fault.BROKEN)
    except ssl.SSLError:
        return Answer(fault=Fault.NOT_TRUSTED)
    with closing(safe):
        return _exchange(safe, request, ends)


def _exchange(connection: socket.socket, request: bytes, ends: float) -> Answer:
    connection.settimeout(_left(ends))
    connection.sendall(request)
    held, read = b"", 0
    while read < LONGEST_HEAD:
        connection.settimeout(_left(ends))
        piece = connection.recv(min(4096, LONGEST_HEAD - read))
        if not piece:
            break
        held, read = held + piece, read + len(piece)
        while b"\r\n\r\n" in held:
            head, held = held.split(b"\r\n\r\n", 1)
            first = _STATUS.match(head.split(b"\r\n", 1)[0])
            if first is None:
                return Answer(fault=Fault.BROKEN)
            status = int(first[1])
            if status >= 200:  # noqa: PLR2004  what is lower announces another answer
                later = _RETRY_AFTER.search(head)
                return Answer(status, retry_after=int(later[1]) if later else 0)
    return Answer(fault=Fault.BROKEN)


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "User-Agent: Time-Credits-Webhooks/1",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
