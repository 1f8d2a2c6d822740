"""Pairs against a model of them, in any order of acts: nothing after an end but reading, places never overdrawn, hours once."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.community.mentoring.paired import BASE_URL, KEYRING, Paired, make_paired
from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.ending import end_between, end_mentoring
from timecredits.community.mentoring.goals import add_goal, list_goals
from timecredits.community.mentoring.meetings import list_meetings, note_meeting
from timecredits.community.mentoring.mentors import change_mentor
from timecredits.community.mentoring.own_pairs import list_own, read_own
from timecredits.community.mentoring.parties import OPEN, Party, Side
from timecredits.community.mentoring_models import Mentor, Mentoring, MentoringState
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.models import HourEntry
from timecredits.network.blocks import keep_apart
from timecredits.network.volunteers import enrol_volunteer

MENTORS, MENTEES = 2, 3
WHICH = st.integers(0, 7)
SIDES = st.sampled_from([Side.WORKER, Side.MENTOR, Side.MENTEE])


class PairsMachine(RuleBasedStateMachine):
    """Two mentors and three people who would like one."""

    @initialize(most=st.integers(1, 2))
    def begin(self, most: int) -> None:
        self.folder = tempfile.mkdtemp()
        url = f"sqlite:///{Path(self.folder) / 'pairs.db'}"
        migrating.upgrade(url)
        self.engine = make_engine(url)
        self.session = Session(self.engine, expire_on_commit=False)
        self.paired: Paired = make_paired(self.session)
        enrolled = [
            enrol_volunteer(self.session, *self.paired.here, first_name=f"P{n}").volunteer.id for n in range(MENTORS + MENTEES)
        ]
        self.offers = [self.paired.offers(each, most=most) for each in enrolled[:MENTORS]]
        self.mentors, self.mentees = enrolled[:MENTORS], enrolled[MENTORS:]
        self.most = [most] * MENTORS
        self.pairs: list[tuple[UUID, int, int]] = []
        self.state: dict[UUID, MentoringState] = {}
        self.yes: dict[UUID, set[Side]] = {}
        self.goals: dict[UUID, int] = {}
        self.met: set[UUID] = set()
        self.apart: set[tuple[int, int]] = set()

    def _party(self, pair: tuple[UUID, int, int], side: Side) -> Party:
        mentor, mentee = self.mentors[pair[1]], self.mentees[pair[2]]
        whose = {Side.WORKER: self.paired.place.organisation_id, Side.MENTOR: mentor, Side.MENTEE: mentee}[side]
        return Party(side, whose, self.paired.staff if side is Side.WORKER else whose)

    def _works(self, act: Callable[[], object], *, expected: bool) -> None:
        """The act is done where the model says so, and refused with nothing changed where it doesn't."""
        if expected:
            act()
        else:
            with pytest.raises((RuleError, NotFoundError)):
                act()

    def _open(self) -> list[tuple[UUID, int, int]]:
        return [each for each in self.pairs if self.state[each[0]] in OPEN]

    @rule(mentor=st.integers(0, MENTORS - 1), mentee=st.integers(0, MENTEES - 1))
    def match(self, mentor: int, mentee: int) -> None:
        standing = [each[1:] for each in self._open()]
        room = sum(each[0] == mentor for each in standing) < self.most[mentor]
        expected = room and (mentor, mentee) not in standing and (mentor, mentee) not in self.apart
        key = new_id()
        self._works(lambda: self.paired.propose(self.mentees[mentee], self.offers[mentor], key), expected=expected)
        if expected:
            self.pairs.append((key, mentor, mentee))
            self.state[key], self.yes[key], self.goals[key] = MentoringState.PROPOSED, set(), 0

    @precondition(lambda self: bool(getattr(self, "pairs", ())))
    @rule(which=WHICH, side=st.sampled_from([Side.MENTOR, Side.MENTEE]), by_worker=st.booleans())
    def say_yes(self, which: int, side: Side, by_worker: bool) -> None:  # noqa: FBT001
        pair = self.pairs[which % len(self.pairs)]
        party = self._party(pair, Side.WORKER if by_worker else side)
        act = {"said_by": side if by_worker else None, "base_url": BASE_URL}
        here = (self.session, self.paired.programme_id, pair[0], party)
        expected = self.state[pair[0]] in OPEN
        self._works(lambda: agree(*here, **act), expected=expected)  # type: ignore[arg-type]
        if expected:
            self.yes[pair[0]].add(side)
            if len(self.yes[pair[0]]) == 2:
                self.state[pair[0]] = MentoringState.AGREED

    @precondition(lambda self: bool(getattr(self, "pairs", ())))
    @rule(which=WHICH, side=SIDES)
    def end(self, which: int, side: Side) -> None:
        pair = self.pairs[which % len(self.pairs)]
        here = (self.session, self.paired.programme_id, pair[0], self._party(pair, side))
        assert end_mentoring(*here, base_url=BASE_URL) == (self.state[pair[0]] in OPEN)
        self.state[pair[0]] = MentoringState.ENDED

    @precondition(lambda self: bool(getattr(self, "pairs", ())))
    @rule(which=WHICH, side=SIDES)
    def set_a_goal(self, which: int, side: Side) -> None:
        pair = self.pairs[which % len(self.pairs)]
        here = (self.session, KEYRING, self.paired.programme_id, pair[0], self._party(pair, side), "Swim")
        expected = self.state[pair[0]] is MentoringState.AGREED and side is not Side.MENTOR
        self._works(lambda: add_goal(*here, goal_id=new_id()), expected=expected)
        self.goals[pair[0]] += expected

    @precondition(lambda self: bool(getattr(self, "pairs", ())))
    @rule(which=WHICH)
    def meet(self, which: int) -> None:
        pair = self.pairs[which % len(self.pairs)]
        expected = self.state[pair[0]] is MentoringState.AGREED and pair[0] not in self.met
        today = clock.today()
        here = (self.session, KEYRING, self.paired.programme_id, pair[0], self._party(pair, Side.WORKER))
        values = {"meeting_id": new_id(), "held_on": today, "minutes": 5, "words": "", "today": today}
        self._works(lambda: note_meeting(*here, **values), expected=expected)  # type: ignore[arg-type]
        if expected:
            self.met.add(pair[0])

    @rule(mentor=st.integers(0, MENTORS - 1), mentee=st.integers(0, MENTEES - 1))
    def block(self, mentor: int, mentee: int) -> None:
        two = (self.mentees[mentee], self.mentors[mentor])
        keep_apart(self.session, self.paired.programme_id, *two, shown_as="P", actor_id=None)
        ended = [each[0] for each in self._open() if each[1:] == (mentor, mentee)]
        assert end_between(self.session, self.paired.programme_id, *two) == len(ended)
        self.state |= dict.fromkeys(ended, MentoringState.ENDED)
        self.apart.add((mentor, mentee))

    @rule(mentor=st.integers(0, MENTORS - 1), most=st.integers(1, 3))
    def change_room(self, mentor: int, most: int) -> None:
        expected = most >= sum(each[1] == mentor for each in self._open())
        here = (self.session, KEYRING, *self.paired.here, self.offers[mentor])
        self._works(lambda: change_mentor(*here, most=most, words=""), expected=expected)
        if expected:
            self.most[mentor] = most

    @invariant()
    def both_agree(self) -> None:
        if not hasattr(self, "apart"):
            return
        self.session.expire_all()
        rows = {row.id: row for row in self.session.scalars(select(Mentoring))}
        assert {key: row.state for key, row in rows.items()} == self.state
        standing = [row for row in rows.values() if row.state in OPEN]
        assert len({frozenset((row.mentor_id, row.mentee_id)) for row in standing}) == len(standing)
        for number, offer in enumerate(self.offers):
            taken = sum(row.mentor_id == self.mentors[number] for row in standing)
            assert taken <= self.session.get_one(Mentor, (self.paired.programme_id, offer)).most == self.most[number]
        for key, row in rows.items():
            assert len(list_goals(self.session, KEYRING, row)) == self.goals[key]
            assert list_meetings(self.session, KEYRING, row).total == (key in self.met)
        assert self.session.scalar(select(func.count()).select_from(HourEntry)) == len(self.met)

    @invariant()
    def what_the_two_read(self) -> None:
        for pair in getattr(self, "pairs", ()):
            key, mentor, mentee = pair
            over, apart = self.state[key] is MentoringState.ENDED, (mentor, mentee) in self.apart
            seen = {each.id for each in list_own(self.session, self.paired.programme_id, self.mentors[mentor])}
            assert (key in seen) == (over or not apart)
            here = (self.session, KEYRING, self.paired.programme_id, key)
            read = read_own(*here, self._party(pair, Side.MENTEE))
            assert len(read.goals) == self.goals[key]
            assert (read.pair.other == "") == over
            if over:
                mentors = read_own(*here, self._party(pair, Side.MENTOR))
                assert (mentors.goals, mentors.meetings, mentors.agreement) == ((), None, None)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.session.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)


TestPairs = PairsMachine.TestCase
TestPairs.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)
