"""Places and parties in any order: never over capacity, the line kept, the books of entry clean. On SQLite, without an end."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from tests.community.events.happening import BEGINS, NOW, make_fair
from tests.hours.conftest import make_place
from timecredits.community.events.door import CheckedIn
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.ledger.books import check_ledger
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.giving.books import check_giving

PEOPLE, PLACES = 5, 5
WHO, GUESTS = st.integers(0, PEOPLE - 1), st.integers(0, 3)


class FairMachine(RuleBasedStateMachine):
    """People book, bring more or fewer, cancel, come and are undone; a model of two lists says who is coming."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.mkdtemp()
        url = f"sqlite:///{Path(self.folder) / 'fair.db'}"
        migrating.upgrade(url)
        self.engine = make_engine(url)
        self.session = Session(self.engine, expire_on_commit=False)
        self.moment = NOW
        with clock.standing_at(NOW):
            place = make_place(self.session)
            here = (self.session, place.programme_id, place.organisation_id)
            self.people = [enrol_volunteer(*here, first_name=f"P{n}").volunteer.id for n in range(PEOPLE)]
            for number, each in enumerate(self.people[:3], start=1):
                place.record(place.new(each, 60 * number))
            self.fair = make_fair(place, capacity=PLACES, entry_minutes=30)
            self.fair.ask_for_credits()
        self.had = [place.credits(each) for each in self.people]
        self.coming: dict[int, int] = {}
        self.waiting: dict[int, int] = {}
        self.came: dict[int, int] = {}
        self.began = False

    def _free(self) -> int:
        return PLACES - sum(self.coming.values())

    def _move_up(self) -> None:
        for who in list(self.waiting):
            if not self.began and self.waiting[who] <= self._free():
                self.coming[who] = self.waiting.pop(who)

    def _change(self, who: int, party: int) -> bool:
        if who in self.waiting:
            self.waiting[who] = party
        elif party - self.coming[who] > self._free():
            return False
        else:
            self.coming[who] = party
        self._move_up()
        return True

    @rule(who=WHO, guests=GUESTS)
    def book(self, who: int, guests: int) -> None:
        if self.began:
            return
        self.moment += timedelta(seconds=1)
        party, fits = 1 + guests, True
        if who in self.coming | self.waiting:
            fits = self._change(who, party) if (self.coming | self.waiting)[who] != party else True
        else:
            (self.coming if party <= self._free() else self.waiting)[who] = party
        with clock.standing_at(self.moment):
            try:
                with self.session.begin_nested():
                    answer = self.fair.book(self.people[who], guests)
            except RuleError:
                assert not fits
            else:
                assert fits
                assert answer.is_coming == (who in self.coming)
                assert answer.line == (list(self.waiting).index(who) + 1 if who in self.waiting else 0)

    @rule(who=WHO)
    def cancel(self, who: int) -> None:
        if self.began:
            return
        with clock.standing_at(self.moment):
            try:
                moved = self.fair.cancel(self.people[who])
            except NotFoundError:
                assert who not in self.coming | self.waiting
                return
        before = set(self.coming)
        self.coming.pop(who, None)
        self.waiting.pop(who, None)
        self._move_up()
        assert {self.people[each] for each in set(self.coming) - before} == set(moved)

    @rule(who=WHO, guests=GUESTS)
    def come(self, who: int, guests: int) -> None:
        self.began, self.moment = True, max(self.moment, BEGINS)
        party = 1 + guests
        with clock.standing_at(self.moment):
            try:
                with self.session.begin_nested():
                    answer = self.fair.come(self.people[who], guests)
            except NotFoundError:
                assert who not in self.coming | self.waiting
                return
            except RuleError:
                assert party - self.coming.get(who, 0) > self._free()
                return
        if who not in self.came and answer.outcome is not CheckedIn.NOT_TAKEN:  # else nothing was changed
            self.waiting.pop(who, None)
            self.coming[who] = party
        if answer.outcome is CheckedIn.CAME:
            assert who not in self.came
            self.came[who] = answer.taken
            assert answer.taken == 30 * party
        elif answer.outcome is CheckedIn.NOT_TAKEN:
            assert self.had[who] < 30 * party
        else:
            assert who in self.came

    @rule(who=WHO)
    def undo(self, who: int) -> None:
        if who not in self.came:
            return
        with clock.standing_at(self.moment):
            assert self.fair.undo(self.people[who]) == self.came.pop(who)

    @invariant()
    def all_agree(self) -> None:
        if not hasattr(self, "began"):
            return
        assert sum(self.coming.values()) <= PLACES
        door = self.fair.door()
        names = {each: number for number, each in enumerate(self.people)}
        found = {names[each.volunteer_id]: each.guests + 1 for each in door if not each.is_waiting}
        assert found == self.coming
        assert [names[each.volunteer_id] for each in door if each.is_waiting] == list(self.waiting)
        assert {names[each.volunteer_id]: each.paid for each in door if each.came} == self.came
        for who, each in enumerate(self.people):
            assert self.fair.place.credits(each) == self.had[who] - self.came.get(who, 0)
        checks = (check_ledger, check_giving)
        assert not [fault for check in checks for fault in check(self.session, self.fair.programme_id)]

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)


FairMachine.TestCase.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
TestFair = FairMachine.TestCase
