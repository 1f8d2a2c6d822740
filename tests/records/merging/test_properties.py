"""Whatever happened to two records before and after: as one they have all hours of both, and every book stays right."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.records.merging.conftest import NOON, Two, make_two
from tests.web.world import build_world
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine
from timecredits.foundation.errors import RuleError
from timecredits.hours.history.hour_history import hour_totals
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.settings import SpentCorrection, change_setting

WHO = st.sampled_from(["kept", "gone", "third"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), WHO, st.sampled_from([15, 60, 90])),
        st.tuples(st.just("use"), WHO, st.just(0)),
        st.tuples(st.just("correct"), st.integers(0, 9), st.sampled_from([0, 30, 120])),
        st.tuples(st.just("give back"), st.integers(0, 9), st.just(0)),
    ),
    max_size=8,
)


class History:
    """Lets steps happen to records, by who they are or which hour or use it is."""

    def __init__(self, two: Two) -> None:
        self.two = two
        self.entries: list[UUID] = []
        self.uses: list[UUID] = []

    def happen(self, steps: list[tuple[str, object, int]], *, as_one: bool = False) -> None:
        for what, whom, minutes in steps:
            who = self.two.kept if as_one and whom == "gone" else getattr(self.two, str(whom), self.two.kept)
            if what == "earn":
                self.entries.append(self.two.earn(who, minutes))
            elif what == "use" and (used := self.two.use(who)) is not None:
                self.uses.append(used)
            elif what == "correct" and self.entries:
                self._correct(self.entries[int(str(whom)) % len(self.entries)], minutes)
            elif what == "give back" and self.uses:
                self.two.give_back(self.uses[int(str(whom)) % len(self.uses)])

    def _correct(self, entry_id: UUID, minutes: int) -> None:
        try:
            with self.two.session.begin_nested():
                replacement = self.two.correct(entry_id, minutes)
        except RuleError:  # it was corrected before, or nothing would change
            return
        if replacement is not None:
            self.entries.append(replacement)


@pytest.fixture(scope="module")
def engines(
    sqlite_template: Path, shared_postgresql_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Engine]]:
    path = tmp_path_factory.mktemp("merging") / "merging.db"
    shutil.copy(sqlite_template, path)
    sqlite = make_engine(f"sqlite:///{path}")
    yield [sqlite, shared_postgresql_engine]
    sqlite.dispose()


@contextmanager
def fresh(engine: Engine) -> Iterator[Two]:
    with engine.connect() as connection, clock.standing_at(NOON):
        outer = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield make_two(session, build_world(session))
        outer.rollback()


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", [0, 1], ids=["sqlite", "postgresql"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STEPS, after=STEPS, owed=st.booleans())
def test_the_books_stay_right_and_an_undisturbed_merge_is_undone_exactly(
    engines: list[Engine], kind: int, before: list[tuple[str, object, int]], after: list[tuple[str, object, int]], *, owed: bool
) -> None:
    with fresh(engines[kind]) as two:
        programme_id = two.world.programme_id
        rule = SpentCorrection.SHORTFALL if owed else SpentCorrection.GOODWILL
        change_setting(two.session, programme_id, "spent_correction", rule, actor_id=None)
        history = History(two)
        history.happen(before)
        whole = two.dump()
        both = hour_totals(two.session, programme_id, [two.kept, two.gone])
        held = two.credits(two.kept) + two.credits(two.gone)
        entries = set(two.session.scalars(select(HourEntry.id).where(HourEntry.volunteer_id.in_([two.kept, two.gone]))))

        merge = two.merge()
        assert hour_totals(two.session, programme_id, [two.kept])[two.kept].minutes == sum(each.minutes for each in both.values())
        assert set(two.session.scalars(select(HourEntry.id).where(HourEntry.volunteer_id == two.kept))) == entries
        assert (two.credits(two.kept), two.credits(two.gone)) == (held, 0)
        assert two.faults() == []

        two.undo(merge)
        assert two.dump() == whole
        assert two.faults() == []

        again = two.merge()
        history.happen(after, as_one=True)
        assert two.credits(two.gone) == 0
        assert two.faults() == []
        with suppress(RuleError):  # new hours paid back what was lent for hours of the other record
            two.undo(again)
        assert two.faults() == []
        corrected = two.session.scalars(select(HourCorrection.entry_id)).all()
        assert len(corrected) == len(set(corrected))
