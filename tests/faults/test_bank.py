"""The harness of the bank test sees each kind of fault, and nothing where there is none."""

import threading
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.faults.bank.harness import Act, Answer, Client, NoAnswerError, Snapshot, run


class TinyBank:
    """A bank in memory that can be made wrong in one way."""

    def __init__(self, fault: str = "") -> None:
        self.opening = {"a": 600, "b": 600}
        self.held = dict(self.opening)
        self.entries: Counter[str] = Counter()
        self.fault = fault
        self.lock = threading.Condition()
        self.sent = 0
        self.sure: list[str] = []

    def clients(self) -> Sequence[Client]:
        return [TinyClient(self, place) for place in range(3)]

    def start(self) -> None:
        """Nothing to start."""

    def kill(self, number: int) -> None:  # noqa: ARG002  the harness counts its kills
        """It forgets nothing, unless that is its fault."""
        with self.lock:
            assert self.lock.wait_for(lambda: self.sent >= 20, timeout=30)
            if self.fault == "lost":
                self.entries.pop(self.sure[0])

    def snapshot(self) -> Snapshot:
        with self.lock:
            return Snapshot(dict(self.held), Counter(self.entries))

    def read(self) -> tuple[int, int]:
        return (int(self.fault == "negative"), int(self.fault == "unbalanced"))

    def has_clean_books(self) -> bool:
        return self.fault != "unclean"

    def move(self, act: Act) -> Answer:
        with self.lock:
            self.sent += 1
            self.lock.notify_all()
            if act.key not in self.entries or self.fault == "doubled":
                self.entries[act.key] += 1
                if self.fault != "differing":
                    self.held[str(act.out_of)] -= act.minutes
                    self.held[str(act.into)] += act.minutes
            if self.sent % 5 == 0:
                raise NoAnswerError
            self.sure.append(act.key)
        return Answer.DONE


class TinyClient:
    def __init__(self, bank: TinyBank, place: int) -> None:
        self.bank, self.place, self.sent = bank, place, 0

    def next(self) -> Act | None:
        self.sent += 1
        return Act(f"{self.place}-{self.sent}", 1, "a", "b") if self.sent <= 60 else None

    def send(self, act: Act) -> Answer:
        return self.bank.move(act)

    def told(self, act: Act, answer: Answer) -> None:
        assert answer is Answer.DONE
        assert act.key.startswith(f"{self.place}-")


def test_a_bank_that_is_right_has_no_fault() -> None:
    verdict = run(TinyBank(), kills=1, every=0.05)
    assert verdict.faults == 0
    assert verdict.acknowledged > 0


@pytest.mark.parametrize("fault", ["lost", "doubled", "negative", "unbalanced", "differing", "unclean"])
def test_each_kind_of_fault_is_seen(fault: str) -> None:
    verdict = run(TinyBank(fault), kills=1, every=0.05)
    assert getattr(verdict, fault) > 0
