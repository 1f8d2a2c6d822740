"""Whatever is given, taken back, passed on and spent in whatever order: sums hold, and the books add up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.spending.giving.conftest import Givers
from tests.spending.giving.test_gifts import spend
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.spending.giving.funding import fill_pot, pass_on, take_from_pot
from timecredits.spending.giving.gift_undoing import take_back_for
from timecredits.spending.giving.gifts import Giver
from timecredits.spending.giving.giving_to_many import give_to_many, undo_many
from timecredits.spending.giving.helping import agree

STEPS = st.tuples(
    st.sampled_from(["give", "put", "help", "undo", "fill", "take", "pass", "many", "undo_many", "spend"]),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(1, 12),
)


class Model:
    """What everybody should hold, in plain numbers."""

    def __init__(self, givers: Givers) -> None:
        self.givers = givers
        self.people = [givers.sian, givers.joan, givers.amir]
        self.pot, self.common = givers.pot(), givers.community()
        self.holds = {person: givers.has(person) for person in self.people} | {self.pot: 0, self.common: 0}
        self.gifts: list[tuple[UUID, UUID, UUID, int]] = []
        self.together: list[tuple[UUID, list[UUID], int]] = []
        helped = {"helping_id": new_id(), "helper_id": givers.joan, "minutes_a_week": 60, "may_give": True}
        here = givers.session, givers.world.programme_id, givers.world.organisation_id
        agree(*here, givers.sian, **helped, actor_id=None)

    def move(self, out: UUID | None, into: UUID | None, minutes: int, act: Callable[[], object]) -> bool:
        """Let it happen if there is enough, else expect a refusal that changes nothing."""
        if out is not None and self.holds[out] < minutes:
            with pytest.raises(RuleError):
                act()
            return False
        act()
        for key, sign in ((out, -1), (into, 1)):
            if key is not None:
                self.holds[key] += sign * minutes
        return True

    def check(self) -> None:
        givers = self.givers
        assert {person: givers.has(person) for person in self.people} == {each: self.holds[each] for each in self.people}
        assert [givers.holds(pot) for pot in (self.pot, self.common)] == [self.holds[self.pot], self.holds[self.common]]
        givers.check()

    def step(self, kind: str, one: int, other: int, quarters: int) -> None:
        act = getattr(self, f"step_{kind}")
        act(self.people[one], self.people[other], quarters * 15)

    @property
    def here(self) -> tuple[Session, UUID]:
        return self.givers.session, self.givers.world.programme_id

    def step_give(self, person: UUID, receiver: UUID, minutes: int) -> None:
        form = new_id()
        if person == receiver:
            return
        giver = Giver(person, None)
        if self.move(person, receiver, minutes, lambda: self.givers.give(minutes, receiver, giver=giver, gift_id=form)):
            self.gifts.append((form, person, receiver, minutes))

    def step_help(self, _person: UUID, _receiver: UUID, minutes: int) -> None:
        form, givers = new_id(), self.givers
        try:
            givers.give(minutes, givers.amir, giver=Giver(givers.sian, None, givers.joan), gift_id=form)
        except RuleError:
            return
        self.holds[givers.sian] -= minutes
        self.holds[givers.amir] += minutes
        self.gifts.append((form, givers.sian, givers.amir, minutes))

    def step_put(self, _person: UUID, _receiver: UUID, minutes: int) -> None:
        form, sian = new_id(), self.givers.sian
        if self.move(sian, self.common, minutes, lambda: self.givers.put(self.common, minutes, gift_id=form)):
            self.gifts.append((form, sian, self.common, minutes))

    def step_undo(self, _person: UUID, _receiver: UUID, minutes: int) -> None:
        if not self.gifts:
            return
        gift_id, out, into, amount = self.gifts[minutes % len(self.gifts)]
        own = self.givers.world.organisation_id

        def undo() -> None:
            take_back_for(*self.here, own, gift_id, reason="A slip", actor_id=None)

        if self.givers.gift(gift_id).undone_at is not None:
            undo()
        else:
            self.move(into, out, amount, undo)

    def step_fill(self, _person: UUID, _receiver: UUID, minutes: int) -> None:
        form = new_id()
        self.move(None, self.pot, minutes, lambda: fill_pot(*self.here, self.pot, gift_id=form, minutes=minutes, actor_id=None))

    def step_take(self, _person: UUID, _receiver: UUID, minutes: int) -> None:
        form = new_id()

        def take() -> None:
            take_from_pot(*self.here, self.pot, movement_id=form, minutes=minutes, actor_id=None)

        self.move(self.pot, None, minutes, take)

    def step_pass(self, person: UUID, receiver: UUID, minutes: int) -> None:
        form = new_id()
        out, into = (self.pot, self.common) if person == receiver else (self.common, self.pot)
        self.move(out, into, minutes, lambda: pass_on(*self.here, out, into, gift_id=form, minutes=minutes, actor_id=None))

    def step_many(self, person: UUID, receiver: UUID, minutes: int) -> None:
        form, people = new_id(), sorted({person, receiver})

        def give() -> None:
            own = self.givers.world.organisation_id
            give_to_many(*self.here, own, self.pot, people, together_id=form, minutes=minutes, actor_id=None)

        if self.move(self.pot, None, minutes * len(people), give):
            for each in people:
                self.holds[each] += minutes
            self.together.append((form, people, minutes))

    def step_spend(self, person: UUID, _receiver: UUID, minutes: int) -> None:
        if self.holds[person] >= minutes:
            spend(self.givers, person, minutes)
            self.holds[person] -= minutes

    def step_undo_many(self, _person: UUID, _receiver: UUID, minutes: int) -> None:
        if self.together:
            self._undo_many(*self.together[minutes % len(self.together)])

    def _undo_many(self, form: UUID, people: list[UUID], minutes: int) -> None:
        here = self.givers.session, self.givers.world.programme_id, self.givers.world.organisation_id
        enough = all(self.holds[each] >= minutes for each in people)
        try:
            undone = undo_many(*here, form, reason="A slip", actor_id=None)
        except RuleError:
            assert not enough
            return
        assert undone in {0, len(people)}
        if undone:
            assert enough
            for each in people:
                self.holds[each] -= minutes
            self.holds[self.pot] += minutes * len(people)


@contextmanager
def put_back(givers: Givers) -> Iterator[None]:
    with givers.session.begin_nested() as back:
        yield
        back.rollback()
    givers.session.expire_all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_sums_hold_after_every_step(givers: Givers, steps: list[tuple[str, int, int, int]]) -> None:
    with put_back(givers):
        model = Model(givers)
        for step in steps:
            model.step(*step)
            model.check()
