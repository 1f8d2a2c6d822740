"""The waiting list against a model of it: two plain lists, in the order in which people came."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from tests.hours.conftest import make_place
from tests.hours.planning.planned import NOW, TODAY, plan_tuesdays
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import ActivitySession, SignUpStatus
from timecredits.hours.planning.my_sessions import find_mine
from timecredits.hours.planning.sessions import keep_session
from timecredits.hours.planning.signing_up import cancel_sign_up, fill_places, free_places, list_sign_ups, sign_up
from timecredits.network.volunteers import enrol_volunteer

PEOPLE = 6
WHO = st.integers(0, PEOPLE - 1)


class WaitingListMachine(RuleBasedStateMachine):
    """People come and go in any order while the number of places changes."""

    @initialize(places=st.integers(1, 3))
    def begin(self, places: int) -> None:
        self.folder = tempfile.mkdtemp()
        url = f"sqlite:///{Path(self.folder) / 'list.db'}"
        migrating.upgrade(url)
        self.engine = make_engine(url)
        self.session = Session(self.engine, expire_on_commit=False)
        self.moment, self.places = NOW, places
        with clock.standing_at(NOW):
            self.planned = plan_tuesdays(make_place(self.session), capacity=places)
            here = (self.session, self.planned.programme_id, self.planned.place.organisation_id)
            self.people = [enrol_volunteer(*here, first_name=f"P{n}").volunteer.id for n in range(PEOPLE)]
            self.row: ActivitySession = keep_session(self.session, self.planned.programme_id, self.planned.on(), actor_id=None)
        self.coming: list[int] = []
        self.waiting: list[int] = []

    def _move_up(self) -> list[UUID]:
        free = max(self.places - len(self.coming), 0)
        moved, self.waiting = self.waiting[:free], self.waiting[free:]
        self.coming += moved
        return [self.people[each] for each in moved]

    @rule(who=WHO)
    def come(self, who: int) -> None:
        self.moment += timedelta(seconds=1)
        with clock.standing_at(self.moment):
            answer = sign_up(
                self.session, self.planned.programme_id, self.people[who], self.planned.on(), actor_id=None, today=TODAY
            )
        if who not in self.coming + self.waiting:
            (self.coming if len(self.coming) < self.places else self.waiting).append(who)
        assert answer.is_coming == (who in self.coming)
        assert answer.line == (self.waiting.index(who) + 1 if who in self.waiting else 0)

    @rule(who=WHO)
    def go(self, who: int) -> None:
        with clock.standing_at(self.moment):
            try:
                moved = cancel_sign_up(self.session, self.planned.programme_id, self.people[who], self.row.id, actor_id=None)
            except NotFoundError:
                moved = ()
                assert who not in self.coming + self.waiting
        for each in (self.coming, self.waiting):
            if who in each:
                each.remove(who)
        assert list(moved) == self._move_up()

    @rule(places=st.integers(1, 5))
    def make_room(self, places: int) -> None:
        self.places = self.row.capacity = places
        self.session.flush()
        with clock.standing_at(self.moment):
            assert list(fill_places(self.session, self.planned.programme_id, self.row.id)) == self._move_up()

    @invariant()
    def both_agree(self) -> None:
        if not hasattr(self, "row"):
            return
        programme_id = self.planned.programme_id
        listed = list_sign_ups(self.session, programme_id, [self.row.id]).get(self.row.id, [])
        for status, known in ((SignUpStatus.COMING, self.coming), (SignUpStatus.WAITING, self.waiting)):
            found = [each.volunteer_id for each in listed if each.status is status]
            expected = [self.people[each] for each in known]
            assert (sorted(found) == sorted(expected)) if status is SignUpStatus.COMING else (found == expected)
        free = free_places(self.session, programme_id, [self.planned.on()])[self.row.id]
        assert free == max(self.places - len(self.coming), 0)
        assert not (free and self.waiting)  # nobody waits while a place is free
        for place, who in enumerate(self.waiting, 1):
            mine = find_mine(self.session, programme_id, self.people[who], self.row.id)
            assert mine is not None
            assert mine.line == place

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)


TestWaitingList = WaitingListMachine.TestCase
TestWaitingList.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
