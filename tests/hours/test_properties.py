"""Whatever is done in whatever order: hours are evidence that spending never changes, and hours and credits agree."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.hours.conftest import TODAY, Place, make_place
from timecredits.foundation.db import make_engine, new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import correct_hours, take_away_hours
from timecredits.hours.earning import week_of
from timecredits.hours.history.hour_history import hour_history, hour_totals
from timecredits.hours.importing.import_hours import run_import
from timecredits.hours.models import HourEntry
from timecredits.hours.shortfalls import owed_by
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, Posting, balance, open_account, post, reverse
from timecredits.network.models import Volunteer
from timecredits.network.settings import Rest, SpentCorrection, change_setting

MONDAY = date(2026, 11, 9)
SETTINGS = st.sampled_from(
    [
        ("credit_step", 1),
        ("credit_step", 15),
        ("credit_step", 60),
        ("credit_rest", Rest.CARRY),
        ("credit_rest", Rest.DROP),
        ("credits_a_day", None),
        ("credits_a_day", 180),
        ("credits_a_week", None),
        ("credits_a_week", 400),
        ("spent_correction", SpentCorrection.SHORTFALL),
        ("spent_correction", SpentCorrection.GOODWILL),
    ]
)
WHO = st.integers(0, 1)
MINUTES = st.integers(1, 300)
PICK = st.integers(0, 50)
STEPS = st.one_of(
    st.tuples(st.just("record"), WHO, st.lists(st.tuples(st.integers(0, 9), MINUTES), min_size=1, max_size=4)),
    st.tuples(st.just("correct"), PICK, MINUTES),
    st.tuples(st.just("take_away"), PICK),
    st.tuples(st.just("take_many_away"), PICK),
    st.tuples(st.just("spend"), WHO, MINUTES),
    st.tuples(st.just("give"), WHO, MINUTES),
    st.tuples(st.just("expire"), WHO, MINUTES),
    st.tuples(st.just("undo"), PICK),
    st.tuples(st.just("import"), st.integers(0, 2)),
    st.tuples(st.just("set"), SETTINGS),
)


@dataclass
class Story:
    """A place in which things happen, and what ought to be true of it in plain numbers."""

    place: Place
    standing: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    """Whose hours count and how many minutes, by entry."""
    spent: list[UUID] = field(default_factory=list)
    imported: set[int] = field(default_factory=set)

    @property
    def here(self) -> tuple[Session, UUID, UUID]:
        return self.place.session, self.place.programme_id, self.place.organisation_id

    @property
    def people(self) -> list[UUID]:
        return [self.place.sian, self.place.lukasz]

    def account(self, who: int) -> UUID:
        return self.place.session.get_one(Volunteer, (self.place.programme_id, self.people[who])).account_id

    def picked(self, number: int) -> UUID | None:
        entries = sorted(self.standing)
        return entries[number % len(entries)] if entries else None

    def do(self, step: tuple[object, ...]) -> None:
        name, *values = step
        act: Callable[..., None] = getattr(self, str(name) if name not in {"import", "set"} else f"{name}_")
        act(*values)

    def record(self, who: int, hours: list[tuple[int, int]]) -> None:
        new = [self.place.new(self.people[who], minutes, MONDAY + timedelta(days=day)) for day, minutes in hours]
        try:
            with self.place.session.begin_nested():
                self.place.record(*new, *new)
        except RuleError:
            return
        self.standing |= {entry.id: (entry.volunteer_id, entry.minutes) for entry in new}

    def correct(self, number: int, minutes: int | None) -> None:
        entry_id = self.picked(number)
        if entry_id is None:
            return
        try:
            corrected = correct_hours(*self.here, entry_id, minutes=minutes, reason="A slip", actor_id=None, today=TODAY)
        except RuleError:
            return
        who, _ = self.standing.pop(entry_id)
        if corrected.replacement_id is not None:
            self.standing[corrected.replacement_id] = who, corrected.after

    def take_away(self, number: int) -> None:
        self.correct(number, None)

    def take_many_away(self, number: int) -> None:
        entries = sorted(self.standing)[: number % 4]
        assert len(take_away_hours(*self.here, entries, reason="A slip", actor_id=None, today=TODAY)) == len(entries)
        for entry_id in entries:
            del self.standing[entry_id]

    def spend(self, who: int, minutes: int, kind: AccountKind = AccountKind.VENUE, why: TransferKind = TransferKind.USED) -> None:
        session, programme_id, _ = self.here
        movement = Movement(new_id(), self.account(who), open_account(session, programme_id, kind), minutes, why, TODAY)
        if post(session, programme_id, movement) is Posting.POSTED:
            self.spent.append(movement.id)

    def expire(self, who: int, minutes: int) -> None:
        self.spend(who, minutes, AccountKind.EXPIRED, TransferKind.EXPIRED)

    def give(self, who: int, minutes: int) -> None:
        session, programme_id, _ = self.here
        movement = Movement(new_id(), self.account(who), self.account(1 - who), minutes, TransferKind.GIVEN, TODAY)
        post(session, programme_id, movement)

    def undo(self, number: int) -> None:
        session, programme_id, _ = self.here
        if self.spent:
            transfer_id = self.spent[number % len(self.spent)]
            reverse(session, programme_id, transfer_id, reversal_id=new_id(), reason="Undone", actor=None, occurred_on=TODAY)

    def import_(self, number: int) -> None:
        rows = [f"{MONDAY + timedelta(days=day):%d/%m/%Y},Łukasz Żak,{number + 1}" for day in range(2)]
        content = "\n".join(["Date,Name,Hours", *rows]).encode()
        result = run_import(*self.here, content, "sheet.csv", activity="Garden group", today=TODAY, actor_id=None)
        assert number not in self.imported or result.imported == 0
        if number not in self.imported and result.imported:
            self.imported.add(number)
            self.standing |= {row.entry_id: (self.place.lukasz, row.minutes) for row in result.rows}

    def set_(self, change: tuple[str, object]) -> None:
        name, value = change
        change_setting(self.place.session, self.place.programme_id, name, value, actor_id=None)

    def check(self) -> None:
        """Everything that must be true after every step."""
        session, programme_id, _ = self.here
        assert check_ledger(session, programme_id) == check_hours(session, programme_id) == []
        totals = hour_totals(session, programme_id, self.people)
        for number, person in enumerate(self.people):
            counts = sum(minutes for who, minutes in self.standing.values() if who == person)
            assert hour_history(session, programme_id, person, as_of=TODAY).total_minutes == totals[person].minutes == counts
            assert balance(session, programme_id, self.account(number)) >= 0
        assert all(minutes > 0 for minutes in owed_by(session, programme_id, self.people).values())


STORIES = given(st.lists(STEPS, max_size=14))


@contextmanager
def story_in(engine: Engine) -> Iterator[Story]:
    """A story of its own, of which nothing stays."""
    with Session(engine, expire_on_commit=False) as session:
        yield Story(make_place(session))
        session.rollback()


def live(engine: Engine, steps: list[tuple[object, ...]]) -> None:
    """Take every step and check after each."""
    with story_in(engine) as story:
        for step in steps:
            story.do(step)
            story.check()


@pytest.fixture(scope="module")
def sqlite_engine(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("properties") / "timecredits.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@STORIES
@settings(max_examples=50, deadline=None)
def test_hours_and_credits_agree_whatever_happens_on_sqlite(sqlite_engine: Engine, steps: list[tuple[object, ...]]) -> None:
    live(sqlite_engine, steps)


@pytest.mark.postgresql
@STORIES
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hours_and_credits_agree_whatever_happens_on_postgresql(postgresql_url: str, steps: list[tuple[object, ...]]) -> None:
    engine = make_engine(postgresql_url)
    try:
        live(engine, steps)
    finally:
        engine.dispose()


@given(st.lists(STEPS, max_size=10))
@settings(max_examples=20, deadline=None)
def test_spending_giving_expiry_and_importing_again_leave_hours_alone(
    sqlite_engine: Engine, steps: list[tuple[object, ...]]
) -> None:
    with story_in(sqlite_engine) as story:
        story.record(0, [(1, 300)])
        story.import_(0)
        for step in steps:
            story.do(step)
        before = sum(minutes for _, minutes in story.standing.values())
        for step in (("spend", 0, 30), ("give", 0, 20), ("expire", 0, 10), ("undo", 0), *(("import", n) for n in story.imported)):
            story.do(step)
        story.check()
        assert sum(minutes for _, minutes in story.standing.values()) == before


@given(
    st.sampled_from([15, 30, 60]),
    st.lists(st.tuples(st.integers(0, 9), MINUTES), min_size=1, max_size=8),
    st.integers(100, 400),
)
@settings(max_examples=20, deadline=None)
def test_steps_and_limits_hold_for_hours_as_they_are_stored(
    sqlite_engine: Engine, step: int, hours: list[tuple[int, int]], a_day: int
) -> None:
    with story_in(sqlite_engine) as story:
        story.set_(("credit_step", step))
        for each in hours:
            story.record(0, [each])
        rows = [story.place.session.get_one(HourEntry, (story.place.programme_id, each)) for each in story.standing]
        given_minutes = sum(row.minutes for row in rows)
        assert sum(row.earned for row in rows) == given_minutes - given_minutes % step
        story.set_(("credits_a_day", a_day))
        story.set_(("credits_a_week", 2 * a_day))
        later = [(day + 14, minutes) for day, minutes in hours]
        new = [story.place.new(story.place.lukasz, minutes, MONDAY - timedelta(days=day)) for day, minutes in later]
        earnings = story.place.record(*new).earnings
        by_day: dict[date, int] = {}
        for entry in new:
            by_day[entry.day] = by_day.get(entry.day, 0) + earnings[entry.id].earned
        assert all(earned <= a_day for earned in by_day.values())
        for day in by_day:
            assert sum(by_day.get(each, 0) for each in week_of(day)) <= 2 * a_day
