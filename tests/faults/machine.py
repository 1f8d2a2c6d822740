"""A state machine over all that moves credits, beside a model of it in plain numbers: they must agree after every step.

    python -m tests.faults.machine DATABASE_URL EXAMPLES STEPS

Rules: post, reverse, use by a code, give, undo, take back, let run out, erase, and send anything again. Each example is rolled
back, so a database is migrated once. `forgetful` is the control: a model that is wrong about gifts of 45 minutes or more must be
found.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, scan, show, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.ledger.books import check_ledger
from timecredits.ledger.expiry import Horizon, expire
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, balances, post, reverse
from timecredits.network.models import Organisation, ProgrammeVenue
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.privacy.erasing import ask_to_erase, erase_one
from timecredits.spending.answers import Outcome
from timecredits.spending.giving.gift_undoing import take_back_for
from timecredits.spending.giving.gifts import Giver, give_to_person
from timecredits.spending.redemption import RedemptionRequest, attempt_id_of, redeem
from timecredits.spending.undoing import UNDO_WITHIN, undo

PEOPLE = 5
WHO = st.integers(0, PEOPLE - 1)
QUARTERS = st.integers(1, 16)
RUNS_OUT = timedelta(days=40)
"""How long ago credits came that run out; what was undone within UNDONE_LATELY still counts as used."""
UNDONE_LATELY = timedelta(days=10)


@dataclass
class Line:
    """What one movement did to one person's account, in the model."""

    at: datetime
    change: int
    undone_at: datetime | None = None


@dataclass
class Done:
    """A movement that can be sent again or undone: its lines by person. `kind` is the rule that made it."""

    kind: str
    id: UUID
    lines: dict[int, Line]
    again: Callable[[], bool]
    """Send it again; whether it was said to have been done before."""
    undo: Callable[[], object]
    """Undo it as its kind is undone."""


