"""Credits that run out, against a model that keeps every lot by itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.ledger.books_of import Books, open_books
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.ledger import expiry
from timecredits.ledger.books import check_ledger
from timecredits.ledger.expiry import Horizon, expire, give_back, ran_out, running_out
from timecredits.ledger.transfers import Movement, Posting, balance

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
MONTH = timedelta(days=30)
KEPT = 3
"""Months after which credits run out in these tests."""
LATELY = timedelta(days=10)
"""For how long a use that was undone still counts as used."""


def at(month: int, day: int = 0) -> datetime:
    return START + month * MONTH + timedelta(days=day)


def horizon(month: int) -> Horizon:
    return Horizon(at(month - KEPT), at(month) - LATELY)


def earn(session: Session, books: Books, minutes: int, when: datetime, who: int = 0) -> Movement:
    with clock.standing_at(when):
        movement = books.earned(who, minutes)
        assert books.post(session, movement) is Posting.POSTED
    return movement


def use(session: Session, books: Books, minutes: int, when: datetime) -> Movement:
    with clock.standing_at(when):
        movement = books.used(0, minutes)
        assert books.post(session, movement) is Posting.POSTED
    return movement


def undo(session: Session, books: Books, movement: Movement, when: datetime) -> None:
    with clock.standing_at(when):
        assert books.undo(session, movement) is Posting.POSTED


def let_expire(session: Session, books: Books, month: int) -> int:
    day = date(2026 + month // 12, month % 12 + 1, 1)
    with clock.standing_at(at(month)):
        return sum(expire(session, books.programme_id, books.volunteers, horizon(month), day=day).values())


def test_first_earned_is_first_used_and_what_is_left_of_the_old_runs_out(session: Session) -> None:
    books = open_books(session)
    earn(session, books, 180, at(0))
    earn(session, books, 60, at(2))
    use(session, books, 60, at(2, 5))
    assert let_expire(session, books, 3) == 0  # what was earned at the very instant of the cut-off stays
    assert let_expire(session, books, 4) == 120
    assert books.balance(session, 0) == 60
    assert ran_out(session, books.programme_id, books.volunteers) == {books.volunteers[0]: 120}
    assert check_ledger(session, books.programme_id) == []


def test_what_came_later_and_was_used_counts_against_the_old(session: Session) -> None:
    books = open_books(session)
    earn(session, books, 60, at(0))
    earn(session, books, 120, at(3))
    use(session, books, 90, at(3, 5))
    assert let_expire(session, books, 4) == 0
    assert books.balance(session, 0) == 90


def test_hours_that_were_taken_back_never_were(session: Session) -> None:
    books = open_books(session)
    earn(session, books, 60, at(0))
    wrong = earn(session, books, 180, at(1))
    undo(session, books, wrong, at(1, 3))
    assert let_expire(session, books, 4) == 60
    assert books.balance(session, 0) == 0


def test_a_use_undone_long_ago_never_was_and_one_undone_lately_still_counts(session: Session) -> None:
    books = open_books(session)
    earn(session, books, 120, at(0))
    long_ago, lately = use(session, books, 30, at(1)), use(session, books, 50, at(1))
    undo(session, books, long_ago, at(2))
    undo(session, books, lately, at(4) - timedelta(days=2))
    assert let_expire(session, books, 4) == 70
    assert books.balance(session, 0) == 50
    assert let_expire(session, books, 5) == 50


def test_a_month_runs_out_once_whoever_asks_again(session: Session) -> None:
    books = open_books(session, volunteers=3)
    for who in range(3):
        earn(session, books, 60 * (who + 1), at(0), who)
    assert let_expire(session, books, 4) == 360
    assert let_expire(session, books, 4) == 0
    # Even where more is due of the same month meanwhile: it waits for the next.
    earn(session, books, 60, at(0))
    assert let_expire(session, books, 4) == 0
    assert let_expire(session, books, 5) == 60


def test_other_accounts_and_programmes_lose_nothing(session: Session) -> None:
    books, others = open_books(session, volunteers=2), open_books(session, slug="others")
    earn(session, books, 60, at(0))
    earn(session, books, 60, at(0), who=1)
    earn(session, others, 60, at(0))
    found = running_out(session, books.programme_id, [books.volunteers[0], others.volunteers[0]], horizon(5))
    assert found == {books.volunteers[0]: 60}


def test_what_ran_out_is_given_back_once_a_cause_and_never_more(session: Session) -> None:
    books, cause = open_books(session), new_id()
    earn(session, books, 120, at(0))
    let_expire(session, books, 4)
    account = books.volunteers[0]

    def back(most: int, why: UUID) -> int:
        return give_back(session, books.programme_id, account, most, cause=why, day=date(2026, 6, 1), actor=None)

    assert back(50, cause) == 50
    assert back(50, cause) == 0
    assert back(500, new_id()) == 70
    assert back(500, new_id()) == 0
    assert balance(session, books.programme_id, account) == 120
    assert ran_out(session, books.programme_id, [account]) == {}


def at_the_same_moment(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen once between the look at what runs out and the posting."""
    looked, acts = expiry.running_out, iter([act])

    def look(*args: object) -> dict[UUID, int]:
        found = looked(*args)  # type: ignore[arg-type]
        for each in acts:
            each()
        return found

    monkeypatch.setattr(expiry, "running_out", look)


