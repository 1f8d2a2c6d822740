"""The database goes away while people use the site: its line is refused, cut at every byte, hung, slowed, or shut one way.

Each fault strikes while a till takes credits. The till then sends the same again until it is told for certain, as a till does;
at the end every balance must be what the answers leave. While the database is down everybody gets the page that says so, soon.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.figures import Figure
from tests.faults.bank.harness import UNKNOWN, Act, Told, Verdict, settle
from tests.faults.bank.real import RealBank, TillClient
from tests.faults.browsing import Browser, Got
from tests.faults.serving import Site, running
from tests.faults.town import Town, build_town
from tests.faults.wire import Way, Wire
from tests.real.postgresql_server import PostgresqlServer
from tests.web.world import PASSWORD

MOST_SECONDS = 5.0
"""Until the page that says that there is a short break."""
MOST_RECOVERY = 10.0
"""Seconds until the site works again, with no restart, once the database is back."""
SAYS = "short break"


@dataclass
class Told503:
    """What was seen while something was broken."""

    answers: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    struck: dict[str, int] = field(default_factory=dict)


def run(folder: Path, *, injections: int) -> list[Figure]:
    """So many faults of the line in turn, then the database down. On PostgreSQL, two workers."""
    server = PostgresqlServer(folder / "pg", settings=())  # durable: it is killed, and what was answered must be there
    server.start()
    try:
        town = build_town(server.url(), people=3)  # so few that nobody has too little
        with Wire(server.folder) as wire, running(Site(wire.url(), folder / "database.log")) as site:
            scene = Scene(town, site, wire)
            for number in range(3 * injections):  # a fault that waits for its byte may find that it never comes
                if sum(scene.seen.struck.values()) == injections:
                    break
                scene.strike(number)
            down = [*scene.refused(), *scene.stopped(server), *scene.hung()]
            verdict = scene.settle()
        town.engine.dispose()
    finally:
        server.stop("immediate")
    seen = scene.seen
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(seen.struck.items()))
    return [
        Figure("database: faults of the line that struck", sum(seen.struck.values()), "", kinds, at_least=injections),
        Figure(
            "database: answered for certain", verdict.acknowledged, "", "each after as many tries as it took", at_least=injections
        ),
        Figure(
            "database: cut after COMMIT, and found done",
            sum(each.repeats for each in scene.tills),
            "",
            "the same id sent again",
            at_least=seen.struck.get("cuts after COMMIT", 1),
        ),
        Figure("database: inconsistent", verdict.faults, "", "lost, doubled, below nothing, differing, books", at_most=0),
        Figure("database: other than the page or done", len(seen.wrong), "", "; ".join(seen.wrong[:3]), at_most=0),
        Figure("database: slowest recovery", max(seen.recoveries), "s", "no restart", at_most=MOST_RECOVERY),
        *down,
    ]


class Scene:
    """One till, one person who looks at pages, and the line that breaks."""

    def __init__(self, town: Town, site: Site, wire: Wire) -> None:
        self.site, self.wire, self.chance = site, wire, random.Random(7)
        self.bank = RealBank(town, site)
        self.tills = [TillClient(self.bank, each, random.Random(7)) for each in town.counters]
        self.reader = Browser(site.port)
        self.reader.sign_in(town.people[0].email, PASSWORD)
        self.told, self.seen = Told(), Told503()
        for _ in range(10):  # the lines are open after the first ones
            before = dict(wire.passed)
            self._finish(self.tills[0], self._next(self.tills[0]))
        self.usual = {way: wire.passed[way] - before[way] for way in ("up", "down")}

    def settle(self) -> Verdict:
        """What became of everything that was sent."""
        verdict = Verdict(acknowledged=len(self.told.done) + len(self.told.refused))
        settle(self.bank, self.told, verdict)
        return verdict

    def strike(self, number: int) -> None:
        """One fault, and one redemption that meets it."""
        kinds: list[tuple[str, Callable[[], None]]] = [
            ("cuts on the way up", lambda: self.wire.cut_after("up", self._place("up", number))),
            ("cuts on the way down", lambda: self.wire.cut_after("down", self._place("down", number))),
            ("cuts before COMMIT", lambda: self.wire.cut_at_word(b"COMMIT", passes=False)),
            ("cuts after COMMIT", lambda: self.wire.cut_at_word(b"COMMIT", passes=True)),
            ("ways shut", lambda: self.wire.shut_after("up", self._place("up", number))),
            ("slow lines", lambda: self.wire.slow(self.chance.randint(20, 400), 0.002)),
            ("lines cut at rest", self.wire.cut),
        ]
        kind, begin = kinds[number % len(kinds)]
        if number % 3 == 0:
            self.wire.cut()  # so that this one meets the opening of a line too
        begin()
        till = self.tills[number % len(self.tills)]
        act = self._next(till)
        self._once(till, act)
        struck = kind in {"slow lines", "lines cut at rest"} or self.wire.injected.is_set()
        self.wire.mend()
        self.seen.struck[kind] = self.seen.struck.get(kind, 0) + struck
        self._finish(till, act)

    def refused(self) -> Iterator[Figure]:
        """The database takes no line."""
        self.wire.refuse()
        yield from self._while_down("refused", 20, self.wire.mend)

    def stopped(self, server: PostgresqlServer) -> Iterator[Figure]:
        """The database's server is ended by SIGKILL, and later started again."""
        server.kill()
        yield from self._while_down("killed", 20, server.start)

    def hung(self) -> Iterator[Figure]:
        """The database takes what is sent and answers nothing. Who asks is told that there is a short break."""
        self.wire.hang()
        till = self.tills[0]
        act = self._next(till)
        impatient = TillClient(self.bank, till.till, random.Random(7), patience=4 * MOST_SECONDS)
        impatient.bodies = till.bodies
        begun = time.monotonic()
        self._once(impatient, act)
        waited = time.monotonic() - begun
        self.wire.mend()
        begun = time.monotonic()
        self._finish(till, act)
        yield Figure("database silent: slowest answer", waited, "s", "", at_most=MOST_SECONDS)
        yield Figure("database silent: works again after", time.monotonic() - begun, "s", "no restart", at_most=MOST_RECOVERY)

    def _while_down(self, how: str, times: int, mend: Callable[[], None]) -> Iterator[Figure]:
        answers: list[float] = []
        wrong: list[str] = []

        def look(number: int) -> None:
            begun = time.monotonic()
            try:
                got = self.reader.get("/my/")
            except OSError as fault:
                got = Got(0, {}, type(fault).__name__)
            answers.append(time.monotonic() - begun)
            if got.status != 503 or SAYS not in got.text:
                wrong.append(f"look {number}: {got.status}")

        waiting = [threading.Thread(target=look, args=(number,)) for number in range(times)]
        for each in waiting:
            each.start()
            each.join(0.2)
        till = self.tills[0]
        act = self._next(till)
        begun = time.monotonic()
        self._once(till, act)
        answers.append(time.monotonic() - begun)
        for each in waiting:
            each.join()
        mend()
        begun = time.monotonic()
        self._finish(till, act)
        while self.reader.get("/my/").status != 200:
            time.sleep(0.05)
        recovery = time.monotonic() - begun
        yield Figure(
            f"database {how}: slowest page that says so", max(answers), "s", f"{len(answers)} asked", at_most=MOST_SECONDS
        )
        yield Figure(f"database {how}: other answers", len(wrong), "", "; ".join(wrong[:3]), at_most=0)
        yield Figure(f"database {how}: works again after", recovery, "s", "no restart", at_most=MOST_RECOVERY)

    def _place(self, way: Way, number: int) -> int:
        """Somewhere in what one redemption usually sends this way, all over it in the end."""
        return 1 + int(self.usual[way] * ((number * 0.6180339887) % 1))

    def _next(self, till: TillClient) -> Act:
        act = till.next()
        while act is None:
            time.sleep(0.5)
            act = till.next()
        return act

    def _once(self, till: TillClient, act: Act) -> None:
        try:
            self._note(till, act)
        except UNKNOWN:
            return
        except AssertionError as fault:
            self.seen.wrong.append(str(fault)[:80])

    def _finish(self, till: TillClient, act: Act) -> None:
        begun = time.monotonic()
        while act.key not in self.told.done and act.key not in self.told.refused:
            self._once(till, act)
            if time.monotonic() - begun > 60:
                self.seen.wrong.append("no certain answer within a minute")
                break
        self.seen.recoveries.append(time.monotonic() - begun)

    def _note(self, till: TillClient, act: Act) -> None:
        answer = till.send(act)
        self.told.note(act, answer)
        till.told(act, answer)
