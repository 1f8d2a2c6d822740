"""The wrong ledger of naive.py, seen as a bank by the harness."""

import json
import random
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from tests.faults.bank import naive
from tests.faults.bank.harness import UNKNOWN, Act, Answer, Client, NoAnswerError, Snapshot
from tests.faults.browsing import Browser
from tests.real.nursery import ROOT

CLIENTS = 16
ACCOUNTS = 4


class NaiveBank:
    """Four accounts with ten credits each, which 16 clients move to and fro."""

    def __init__(self, folder: Path) -> None:
        self.opening = {f"account {each}": 600 for each in range(ACCOUNTS)}
        self.file = str(folder / "naive.db")
        naive.make(self.file, self.opening)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.faults.bank.naive", str(self.port), self.file]
        self._server = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
        while True:
            try:
                Browser(self.port, patience=5).get("/")
            except UNKNOWN:
                continue
            return

    def kill(self, number: int) -> None:
        del number
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def clients(self) -> Sequence[Client]:
        return [NaiveClient(self, random.Random(each)) for each in range(CLIENTS)]

    def snapshot(self) -> Snapshot:
        line = naive.open_file(self.file)
        try:
            line.execute("BEGIN")
            balances = dict(line.execute("SELECT name, minutes FROM account").fetchall())
            return Snapshot(balances, Counter(key for (key,) in line.execute("SELECT key FROM entry")))
        finally:
            line.close()

    def read(self) -> tuple[int, int]:
        try:
            held = self.snapshot().balances.values()
        except sqlite3.Error as fault:
            raise NoAnswerError from fault
        return sum(each < 0 for each in held), int(sum(held) != sum(self.opening.values()))

    def has_clean_books(self) -> bool:
        return self.read() == (0, 0)


class NaiveClient:
    """Moves up to half of what an account began with."""

    def __init__(self, bank: NaiveBank, chance: random.Random) -> None:
        self.bank, self.chance = bank, chance

    def next(self) -> Act:
        out_of, into = self.chance.sample(sorted(self.bank.opening), 2)
        return Act(str(uuid4()), 15 * self.chance.randint(1, 20), out_of, into)

    def send(self, act: Act) -> Answer:
        sent = json.dumps({"key": act.key, "minutes": act.minutes, "out_of": act.out_of, "into": act.into}).encode()
        got = Browser(self.bank.port, patience=5).request("POST", "/", sent)
        return Answer.DONE if got.status == 200 else Answer.REFUSED

    def told(self, act: Act, answer: Answer) -> None:
        """Nothing is remembered."""