def test_who_uses_credits_at_the_same_moment_comes_first(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Used between the look and the posting: that does not run out, though newer credits would cover both."""
    books = open_books(session)
    earn(session, books, 60, at(0))
    earn(session, books, 60, at(3))
    at_the_same_moment(monkeypatch, lambda: use(session, books, 45, at(4)))
    assert let_expire(session, books, 4) == 15
    assert books.balance(session, 0) == 60
    assert check_ledger(session, books.programme_id) == []


def test_the_old_may_be_used_down_to_nothing_at_the_same_moment(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    books = open_books(session)
    earn(session, books, 60, at(0))
    at_the_same_moment(monkeypatch, lambda: use(session, books, 60, at(4)))
    assert let_expire(session, books, 4) == 0
    assert books.balance(session, 0) == 0


@pytest.mark.parametrize("others", [0, 1])
def test_hours_taken_away_at_the_same_moment_take_no_newer_credits(
    session: Session, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    """Nothing old is left of that account, and newer credits would cover what had seemed due."""
    books = open_books(session, volunteers=1 + others)
    old = earn(session, books, 60, at(0))
    earn(session, books, 60, at(3))
    for who in range(others):
        earn(session, books, 60, at(0), who + 1)
    at_the_same_moment(monkeypatch, lambda: undo(session, books, old, at(4)))
    assert let_expire(session, books, 4) == 60 * others
    assert books.balance(session, 0) == 60
    assert check_ledger(session, books.programme_id) == []


@dataclass
class Lots:
    """What a person holds, lot by lot, oldest first: when it came and how much of it is left. Written to be obvious."""

    events: list[tuple[datetime, str, int, UUID]] = field(default_factory=list)
    undone: dict[UUID, datetime] = field(default_factory=dict)

    def left(self, month: int) -> list[tuple[datetime, int]]:
        """The lots as they stand at a month's beginning, replayed minute by minute from all that counts."""
        lots: list[list[object]] = []
        out = 0
        for when, kind, minutes, key in self.events:
            undone = self.undone.get(key)
            if kind == "in" and undone is None:
                lots += [[when, 1] for _ in range(minutes)]
            if kind == "out" and (undone is None or undone >= at(month) - LATELY):
                out += minutes
        lots.sort(key=lambda lot: lot[0])  # type: ignore[arg-type, return-value]
        return [(lot[0], 1) for lot in lots[out:]]  # type: ignore[misc]

    def due(self, month: int) -> int:
        return sum(minutes for when, minutes in self.left(month) if when < at(month - KEPT))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["earn", "use", "undo use", "take back", "expire", "expire"]), st.integers(1, 30), st.integers(0, 9)
    ),
    min_size=5,
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_the_formula_is_what_lots_would_give(shared_sqlite_engine: Engine, acts: list[tuple[str, int, int]]) -> None:
    with shared_sqlite_engine.connect() as connection, connection.begin() as outer:
        session = Session(connection, join_transaction_mode="create_savepoint")
        _play(session, acts)
        session.close()
        outer.rollback()


