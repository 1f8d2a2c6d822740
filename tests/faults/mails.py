"""A mail server that is not there, refuses, hangs, crawls, or dies just after it took a letter.

Pages don't wait for it. The outbox tries again, and a letter arrives once for each time that the server took it: a server that
takes a letter and dies before it says so has it twice in the end, which SMTP can't prevent (RFC 5321, 4.1.1.4).
"""

import random
import re
import socket
import socketserver
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.figures import Figure
from tests.faults.browsing import Browser
from tests.faults.serving import Site, running
from tests.faults.town import build_town
from tests.real.at_once import at_once
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.mail import MAX_TRIES, MailMessage, deliver_waiting, gateway_for, queue

MOST_SECONDS = 1.0
QUICK = ("refuses", "refuses at the end", "cuts", "dies after DATA")
SLOW = ("hangs", "crawls")
SENDERS = 4
_RESET = struct.pack("ii", 1, 0)
_RECIPIENT = re.compile(rb"TO:<person(\d+)@", re.IGNORECASE)


class BrokenServer(socketserver.ThreadingTCPServer):
    """Does to each letter's tries what `plan` says for its number, and then takes it; `always` goes before that."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.plan: dict[int, list[str]] = {}
        self.always = ""
        self.taken: Counter[int] = Counter()
        self.struck: Counter[str] = Counter()
        self.ids: defaultdict[int, set[bytes]] = defaultdict(set)
        self.lock = threading.Lock()
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def next_fault(self, number: int) -> str:
        with self.lock:
            fault = self.plan[number].pop(0) if self.plan.get(number) else ""
            self.struck[fault] += 1
            return fault

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hung up meanwhile is no news."""


