"""Lines to the people break: requests that end at any byte, lines that crawl, and browsers that don't read their answer.

What came half is not done by half; what came whole may be done, and is not done again when it is sent again. And while some
lines are stuck, everybody else is served.
"""

import json
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bench.figures import Figure
from tests.faults.bank.harness import UNKNOWN, Told, Verdict, settle
from tests.faults.bank.real import RealBank, TillClient
from tests.faults.browsing import Browser
from tests.faults.serving import Site, running
from tests.faults.town import build_town
from tests.web.world import PASSWORD
from timecredits.commands.server import PATIENCE

FEW, MANY = 6, 40
"""Stuck lines: fewer than the eight threads of two workers, and many more."""
MOST_SECONDS = PATIENCE + 5
"""For a page beside a few: one worker may have them all, and lets each go after its patience (docs/adr/0042)."""
_RESET = struct.pack("ii", 1, 0)


def run(folder: Path, *, injections: int, many: bool = False) -> list[Figure]:
    """So many requests cut at a byte each; then crawling lines, few and, if wanted, many, which hold every thread again."""
    town = build_town(f"sqlite:///{folder / 'lines.db'}", people=3)
    with running(Site(town.url, folder / "lines.log")) as site:
        scene = Scene(RealBank(town, site))
        for number in range(injections):
            scene.cut_off(number)
        beside = [*scene.beside(FEW), *scene.beside_deaf(FEW), *(scene.beside(MANY) if many else ())]
        verdict = Verdict()
        settle(scene.bank, scene.told, verdict)
    town.engine.dispose()
    return [
        Figure("lines: requests cut at a byte", injections, "", "closed, reset, or shut one way"),
        Figure("lines: of these found done already", sum(each.repeats for each in scene.tills), "", "sent whole", at_least=1),
        Figure("lines: inconsistent", verdict.faults, "", "lost, doubled, below nothing, differing, books", at_most=0),
        *beside,
    ]


class Scene:
    """Tills on bad lines, and somebody on a good one."""

    def __init__(self, bank: RealBank) -> None:
        self.bank, self.chance, self.told = bank, random.Random(13), Told()
        self.tills = [TillClient(bank, each, random.Random(13)) for each in bank.town.counters]
        self.reader = Browser(bank.site.port, patience=120)
        self.reader.sign_in(bank.town.people[0].email, PASSWORD)

    def cut_off(self, number: int) -> None:
        """One request that ends too soon, and the same sent whole afterwards."""
        till = self.tills[number % len(self.tills)]
        act = till.next()
        while act is None:
            time.sleep(0.5)
            act = till.next()
        path, body = till.bodies[act.key]
        sent = request(self.bank.site.port, path, json.dumps(body).encode(), till.till.token)
        whole = number % 8 == 0
        with socket.create_connection(("127.0.0.1", self.bank.site.port), timeout=10) as line:
            line.sendall(sent if whole else sent[: self.chance.randrange(1, len(sent))])
            if number % 3 == 0:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_WR)
                    line.recv(100)
            elif number % 3 == 1:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        while True:
            try:
                answer = till.send(act)
            except UNKNOWN:
                time.sleep(0.05)
                continue
            break
        self.told.note(act, answer)
        till.told(act, answer)

    def beside(self, count: int) -> Iterator[Figure]:
        """Somebody looks at pages while so many lines crawl, a byte a second each."""
        with crawling(self.bank.site.port, count):
            slowest, wrong = self._look(30 if count == FEW else 2)
        yield Figure(
            f"lines: slowest page beside {count} that crawl",
            slowest,
            "s",
            "8 threads, no proxy in front",
            at_most=MOST_SECONDS if count == FEW else None,
        )
        yield Figure(f"lines: pages not given beside {count}", wrong, "", "", at_most=0)

    def beside_deaf(self, count: int) -> Iterator[Figure]:
        """Somebody looks at pages while others don't read what they asked for."""
        with ExitStack() as open_lines:
            for _ in range(count):
                line = open_lines.enter_context(socket.socket())
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                line.connect(("127.0.0.1", self.bank.site.port))
                line.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
            slowest, wrong = self._look(30)
        yield Figure(f"lines: slowest page beside {count} that don't read", slowest, "s", "", at_most=MOST_SECONDS)
        yield Figure(f"lines: pages not given beside {count} that don't read", wrong, "", "", at_most=0)

    def _look(self, times: int) -> tuple[float, int]:
        slowest, wrong = 0.0, 0
        for _ in range(times):
            begun = time.monotonic()
            try:
                wrong += self.reader.get("/my/").status != 200
            except UNKNOWN:
                wrong += 1
            slowest = max(slowest, time.monotonic() - begun)
        return slowest, wrong


def request(port: int, path: str, body: bytes, token: str) -> bytes:
    """The bytes of a till's request."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def crawling(port: int, count: int) -> Iterator[None]:
    """So many lines that send a byte of a request each second and never come to its end."""
    ended = threading.Event()
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)) for _ in range(count)]
        for each in lines:
            each.sendall(b"GET /my/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")

        def crawl() -> None:
            while not ended.wait(1):
                for each in lines:
                    with suppress(OSError):
                        each.sendall(b"a")

        crawler = threading.Thread(target=crawl, daemon=True)
        crawler.start()
        try:
            yield
        finally:
            ended.set()
            crawler.join()
