"""Whatever is done with notes in whatever order, the float holds exactly what is out, and nothing is lost or made."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.spending.notes.sheaf import faults, fill_pot, float_of, notes_in, printed, printed_from_pot, use_by_hand
from tests.spending.shop import KEYRING, NOON, credits_of, earn
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.ledger.transfers import balance
from timecredits.spending.giving_models import Pot
from timecredits.spending.note_models import CreditNote
from timecredits.spending.notes.ending import expire_notes, void_notes
from timecredits.spending.notes.passes import MOST_OUT, give_back, list_passes, make_passes
from timecredits.spending.notes.replacing import replace_note

PICK = st.integers(0, 200)
WORTH = st.sampled_from([15, 30, 60, 90, 240])
STEPS = st.one_of(
    st.tuples(st.just("earn"), st.integers(1, 300)),
    st.tuples(st.just("print"), WORTH, st.integers(1, 4)),
    st.tuples(st.just("print_from_pot"), WORTH, st.integers(1, 4)),
    st.tuples(st.just("carry"), WORTH, st.integers(1, 6)),
    st.tuples(st.just("use"), PICK, st.integers(1, 300)),
    st.tuples(st.just("stop"), PICK),
    st.tuples(st.just("stop_all"), PICK),
    st.tuples(st.just("replace"), PICK),
    st.tuples(st.just("give_back"), PICK),
    st.tuples(st.just("wait"), st.integers(1, 500)),
    st.tuples(st.just("tidy")),
)


Answer = TypeVar("Answer")


@dataclass
class Story:
    """What ought to be true, in plain numbers: every note that is out with its value, and what each payer has."""

    session: Session
    world: World
    pot_id: UUID
    now: datetime = NOON
    mine: int = 0
    pot: int = 600
    out: dict[UUID, tuple[int, str]] = field(default_factory=dict)
    """Value and payer by note."""
    batches: list[UUID] = field(default_factory=list)
    used: int = 0

    def note(self, pick: int) -> UUID | None:
        known = sorted(self.out)
        return known[pick % len(known)] if known else None

    def keep(self, batch_id: UUID, payer: str) -> None:
        self.batches.append(batch_id)
        for note in notes_in(self.session, self.world, batch_id):
            self.out[note.id] = (note.minutes, payer)

    def pay(self, payer: str, minutes: int) -> None:
        if payer == "pot":
            self.pot += minutes
        else:
            self.mine += minutes

    def ended(self, note_id: UUID) -> None:
        minutes, payer = self.out.pop(note_id)
        self.pay(payer, minutes)

    def earn(self, minutes: int) -> None:
        earn(self.session, self.world, minutes)
        self.mine += minutes

    def print(self, minutes: int, count: int) -> None:
        made = _tried(lambda: printed(self.session, self.world, minutes=minutes, count=count).id)
        assert (made is None) == (minutes * count > self.mine)
        if made:
            self.mine -= minutes * count
            self.keep(made, "me")

    def print_from_pot(self, minutes: int, count: int) -> None:
        made = _tried(lambda: printed_from_pot(self.session, self.world, self.pot_id, minutes=minutes, count=count).id)
        assert (made is None) == (minutes * count > self.pot)
        if made:
            self.pot -= minutes * count
            self.keep(made, "pot")

    def carry(self, minutes: int, count: int) -> None:
        me = self.world.programme_id, self.world.volunteer_id
        good = len(list_passes(self.session, KEYRING, *me))
        made = _tried(lambda: make_passes(self.session, *me, batch_id=new_id(), minutes=minutes, count=count, user_id=None).id)
        assert (made is None) == (minutes * count > self.mine or good + count > MOST_OUT)
        if made:
            self.mine -= minutes * count
            self.keep(made, "me")
            self.batches.pop()  # no organisation's

    def use(self, pick: int, cost: int) -> None:
        note_id = self.note(pick)
        if note_id is None:
            return
        assert use_by_hand(self.session, self.world, note_id, cost)
        assert not use_by_hand(self.session, self.world, note_id, cost)
        minutes, payer = self.out.pop(note_id)
        self.used += min(cost, minutes)
        self.pay(payer, minutes - min(cost, minutes))

    def stop(self, pick: int) -> None:
        note_id = self.note(pick)
        for batch_id in self.batches if note_id else []:
            args = self.session, self.world.programme_id, self.world.organisation_id, batch_id
            if void_notes(*args, [note_id], reason="Lost", actor_id=None):  # type: ignore[list-item]
                self.ended(note_id)  # type: ignore[arg-type]

    def stop_all(self, pick: int) -> None:
        if not self.batches:
            return
        batch_id = self.batches[pick % len(self.batches)]
        inside = {note.id for note in notes_in(self.session, self.world, batch_id)} & set(self.out)
        args = self.session, self.world.programme_id, self.world.organisation_id, batch_id
        assert void_notes(*args, None, reason="Not needed", actor_id=None) == len(inside)
        for note_id in inside:
            self.ended(note_id)

    def replace(self, pick: int) -> None:
        note_id = self.note(pick)
        inside = {note.id for batch_id in self.batches for note in notes_in(self.session, self.world, batch_id)}
        if note_id not in inside:
            return
        new = _tried(
            lambda: replace_note(self.session, self.world.programme_id, self.world.organisation_id, note_id, actor_id=None)
        )
        if new is not None:
            self.out[new.id] = self.out.pop(note_id)

    def give_back(self, pick: int) -> None:
        me = self.world.programme_id, self.world.volunteer_id
        passes = list_passes(self.session, KEYRING, *me)
        if passes:
            chosen = passes[pick % len(passes)].id
            assert give_back(self.session, *me, chosen, user_id=None)
            assert not give_back(self.session, *me, chosen, user_id=None)
            self.ended(chosen)

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def tidy(self) -> None:
        expire_notes(self.session, self.world.programme_id, now=self.now)
        rows = {note_id for note_id in self.out if self._is_over(note_id)}
        for note_id in rows:
            self.ended(note_id)
        assert expire_notes(self.session, self.world.programme_id, now=self.now) == 0

    def _is_over(self, note_id: UUID) -> bool:
        return self.session.get_one(CreditNote, (self.world.programme_id, note_id), populate_existing=True).ended_at is not None

    def check(self) -> None:
        pot = self.session.get_one(Pot, (self.world.programme_id, self.pot_id))
        held = (
            credits_of(self.session, self.world),
            balance(self.session, self.world.programme_id, pot.account_id),
            float_of(self.session, self.world),
        )
        assert held == (self.mine, self.pot, sum(minutes for minutes, _payer in self.out.values()))
        assert faults(self.session, self.world) == []


def _tried(act: Callable[[], Answer]) -> Answer | None:
    with suppress(RuleError):
        return act()
    return None


def tell(engine: Engine, steps: list[tuple[object, ...]]) -> None:
    with Session(engine, expire_on_commit=False) as session:
        with clock.standing_at(NOON):
            world = build_world(session)
            story = Story(session, world, fill_pot(session, world, 600))
        for name, *values in steps:
            with clock.standing_at(story.now):
                getattr(story, str(name))(*values)
                story.check()
        session.rollback()


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_float_always_equals_what_is_out(engine: Engine, steps: list[tuple[object, ...]]) -> None:
    tell(engine, steps)
