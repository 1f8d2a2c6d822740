"""Checks as jobs, where all credits are, what was taken back: nothing that the reports hide comes out here."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from tests.insight.reports.programmes import Made, Step, busy_programme, make_programme, steps
from tests.ledger.books_of import open_books
from tests.real.partitioned import WHOLE_TABLES
from tests.web.world import build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import Job, enqueue, find_job, run_waiting
from timecredits.insight.books.audit_log import WhoKind
from timecredits.insight.books.book_jobs import CHECK, HANDLERS, ask_for_check, ask_nightly, find_check, last_check
from timecredits.insight.books.book_words import PARTS
from timecredits.insight.books.check_everything import CHECKS
from timecredits.insight.books.days import Days
from timecredits.insight.books.reversals import KINDS, AskedBack, read_every_reversal, read_reversals
from timecredits.insight.books.trial_balance import Part, add_up, shown_columns, weigh
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.shapes import TableName
from timecredits.ledger.models import AccountKind, TransferKind

EVERYTHING = "hours hours hours hours use use undo correct give take_back note open move merge"


def checked(engine: Engine, programme_id: UUID) -> UUID:
    """Have the books checked, by a job that is run at once."""
    with transaction(engine) as session:
        job_id = ask_for_check(session, programme_id, job_id=new_id(), actor_id=None)
    assert run_waiting(engine, HANDLERS) == 1
    return job_id


def test_a_check_is_a_job_whose_outcome_is_kept(engine: Engine) -> None:
    made = make_programme(engine)
    with transaction(engine) as session:
        assert last_check(session, made.programme_id) is None
        first = ask_for_check(session, made.programme_id, job_id=new_id(), actor_id=None)
        assert ask_for_check(session, made.programme_id, job_id=new_id(), actor_id=None) == first  # one at a time
        assert not find_check(session, made.programme_id, first).finished
    assert run_waiting(engine, HANDLERS) == 1
    with transaction(engine) as session:
        found, state = last_check(session, made.programme_id), find_check(session, made.programme_id, first)
        assert found is not None
        assert (found.faults, found.total) == ((), 0)
        assert (state.done, state.total) == (len(CHECKS), len(CHECKS) + 1)
        other = enqueue(session, made.programme_id, "of another kind", {}, made_by=None)
        assert not find_job(session, made.programme_id, other, organisation_id=None).finished
        with pytest.raises(NotFoundError):
            find_check(session, made.programme_id, other)
        with pytest.raises(NotFoundError):
            find_check(session, new_id(), first)


def test_it_is_asked_for_once_a_day(engine: Engine) -> None:
    made, today = make_programme(engine), clock.today()
    with transaction(engine) as session:
        assert ask_nightly(session, made.programme_id, today) == 1
        assert ask_nightly(session, made.programme_id, today) == 0
        assert ask_nightly(session, made.programme_id, today + timedelta(days=1)) == 0  # the first still waits
    run_waiting(engine, HANDLERS)
    with transaction(engine) as session:
        assert ask_nightly(session, made.programme_id, today) == 0
        assert ask_nightly(session, made.programme_id, today + timedelta(days=1)) == 1
        assert session.scalar(select(func.count()).where(Job.kind == CHECK)) == 2


def test_a_fault_is_kept_with_its_ids(engine: Engine) -> None:
    made = make_programme(engine)
    made.do(Step("hours", 0))
    made.count()
    with transaction(engine) as session:
        session.execute(text("UPDATE person_month SET minutes = minutes + 1"))
    checked(engine, made.programme_id)
    with transaction(engine) as session:
        found = last_check(session, made.programme_id)
    assert found is not None
    assert "counts_differ" in {each.rule for each in found.faults}
    assert all(each.count >= len(each.ids) >= 1 for each in found.faults)


def test_what_stands_alone_is_what_the_ledger_says(engine: Engine) -> None:
    made = busy_programme(engine, 7)
    made.count()
    with transaction(engine) as session:
        weighed, sums = weigh(session, made.programme_id), add_up(session, made.programme_id)
        shown = {part: minutes for part, minutes in weighed.parts.items() if part is not Part.REST}
        assert Part.ISSUANCE in shown
        assert shown == {Part(kind): sums[kind] for kind in AccountKind if Part(kind) in shown}
        assert sum(weighed.parts.values()) == weighed.total == 0


@given(st.lists(steps(kinds=EVERYTHING), max_size=25))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_comes_to_nothing_and_shows_no_flow_that_a_report_hides(engine: Engine, told: Sequence[Step]) -> None:
    made = make_programme(engine)
    made.do_all(told)
    made.count()
    with transaction(engine) as session:
        weighed = weigh(session, made.programme_id)
        hidden = _hidden_flows(session, made)
    assert sum(weighed.parts.values()) == weighed.total == 0
    for part, flow in ((Part.ISSUANCE, "earned"), (Part.VENUE, "used"), (Part.EXPIRED, "expired"), (Part.GOODWILL, "other_out")):
        assert not (flow in hidden and part in weighed.parts), (part, flow)
    assert set(weighed.parts) <= set(PARTS)


def _hidden_flows(session: Session, made: Made) -> set[str]:
    hidden: set[str] = set()
    for year in list_years(session, made.programme_id):
        table = read_table(session, made.programme_id, TableName.CREDITS_BY_MONTH, year)
        if table.lines or table.too_few:
            hidden |= {"earned", "used", "expired", "other_in", "other_out", "outstanding"} - shown_columns(table)
    return hidden


def test_what_was_taken_back_is_listed_with_its_reason(session: Session) -> None:
    books = open_books(session, volunteers=2)
    first, second = books.earned(0, 120), books.earned(1, 60)
    for movement in (first, second):
        books.post(session, movement)
    gift = books.given(0, 1, 30)
    books.post(session, gift)
    for minute, (movement, reason) in enumerate(((first, "Typed twice"), (gift, "Wrong person"), (second, "100% wrong"))):
        with clock.standing_at(clock.now() + timedelta(minutes=minute)):
            if movement is first:
                books.post(session, books.earned(0, 240))
            books.undo(session, movement, reason=reason)
    every = read_reversals(session, books.programme_id, AskedBack()).lines
    assert [(each.kind, each.minutes, each.reason) for each in every] == [
        (TransferKind.EARNED, 60, "100% wrong"),
        (TransferKind.GIVEN, 30, "Wrong person"),
        (TransferKind.EARNED, 120, "Typed twice"),
    ]
    assert {each.who.kind for each in every} == {WhoKind.SERVICE}

    def reasons(asked: AskedBack) -> list[str]:
        return [each.reason for each in read_reversals(session, books.programme_id, asked).lines]

    assert reasons(AskedBack(kind=TransferKind.GIVEN)) == ["Wrong person"]
    assert reasons(AskedBack(words="wrong 100%")) == ["100% wrong"]
    assert reasons(AskedBack(words="_")) == []
    assert reasons(AskedBack(days=Days(clock.today() + timedelta(days=1), None))) == []
    page = read_reversals(session, books.programme_id, AskedBack(), limit=2)
    assert read_reversals(session, books.programme_id, AskedBack(), after=page.next, limit=2).lines == every[2:]
    assert tuple(read_every_reversal(session, books.programme_id, AskedBack(), most=2)) == every[:2]
    assert read_reversals(session, build_world(session).programme_id, AskedBack()).lines == ()
    assert set(KINDS) == set(TransferKind)


@WHOLE_TABLES
def test_reversals_are_found_by_their_index(session: Session) -> None:
    books = open_books(session)
    told: list[tuple[str, object]] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: told.append((args[2], args[3])))
    read_reversals(session, books.programme_id, AskedBack())
    if connection.dialect.name == "postgresql":
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):  # what is best of so few rows
            session.execute(text(f"SET LOCAL enable_{way} = off"))
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    [(sql, values)] = [each for each in told if "AS back" in each[0]]
    assert "ix_transfer_reversals" in str(connection.exec_driver_sql(explain + sql, values).all())