class CreditMachine(RuleBasedStateMachine):
    """The rules. `engine` and `world` are set by whoever runs it."""

    engine: ClassVar[Engine]
    world: ClassVar[World]
    forgetful: ClassVar[bool] = False
    counted: ClassVar[Counter[str]] = Counter()
    """Steps taken, and how many of them did something of each kind."""
    done: Bundle[Done] = Bundle("done")

    @initialize()
    def begin(self) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.now, self.steps = NOON, 0
        programme = self.programme = self.world.programme_id
        with clock.standing_at(self.now):
            people = [
                enrol_volunteer(self.session, programme, self.world.organisation_id, first_name="Model", last_name=f"Nr{each}")
                for each in range(PEOPLE)
            ]
        self.people = [each.volunteer.id for each in people]
        self.accounts = [each.volunteer.account_id for each in people]
        self.issuing = self.session.get_one(Organisation, (programme, self.world.organisation_id)).account_id
        self.venue = self.session.scalars(
            select(ProgrammeVenue.account_id).where(ProgrammeVenue.venue_id == self.world.venue_id)
        ).one()
        self.lines: list[list[Line]] = [[] for _ in range(PEOPLE)]
        self.erased: set[int] = set()
        self.ran_out: set[tuple[int, str]] = set()
        for who in range(PEOPLE):
            self._earned(who, 40)

    def holds(self, who: int) -> int:
        return sum(line.change for line in self.lines[who] if line.undone_at is None)

    def _keep(self, changes: dict[int, int]) -> dict[int, Line]:
        self.counted["movements"] += bool(changes)
        kept = {who: Line(self.now, change) for who, change in changes.items()}
        for who, line in kept.items():
            self.lines[who].append(line)
        return kept

    def _posted(self, kind: str, who: int, movement: Movement, change: int) -> Done:
        session, programme = self.session, self.programme

        def back() -> Posting:
            parts = {"reversal_id": new_id(), "reason": "A slip.", "actor": None, "occurred_on": clock.today()}
            return reverse(session, programme, movement.id, **parts)  # type: ignore[arg-type]

        lines = self._keep({who: change})
        return Done(kind, movement.id, lines, lambda: post(session, programme, movement) is Posting.ALREADY, back)

    @rule(target=done, who=WHO, quarters=QUARTERS)
    def earn(self, who: int, quarters: int) -> Done:
        return self._earned(who, quarters)

    def _earned(self, who: int, quarters: int) -> Done:
        with clock.standing_at(self.now):
            movement = Movement(new_id(), self.issuing, self.accounts[who], quarters * 15, TransferKind.EARNED, clock.today())
            assert post(self.session, self.programme, movement) is Posting.POSTED
            return self._posted("post", who, movement, movement.amount)

    @rule(target=done, who=WHO, quarters=QUARTERS)
    def pay(self, who: int, quarters: int) -> Done:
        with clock.standing_at(self.now):
            movement = Movement(new_id(), self.accounts[who], self.venue, quarters * 15, TransferKind.USED, clock.today())
            answer = post(self.session, self.programme, movement)
            if self.holds(who) >= movement.amount:
                assert answer is Posting.POSTED
                return self._posted("post", who, movement, -movement.amount)
            assert answer is Posting.NOT_ENOUGH
            return self._nothing()

    @rule(target=done, who=WHO, adults=st.integers(1, 3))
    def use(self, who: int, adults: int) -> Done:
        self.now += timedelta(seconds=31)
        if who in self.erased:
            return self._nothing()
        with clock.standing_at(self.now):
            code = show(self.session, self.world, self.people[who]).qr_text
            request = scan(self.world, code, adults=adults)
            outcome = self._redeem(request)
            if self.holds(who) < adults * 60:
                assert outcome is Outcome.NOT_ENOUGH, outcome
                return self._nothing()
            assert outcome is Outcome.TAKEN, outcome
        at = till_of(self.world)
        lines = self._keep({who: -adults * 60})
        key = attempt_id_of(at, request.id)
        done_before = {Outcome.ALREADY_DONE, Outcome.ALREADY_UNDONE, Outcome.UNDONE}
        return Done(
            "use",
            key,
            lines,
            lambda: self._redeem(request) in done_before,
            lambda: undo(self.session, at, key, "A slip.").outcome,
        )

    def _redeem(self, request: RedemptionRequest) -> Outcome:
        return redeem(self.session, KEYRING, till_of(self.world), request).outcome

    @rule(target=done, giver=WHO, step=st.integers(1, PEOPLE - 1), quarters=QUARTERS)
    def give(self, giver: int, step: int, quarters: int) -> Done:
        to, gift_id, minutes = (giver + step) % PEOPLE, new_id(), quarters * 15
        if {giver, to} & self.erased:
            return self._nothing()

        def send() -> bool:
            by = Giver(self.people[giver], None)
            return give_to_person(self.session, self.programme, by, self.people[to], gift_id=gift_id, minutes=minutes).again

        def back() -> bool:
            own = self.world.organisation_id
            return take_back_for(self.session, self.programme, own, gift_id, reason="A slip.", actor_id=None)

        with clock.standing_at(self.now):
            enough = self.holds(giver) >= minutes
            assert self._goes(send) is enough
            if not enough:
                return self._nothing()
        forgotten = self.forgetful and minutes >= 45
        return Done("give", gift_id, self._keep({giver: 0 if forgotten else -minutes, to: minutes}), send, back)

    def _goes(self, act: Callable[[], object]) -> bool:
        try:
            with self.session.begin_nested():
                act()
        except RuleError:
            return False
        return True

    def _nothing(self) -> Done:
        return Done("nothing", new_id(), {}, lambda: True, lambda: None)

    @rule(each=done)
    def replay(self, each: Done) -> None:
        if not set(each.lines) & self.erased:
            with clock.standing_at(self.now):
                assert each.again(), each.kind
            self.counted["sent again"] += each.kind != "nothing"

    @rule(each=done)
    def take_back(self, each: Done) -> None:
        if each.kind == "nothing" or set(each.lines) & self.erased:
            return
        undone = any(line.undone_at is not None for line in each.lines.values())
        enough = all(self.holds(who) >= line.change for who, line in each.lines.items())
        late = each.kind == "use" and self.now - next(iter(each.lines.values())).at > UNDO_WITHIN
        with clock.standing_at(self.now):
            answer = self._undone(each)
        if undone:
            assert answer in {Posting.ALREADY, Outcome.ALREADY_UNDONE, False}, (each.kind, answer)
        elif late:
            assert answer is Outcome.TOO_LATE_TO_UNDO, answer
        elif not enough:
            assert answer in {Posting.NOT_ENOUGH, "refused"}, (each.kind, answer)
        else:
            assert answer in {Posting.POSTED, Outcome.UNDONE, True}, (each.kind, answer)
            self.counted["undone"] += 1
            for line in each.lines.values():
                line.undone_at = self.now

    def _undone(self, each: Done) -> object:
        try:
            with self.session.begin_nested():
                return each.undo()
        except RuleError:
            return "refused"

    @rule(days=st.integers(1, 45))
    def later(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def run_out(self) -> None:
        """First received, first used, worked out from the model's own lines."""
        horizon = Horizon(self.now - RUNS_OUT, self.now - UNDONE_LATELY)
        with clock.standing_at(self.now):
            day, month = clock.today(), f"{clock.today():%Y-%m}"
            gone = expire(self.session, self.programme, self.accounts, horizon, day=day)
        expected = {}
        for who in range(PEOPLE):
            came = sum(
                line.change
                for line in self.lines[who]
                if line.change > 0 and line.undone_at is None and line.at < horizon.received_before
            )
            went = -sum(
                line.change
                for line in self.lines[who]
                if line.change < 0 and (line.undone_at is None or line.undone_at >= horizon.undone_before)
            )
            if came > went and (who, month) not in self.ran_out:
                expected[who] = came - went
                self.ran_out.add((who, month))
        assert gone == {self.accounts[who]: minutes for who, minutes in expected.items()}
        self.counted["ran out"] += len(expected)
        self._keep({who: -minutes for who, minutes in expected.items()})

    @precondition(lambda self: len(self.erased) < 2)
    @rule(who=WHO)
    def erase(self, who: int) -> None:
        if who in self.erased:
            return
        erasure_id = new_id()
        with clock.standing_at(self.now):
            row = ask_to_erase(self.session, self.programme, self.people[who], erasure_id=erasure_id, actor_id=None)
            wait = row.due_on - clock.today()
        self.now += wait
        with clock.standing_at(self.now):
            assert erase_one(self.session, self.programme, erasure_id)
            assert not erase_one(self.session, self.programme, erasure_id)
        self.erased.add(who)
        self.counted["erased"] += 1
        if self.holds(who):
            self._keep({who: -self.holds(who)})

    @invariant()
    def agrees(self) -> None:
        held = balances(self.session, self.programme, self.accounts)
        assert [held[each] for each in self.accounts] == [self.holds(who) for who in range(PEOPLE)]
        self.steps += 1
        self.counted["steps"] += 1
        if self.steps % 10 == 0:
            assert check_ledger(self.session, self.programme) == []

    def teardown(self) -> None:
        if hasattr(self, "session"):
            assert check_ledger(self.session, self.programme) == []
            self.session.close()
            self.outer.rollback()
            self.connection.close()


def machine(engine: Engine, world: World, *, forgetful: bool = False) -> type[CreditMachine]:
    """The machine on a migrated database in which `world` stands."""
    return type("Machine", (CreditMachine,), {"engine": engine, "world": world, "forgetful": forgetful, "counted": Counter()})


def run(url: str, *, examples: int, steps: int, seeded: bool = True) -> Counter[str]:
    """Migrate the database, make the world and run; what was done, counted. Raises AssertionError where the books differ."""
    migrating.upgrade(url)
    engine = make_engine(url)
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
    whole = machine(engine, world)
    try:
        run_state_machine_as_test(whole, settings=chosen(examples, steps, seeded=seeded))
    finally:
        engine.dispose()
    return whole.counted


def chosen(examples: int, steps: int, *, seeded: bool, shrink: bool = True) -> settings:
    """So many examples of at most so many steps each; `seeded`: the same every time."""
    parts: dict[str, Any] = {"derandomize": True} if seeded else {"database": InMemoryExampleDatabase()}
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        **parts,
    )


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], examples=int(sys.argv[2]), steps=int(sys.argv[3]), seeded=False)))
