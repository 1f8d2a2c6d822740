"""What is done to a bank, whichever it is: 16 clients, kills, retries under the same key, and a reader all along.

A client sends an act until it gets an answer, DONE or REFUSED; then that is what must have become of it. So at the end every
balance is known to the minute. A bank says what it holds in a snapshot; the harness knows nothing else about it.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPException
from typing import Protocol


class Answer(Enum):
    """What a client was told for certain."""

    DONE = "done"
    REFUSED = "refused"


class NoAnswerError(Exception):
    """Nobody knows what became of the act: to be sent again under the same key."""


UNKNOWN = (OSError, HTTPException, NoAnswerError)


@dataclass(frozen=True)
class Act:
    """One movement of minutes under a key of its own, out of one account and into another; None: outside the bank."""

    key: str
    minutes: int
    out_of: str | None
    into: str | None


@dataclass(frozen=True)
class Snapshot:
    """What a bank holds at one moment: minutes by account, and how often each key was entered."""

    balances: Mapping[str, int]
    entries: Counter[str]


class Client(Protocol):
    """One of the 16."""

    def next(self) -> Act | None:
        """The next act to send, or None where there is nothing to do just now."""

    def send(self, act: Act) -> Answer:
        """Send it once. Raises one of UNKNOWN where no certain answer came."""

    def told(self, act: Act, answer: Answer) -> None:
        """Hear what came of it."""


class Bank(Protocol):
    """What is killed."""

    @property
    def opening(self) -> Mapping[str, int]:
        """Minutes by account before anything happened."""

    def clients(self) -> Sequence[Client]: ...
    def start(self) -> None: ...
    def kill(self, number: int) -> None: ...
    def snapshot(self) -> Snapshot: ...

    def read(self) -> tuple[int, int]:
        """How many accounts are below nothing, and whether all together are not what they must be (1), as of one moment."""

    def has_clean_books(self) -> bool: ...


@dataclass
class Verdict:
    """What was counted. All but the first three must be 0, and the books clean."""

    kills: int = 0
    acknowledged: int = 0
    reads: int = 0
    again: int = 0
    """Acts that had to be sent more than once."""
    lost: int = 0
    doubled: int = 0
    negative: int = 0
    unbalanced: int = 0
    differing: int = 0
    """Accounts that don't hold what the answers leave."""
    unclean: int = 0

    @property
    def faults(self) -> int:
        return self.lost + self.doubled + self.negative + self.unbalanced + self.differing + self.unclean


@dataclass
class Told:
    """What the clients were told."""

    done: dict[str, Act] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    again: int = 0

    def note(self, act: Act, answer: Answer) -> None:
        """Remember a certain answer."""
        with self.lock:
            if answer is Answer.DONE:
                self.done[act.key] = act
            else:
                self.refused.add(act.key)


def run(bank: Bank, *, kills: int, every: float, seed: int = 1) -> Verdict:
    """Run the test; `every` is about how many seconds pass between two kills. A client's own fault ends it and is raised."""
    told, verdict, ending, chance = Told(), Verdict(), threading.Event(), random.Random(seed)
    missing: set[str] = set()
    bank.start()
    clients = bank.clients()
    with ThreadPoolExecutor(len(clients) + 1) as pool:
        at_work = [pool.submit(_work, client, told, ending) for client in clients]
        at_work.append(pool.submit(_read, bank, verdict, ending))
        try:
            for number in range(kills):
                time.sleep(every * chance.uniform(0.7, 1.3))
                bank.kill(number)
                verdict.kills += 1
                bank.start()
                with told.lock:
                    sure = set(told.done)
                missing |= sure - set(bank.snapshot().entries)
                if any(each.done() for each in at_work):
                    break
            time.sleep(min(every, 2.0))
        finally:
            ending.set()
        for each in at_work:
            each.result()
    verdict.acknowledged, verdict.again = len(told.done), told.again
    settle(bank, told, verdict, missing)
    return verdict


def _work(client: Client, told: Told, ending: threading.Event) -> None:
    while not ending.is_set():
        act = client.next()
        if act is None:
            ending.wait(0.1)
            continue
        answer = _send(client, act, told)
        told.note(act, answer)
        client.told(act, answer)


def _send(client: Client, act: Act, told: Told) -> Answer:
    tries = 0
    while True:  # to the end, also after the last kill: an act without an answer can't be judged
        tries += 1
        try:
            answer = client.send(act)
        except UNKNOWN:
            time.sleep(0.1)
            continue
        if tries > 1:
            with told.lock:
                told.again += 1
        return answer


def _read(bank: Bank, verdict: Verdict, ending: threading.Event) -> None:
    while not ending.is_set():
        try:
            negative, unbalanced = bank.read()
        except UNKNOWN:
            ending.wait(0.1)
            continue
        verdict.reads += 1
        verdict.negative += negative
        verdict.unbalanced += unbalanced
        ending.wait(0.02)


def settle(bank: Bank, told: Told, verdict: Verdict, missing: set[str] | None = None) -> None:
    """Compare what stands at the end with what was told. `missing` was not there after a kill."""
    stands, expected = bank.snapshot(), Counter(bank.opening)
    for act in told.done.values():
        if act.out_of is not None:
            expected[act.out_of] -= act.minutes
        if act.into is not None:
            expected[act.into] += act.minutes
    verdict.lost = len((missing or set()) | (set(told.done) - set(stands.entries)))
    verdict.doubled += sum(count - 1 for count in stands.entries.values() if count > 1)
    verdict.doubled += len(told.refused & set(stands.entries))
    verdict.negative += sum(each < 0 for each in stands.balances.values())
    verdict.differing += sum(stands.balances[each] != expected[each] for each in bank.opening)
    verdict.unclean += not bank.has_clean_books()