class _Talk(socketserver.StreamRequestHandler):
    server: BrokenServer

    def handle(self) -> None:
        if not self.greet():
            return
        number, fault = -1, ""
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"RCPT":
                found = _RECIPIENT.search(line)
                number = int(found[1]) if found else -1
                fault = self.server.always or self.server.next_fault(number)
                self.say({"refuses": "450 later", "says never": "550 no such person here"}.get(fault, "250 OK"))
            elif word == b"DATA":
                if not self.hear(number, fault):
                    return
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 OK")

    def greet(self) -> bool:
        """The first line; False when there is none."""
        if self.server.always == "hangs":
            self.server.ended.wait(30)
            return False
        if self.server.always == "crawls":
            for each in b"220 a very slow mail server":
                self.wfile.write(bytes([each]))
                if self.server.ended.wait(1):
                    return False
        self.say("220 broken")
        return True

    def hear(self, number: int, fault: str) -> bool:
        """A letter; False when nothing more is said."""
        if fault == "cuts":
            self.hang_up()
            return False
        self.say("354 go on")
        while (said := self.rfile.readline()) not in {b".\r\n", b""}:
            if said.lower().startswith(b"message-id:"):
                self.server.ids[number].add(said)
        return self.take(number, fault)

    def take(self, number: int, fault: str) -> bool:
        """The end of a letter; False when nothing more is said."""
        if fault == "refuses at the end":
            self.say("451 no room")
            return True
        with self.server.lock:
            self.server.taken[number] += 1
        if fault == "dies after DATA":
            self.hang_up()
            return False
        if fault in SLOW:
            self.server.ended.wait(30)
            return False
        self.say("250 taken")
        return True

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def hang_up(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        with suppress(OSError):
            self.connection.close()


@contextmanager
def broken_server() -> Iterator[BrokenServer]:
    """Serve for the block."""
    with BrokenServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()


def run(folder: Path, *, injections: int, hangs: int, pages: int = 4) -> list[Figure]:
    """So many letters that meet faults, some of them (`hangs`) ten seconds each; and pages while the server is broken."""
    return [*_outbox(folder, injections, hangs), *_pages(folder, pages)]


def _outbox(folder: Path, injections: int, hangs: int) -> Iterator[Figure]:
    url, chance = f"sqlite:///{folder / 'outbox.db'}", random.Random(17)
    migrating.upgrade(url)
    engine = make_engine(url)
    begin = clock.now()
    with broken_server() as server:
        for number in range(injections):
            server.plan[number] = [chance.choice(QUICK) for _ in range(chance.randint(1, 3))]
            if number < hangs:
                server.plan[number].append("hangs")
            if number % 10 == 9:
                server.plan[number].append("says never")
        may_double = {number: sum(each in {"dies after DATA", "hangs"} for each in plan) for number, plan in server.plan.items()}
        with clock.standing_at(begin), transaction(engine) as session:
            keys = [new_id() for _ in range(injections)]
            for _ in range(2):  # what caused a letter may happen twice: it is one letter
                for number, key in enumerate(keys):
                    address = f"person{number}@faults.example"
                    queue(session, recipient=address, subject="About your record", body="Hello.\n", message_id=key)
        gateway, moment = gateway_for(server.url), begin
        for _ in range(MAX_TRIES):
            senders = [lambda engine: deliver_waiting(engine, gateway, sender="us@faults.example", limit=10_000)] * SENDERS
            at_once(url, senders, at=moment)
            moment += timedelta(days=1)
        with transaction(engine) as session:
            waiting = session.scalar(select(func.count()).where(MailMessage.sent_at.is_(None)))
            words_kept = session.scalar(select(func.count()).where(MailMessage.body != "", MailMessage.sent_at.is_not(None)))
        never = sum(number % 10 == 9 for number in range(injections))
        wrong = sum(server.taken[number] != (number % 10 != 9) + may_double[number] for number in range(injections))
        renamed = sum(len(each) > 1 for each in server.ids.values())
        struck = {fault: count for fault, count in sorted(server.struck.items()) if fault}
    engine.dispose()
    kinds = ", ".join(f"{count} {fault}" for fault, count in struck.items())
    yield Figure("mail: faults met by letters", sum(struck.values()), "", kinds, at_least=injections)
    unsent = abs(float(waiting or 0) - never)
    yield Figure("mail: letters not sent in the end", unsent, "", f"of {injections}, but {never} for nobody", at_most=0)
    yield Figure("mail: letters that were sent again under another Message-ID", renamed, "", "", at_most=0)
    yield Figure("mail: sent letters whose words are kept", float(words_kept or 0), "", "", at_most=0)
    yield Figure(
        "mail: letters that came too often or too seldom",
        wrong,
        "",
        f"{SENDERS} senders at once; {sum(may_double.values())} taken by a server that then said nothing",
        at_most=0,
    )


def _pages(folder: Path, pages: int) -> Iterator[Figure]:
    town = build_town(f"sqlite:///{folder / 'mails.db'}", people=pages * 7, tills=1, phones=1)
    askers = iter(town.people)  # each once: there is a limit to codes for one address
    with running(Site(town.url, folder / "mails.log")) as site:
        yield _slowest("is not there", site, [next(askers).email for _ in range(pages)])
    with broken_server() as server, running(Site(town.url, folder / "mails.log", more={"MAIL_URL": server.url})) as site:
        for how in (*QUICK, *SLOW):
            server.always = how
            yield _slowest(how, site, [next(askers).email for _ in range(pages)])
    town.engine.dispose()


def _slowest(how: str, site: Site, emails: list[str]) -> Figure:
    slowest = max(_ask_for_code(site, each) for each in emails)
    return Figure(f"mail server {how}: slowest page", slowest, "s", f"{len(emails)} codes asked for", at_most=MOST_SECONDS)


def _ask_for_code(site: Site, email: str) -> float:
    """Seconds of the page that sends a sign-in code to somebody. Raises AssertionError unless it was sent on."""
    browser = Browser(site.port)
    form = browser.get("/sign-in").fields()
    begun = time.monotonic()
    got = browser.post("/sign-in/email", {**form, "email": email})
    taken = time.monotonic() - begun
    assert got.status == 302, got.status
    return taken
