"""Requests as fast as a few clients can send them, or at a steady rate; each on a connection of its own, as sync workers have it.

Sockets and prepared bytes, because the client shares the machine with what it measures.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import Lock

_PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured: answers a second, each one's milliseconds (sorted), and the statuses in the order of first sight."""

    rate: float
    times: list[float]
    statuses: dict[int, int]

    def percentile(self, share: float) -> float:
        """The milliseconds that this share of the answers took at most."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


def post(host: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of one request."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def send(port: int, requests: Sequence[bytes], *, clients: int, rate: float | None = None) -> Load:
    """Send every request once. With `rate` (a second) each has its moment, and its time counts from that moment."""
    lock, numbers, begin = Lock(), count(), time.perf_counter()
    times: list[float] = []
    statuses: dict[int, int] = {}

    def client(_number: int) -> None:
        for number, request in _mine(requests, lock, numbers):
            due = time.perf_counter()
            if rate is not None:
                due = begin + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
            status = _exchange(port, request)
            taken = (time.perf_counter() - due) * 1000
            with lock:
                times.append(taken)
                statuses[status] = statuses.get(status, 0) + 1

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    return Load(len(times) / (time.perf_counter() - begin), sorted(times), statuses)


def _mine(requests: Sequence[bytes], lock: Lock, numbers: Iterator[int]) -> Iterator[tuple[int, bytes]]:
    while True:
        with lock:
            number = next(numbers)
        if number >= len(requests):
            return
        yield number, requests[number]


def _exchange(port: int, request: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return int(answer[9:12])