def _play(session: Session, acts: list[tuple[str, int, int]]) -> None:
    books, lots = open_books(session), Lots()
    stands: dict[str, list[Movement]] = {"in": [], "out": []}
    moment = START
    for kind, minutes, which in acts:
        moment += timedelta(days=7, hours=which)
        if kind in {"earn", "use"}:
            side = "in" if kind == "earn" else "out"
            movement = books.earned(0, minutes) if side == "in" else books.used(0, minutes)
            with clock.standing_at(moment):
                posted = books.post(session, movement) is Posting.POSTED
            if posted:
                stands[side].append(movement)
                lots.events.append((moment, side, minutes, movement.id))
        elif kind in {"undo use", "take back"}:
            known = stands["out" if kind == "undo use" else "in"]
            if known:
                movement = known[which % len(known)]
                with clock.standing_at(moment):
                    undone = books.undo(session, movement) is Posting.POSTED
                if undone:
                    known.remove(movement)
                    lots.undone[movement.id] = moment
        else:
            month = (moment - START) // MONTH + 1
            moment = at(month)
            due = lots.due(month)
            assert running_out(session, books.programme_id, books.volunteers, horizon(month)).get(books.volunteers[0], 0) == due
            gone = let_expire(session, books, month)
            assert gone in {due, 0}
            if gone:
                lots.events.append((moment, "out", gone, new_id()))
        assert books.balance(session, 0) >= 0
    assert check_ledger(session, books.programme_id) == []


def test_two_at_once_let_a_month_run_out_once(engine: Engine) -> None:
    """The id of what runs out is the account's and the month's, so whoever comes second finds the first."""
    with Session(engine) as session:
        books = open_books(session, volunteers=20)
        for who in range(20):
            earn(session, books, 60, at(0), who)
        session.commit()
    together = Barrier(4)

    def run(_number: int) -> int:
        together.wait()
        with Session(engine) as session:
            gone = expire(session, books.programme_id, books.volunteers, horizon(4), day=date(2026, 5, 1))
            session.commit()
            return sum(gone.values())

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 1200
    with Session(engine) as session:
        assert [books.balance(session, who) for who in range(20)] == [0] * 20
        assert check_ledger(session, books.programme_id) == []


def test_using_and_running_out_at_once_never_take_more_than_was_there(engine: Engine) -> None:
    """Each minute is used or runs out, never both, and newer credits are left alone."""
    with Session(engine) as session:
        books = open_books(session)
        earn(session, books, 60, at(0))
        earn(session, books, 60, at(3))
        session.commit()
    together = Barrier(2)

    def spend() -> int:
        together.wait()
        taken = 0
        for _ in range(30):
            with Session(engine) as session, clock.standing_at(at(4)):
                taken += books.post(session, books.used(0, 1)) is Posting.POSTED
                session.commit()
        return taken

    def run_out() -> int:
        together.wait()
        with Session(engine) as session:
            gone = expire(session, books.programme_id, books.volunteers, horizon(4), day=date(2026, 5, 1))
            session.commit()
            return sum(gone.values())

    with ThreadPoolExecutor(2) as pool:
        spent, gone = pool.submit(spend), pool.submit(run_out)
        assert spent.result() == 30
        assert 30 <= gone.result() <= 60
    with Session(engine) as session:
        assert books.balance(session, 0) == 120 - 30 - gone.result()
        assert check_ledger(session, books.programme_id) == []
