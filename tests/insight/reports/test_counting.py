"""Counting: in slices or at once, by one worker or two, again and again, it comes to the same."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Barrier, Thread

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.insight.reports.programmes import SLOW, Step, busy_programme, counted, make_programme, steps
from timecredits.foundation.db import Base, make_engine, transaction
from timecredits.insight.counting.count_up import count_up, forget_counts
from timecredits.insight.roll_up_check import check_roll_ups
from timecredits.insight.roll_up_models import Figure, RollUp
from timecredits.network.models import Volunteer
from timecredits.records.moving.tables import moved_tables

EVERYTHING = "hours hours hours hours use use undo correct give take_back note open move merge unmerge"


@given(st.lists(st.tuples(steps(kinds=EVERYTHING), st.booleans()), max_size=25), st.integers(1, 7))
@settings(max_examples=10, **SLOW)
def test_counted_in_slices_is_counted_at_once(engine: Engine, told: Sequence[tuple[Step, bool]], slice_rows: int) -> None:
    made = make_programme(engine)
    for step, count_now in told:
        made.do(step)
        if count_now:
            made.count(slice_rows=slice_rows)
    made.count(slice_rows=slice_rows)
    in_slices = counted(engine, made.programme_id)
    with transaction(engine) as session:
        forget_counts(session, made.programme_id)
    made.count()
    at_once = counted(engine, made.programme_id)
    for table, rows in at_once.items():
        assert in_slices[table] == rows, table
    with transaction(engine) as session:
        assert check_roll_ups(session, made.programme_id, months=None) == []


def test_what_is_younger_than_the_lag_is_left_for_the_next_time(engine: Engine) -> None:
    made = make_programme(engine)
    made.do(Step("hours", 0))
    count_up(engine, made.programme_id, now=made.now, lag=timedelta(minutes=2))
    assert counted(engine, made.programme_id)["person_month"] == []
    count_up(engine, made.programme_id, now=made.now + timedelta(minutes=3), lag=timedelta(minutes=2))
    assert len(counted(engine, made.programme_id)["person_month"]) == 1


def test_two_workers_at_once_come_to_the_same_as_one(engine: Engine, database_url: str) -> None:
    """Each slice is written by one of them; who comes second lets its own go, or fails and comes again."""
    made = busy_programme(engine, 21)
    alone = counted(engine, made.programme_id)
    with transaction(engine) as session:
        forget_counts(session, made.programme_id)
    later, together, failed = made.now, Barrier(2), list[BaseException]()

    def work() -> None:
        own = make_engine(database_url)
        together.wait()
        try:
            count_up(own, made.programme_id, now=later, lag=timedelta(0), figures_every=timedelta(0), slice_rows=20)
        except (IntegrityError, OperationalError) as fault:
            failed.append(fault)  # of two that begin at once, one may; the worker tells it and comes round again
        finally:
            own.dispose()

    workers = [Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(failed) < 2
    count_up(engine, made.programme_id, now=later, lag=timedelta(0), figures_every=timedelta(0))
    assert counted(engine, made.programme_id) == alone
    with transaction(engine) as session:
        assert check_roll_ups(session, made.programme_id, months=None) == []


def test_who_moved_is_counted_where_they_live_now_though_nothing_else_happened(engine: Engine) -> None:
    made = busy_programme(engine, 4)
    with transaction(engine) as session:
        session.execute(update(Volunteer).where(Volunteer.programme_id == made.programme_id).values(postcode_district="ZE1"))
    made.count()
    people = counted(engine, made.programme_id)["person_counted"]
    assert {row[3] for row in people} == {"ZE1"}
    with Session(engine) as session:
        parts = session.scalars(
            select(Figure.part).where(Figure.programme_id == made.programme_id, Figure.dimension == "district")
        )
        assert {*parts} == {"ZE1"}


def test_everything_that_was_counted_is_derived_and_forgotten(engine: Engine) -> None:
    made = busy_programme(engine, 8)
    assert all(counted(engine, made.programme_id).values())
    with transaction(engine) as session:
        forget_counts(session, made.programme_id)
        assert session.scalars(select(RollUp).where(RollUp.programme_id == made.programme_id)).all() == []
    assert not any(counted(engine, made.programme_id).values())
    derived = {name for name, table in Base.metadata.tables.items() if table.info.get("derived")}
    assert derived >= {*counted(engine, made.programme_id)} - {"venue_settlement"}  # that one is the venue's, not a programme's
    assert not {*counted(engine, made.programme_id), "roll_up"} & {each.name for each in moved_tables(with_sign_ins=True)}
