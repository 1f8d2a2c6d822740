"""Who writes while machines are lost: tills and people through the pages, and programs straight through the ledger.

Each act has an id of its own and is sent until a certain answer comes, and each answer is noted at once in a file outside of all
databases, with the moment it came. From these come what may not be lost, and how long nobody's writing was taken.
"""

import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.faults.bank.harness import UNKNOWN, Act, Answer, Client, NoAnswerError, Told
from tests.faults.bank.real import Giver, RealBank, TillClient
from tests.faults.town import Person, Town
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, post
from timecredits.network.models import Organisation

__all__ = ["PROGRAMS", "SITE", "Load", "Noted", "Writer", "clients_of"]

SITE, PROGRAMS = "site", "programs"
_PAUSE = 0.05
"""Seconds between two acts of a client: there are two cores for everything."""
_GIVERS, _WRITERS = 3, 3


class Noted(Told):
    """What clients were told, and when; also in a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.moments: dict[str, list[float]] = {SITE: [], PROGRAMS: []}
        self._file = file.open("a")

    def note_of(self, lane: str, act: Act, answer: Answer) -> None:
        """Remember a certain answer."""
        self.note(act, answer)
        with self.lock:
            self.moments[lane].append(time.monotonic())
            self._file.write(f"{act.key} {answer.value}\n")
            self._file.flush()

    def count(self, lane: str) -> int:
        """How many answers there were."""
        return len(self.moments[lane])

    def longest_gap(self, lane: str, since: float) -> float:
        """The longest time without an answer to anybody of this lane, from `since` on, in seconds."""
        with self.lock:
            moments = [since, *sorted(each for each in self.moments[lane] if each > since)]
        return max((later - earlier for earlier, later in pairwise(moments)), default=float("inf"))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Writer:
    """A program that books hours for one person, a quarter of an hour at a time."""

    def __init__(self, engine: Engine, town: Town, person: Person) -> None:
        self.engine, self.programme_id, self.person = engine, town.world.programme_id, person
        with transaction(engine) as session:
            self.source = session.get_one(Organisation, (self.programme_id, town.world.organisation_id)).account_id

    def next(self) -> Act:
        """The next booking."""
        self.movement = Movement(new_id(), self.source, self.person.account_id, 15, TransferKind.EARNED, clock.today())
        return Act(str(self.movement.id), 15, None, str(self.person.account_id))

    def send(self, act: Act) -> Answer:
        """Book it, or find it booked. Raises NoAnswerError."""
        try:
            with transaction(self.engine) as session:
                answer = post(session, self.programme_id, self.movement)
        except (DBAPIError, PoolTimeout) as fault:
            raise NoAnswerError from fault
        assert answer in {Posting.POSTED, Posting.ALREADY}, f"{act.key}: {answer}"
        return Answer.DONE

    def told(self, act: Act, answer: Answer) -> None:
        """Nothing is remembered."""


def clients_of(bank: RealBank, engine: Engine) -> Mapping[str, Sequence[Client]]:
    """Everybody, by the way they go; `engine` is that of the programs."""
    town = bank.town
    tills = [TillClient(bank, till, random.Random(place)) for place, till in enumerate(town.counters)]
    givers = [Giver(bank, person, random.Random(100 + place)) for place, person in enumerate(town.people[:_GIVERS])]
    return {SITE: [*tills, *givers], PROGRAMS: [Writer(engine, town, person) for person in town.people[:_WRITERS]]}


class Load:
    """Clients at work for a block; what they could not know at its end they go on asking until they do."""

    def __init__(self, clients: Mapping[str, Sequence[Client]], told: Noted) -> None:
        self.clients, self.noted, self._ending, self._given_up = clients, told, Event(), Event()
        self._pool = ThreadPoolExecutor(sum(map(len, clients.values())))
        self._at_work: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._at_work = [self._pool.submit(self._work, lane, each) for lane, some in self.clients.items() for each in some]
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._ending.set()
        if fault is not None:
            self._given_up.set()
        self._pool.shutdown(cancel_futures=True)
        if fault is None:
            for each in self._at_work:
                each.result()

    def wait_for_answers(self, count: int, *, patience: float = 120.0) -> None:
        """Until so many more have come on each way. Raises TimeoutError, or what a client stumbled over."""
        begun, before = time.monotonic(), {lane: self.noted.count(lane) for lane in self.clients}
        while any(self.noted.count(lane) < before[lane] + count for lane in self.clients):
            for each in self._at_work:
                if each.done():
                    each.result()
            if time.monotonic() - begun > patience:
                now = {lane: self.noted.count(lane) - before[lane] for lane in self.clients}
                raise TimeoutError(f"answers within {patience:.0f} s: {now}")
            time.sleep(_PAUSE)

    def _work(self, lane: str, client: Client) -> None:
        while not self._ending.wait(_PAUSE):
            act = client.next()
            if act is not None:
                answer = self._send(client, act)
                self.noted.note_of(lane, act, answer)
                client.told(act, answer)

    def _send(self, client: Client, act: Act) -> Answer:
        tries = 0
        while not self._given_up.is_set():  # to the end: an act without an answer can't be judged
            tries += 1
            try:
                answer = client.send(act)
            except UNKNOWN:
                time.sleep(2 * _PAUSE)
                continue
            if tries > 1:
                with self.noted.lock:
                    self.noted.again += 1
            return answer
        raise NoAnswerError
