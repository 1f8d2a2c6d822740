"""Large imports as jobs, and what an organisation said of its columns, on both kinds of database."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.hours.imports.test_uploads import TODAY, confirm, keep
from tests.web.world import World, build_world
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.jobs import Work, find_job, run_waiting, try_again
from timecredits.hours.books import check_hours
from timecredits.hours.importing import import_jobs
from timecredits.hours.importing.import_matchings import choose_matching
from timecredits.hours.importing.import_undoing import undo_import
from timecredits.hours.importing.import_uploads import PastImport, drop_upload, find_import, keep_upload, look_at_upload
from timecredits.hours.models import HourEntry, HourImportEntry, ImportMatching
from timecredits.ledger.books import check_ledger
from timecredits.network.standing import lift, suspend

ROWS = 620
ODD = b"Tag,Wer,Wie lange\n4/3/2026,V1,2\n"
SAID = {"tag": "date", "wer": "number", "wie lange": "hours"}


def register(rows: int = ROWS, *, activity: str = "Garden") -> bytes:
    days = (date(2026, 11, 20) - timedelta(days=number) for number in range(rows))
    return "\n".join(["Date,Number,Hours,Activity", *(f"{day:%d/%m/%Y},V1,1,{activity}" for day in days)]).encode()


@pytest.fixture
def world(engine: Engine) -> World:
    with transaction(engine) as session:
        return build_world(session)


@pytest.fixture
def large(engine: Engine, world: World) -> UUID:
    """A register too large for a request, and yes said to it."""
    with transaction(engine) as session:
        import_id = keep(session, world, register() + b"\n31/2/2026,V1,1,Garden\n")
        told = confirm(session, world, import_id)
        assert told.job_id is not None
        assert confirm(session, world, import_id).job_id == told.job_id
        assert not drop_upload(session, world.programme_id, world.organisation_id, import_id)
    return import_id


def told(engine: Engine, world: World, import_id: UUID) -> PastImport:
    with transaction(engine) as session:
        return find_import(session, world.programme_id, world.organisation_id, import_id)


def entries(engine: Engine) -> int:
    with transaction(engine) as session:
        return session.scalar(select(func.count()).select_from(HourEntry)) or 0


def sound(engine: Engine, world: World) -> bool:
    with transaction(engine) as session:
        return [*check_ledger(session, world.programme_id), *check_hours(session, world.programme_id)] == []


def test_a_large_register_is_added_by_a_job_and_undone_by_one(engine: Engine, world: World, large: UUID) -> None:
    assert entries(engine) == 0
    assert run_waiting(engine, import_jobs.HANDLERS) == 1
    done = told(engine, world, large)
    assert (done.imported, done.already, done.problems, done.job_id, done.to_mend) == (ROWS, 0, 1, None, True)
    assert entries(engine) == ROWS
    with transaction(engine) as session:
        undone = undo_import(session, world.programme_id, world.organisation_id, large, today=TODAY, actor_id=None)
        assert undone.past.job_id is not None
    assert run_waiting(engine, import_jobs.HANDLERS) == 1
    assert told(engine, world, large).undone_at is not None
    assert sound(engine, world)


def test_a_job_broken_off_halfway_goes_on_and_counts_all(
    engine: Engine, world: World, large: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int | None]] = []
    real = import_jobs.add_group

    def fails_the_second_time(session: Session, *args: Any, **kwargs: Any) -> None:
        seen.append((entries_in(session), None))
        if len(seen) == 2:
            raise ConnectionError
        real(session, *args, **kwargs)

    monkeypatch.setattr(import_jobs, "add_group", fails_the_second_time)
    assert run_waiting(engine, import_jobs.HANDLERS) == 1
    assert [number for number, _ in seen] == [0, 500, 500]
    done = told(engine, world, large)
    assert (done.imported, done.minutes) == (ROWS, ROWS * 60)
    assert entries(engine) == ROWS
    assert sound(engine, world)


def entries_in(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(HourImportEntry)) or 0


def test_a_page_can_see_how_far_it_is(engine: Engine, world: World, large: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    told_steps: list[tuple[int, int | None]] = []
    step = Work.step

    def watched(self: Work, **kwargs: Any) -> Any:
        if kwargs:
            with transaction(engine) as session:
                job = find_job(session, world.programme_id, self.job_id, organisation_id=world.organisation_id)
                told_steps.append((job.done, job.total))
        return step(self, **kwargs)

    monkeypatch.setattr(Work, "step", watched)
    run_waiting(engine, import_jobs.HANDLERS)
    assert told_steps == [(0, ROWS), (500, ROWS), (ROWS, ROWS)]
    assert large


def test_the_same_job_again_adds_nothing(engine: Engine, world: World, large: UUID) -> None:
    run_waiting(engine, import_jobs.HANDLERS)
    with transaction(engine) as session:
        again = keep(session, world, register())
        look = look_at_upload(session, world.programme_id, world.organisation_id, again, today=TODAY)
        assert look.result is not None
        assert (look.result.to_add, look.result.already) == (0, ROWS)
        assert confirm(session, world, again).imported == 0
    assert large
    assert entries(engine) == ROWS


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


def choose(session: Session, world: World, import_id: UUID, **columns: str) -> None:
    choose_matching(
        session,
        world.programme_id,
        world.organisation_id,
        import_id,
        columns=columns or SAID,
        sheets=(),
        activity="Garden",
        today=TODAY,
    )


def test_what_columns_mean_is_said_once_and_remembered_for_the_next_file(session: Session, world: World) -> None:
    here = (session, world.programme_id, world.organisation_id)
    first = keep(session, world, ODD)
    look = look_at_upload(*here, first, today=TODAY)
    assert look.result is None
    assert look.layout is not None
    assert [each.key for each in look.layout.shown] == ["tag", "wer", "wie lange"]
    choose(session, world, first)
    assert session.scalars(select(ImportMatching)).all() == []  # remembered only once it was right
    assert confirm(session, world, first).imported == 1
    second = look_at_upload(*here, keep(session, world, ODD.replace(b"4/3", b"5/3")), today=TODAY)
    assert second.remembered
    assert second.result is not None
    assert [problem.column for problem in second.result.problems] == ["activity"]
    elsewhere = look_at_upload(
        session,
        world.programme_id,
        world.other_organisation_id,
        keep_elsewhere(session, world),
        today=TODAY,
    )
    assert elsewhere.result is None


def keep_elsewhere(session: Session, world: World) -> UUID:
    return keep_upload(
        session,
        world.programme_id,
        world.other_organisation_id,
        ODD,
        "odd.csv",
        activity=None,
        today=TODAY,
        uploaded_by=None,
        import_id=new_id(),
    )


def test_what_was_remembered_and_no_longer_fits_is_forgotten_for_that_file(session: Session, world: World) -> None:
    first = keep(session, world, ODD)
    choose(session, world, first)
    confirm(session, world, first)
    session.scalars(select(ImportMatching)).one().matching = {"columns": {"tag": "note", "wer": "note"}}
    session.flush()
    look = look_at_upload(session, world.programme_id, world.organisation_id, keep(session, world, ODD), today=TODAY)
    assert not look.remembered
    assert look.fault is not None


def test_two_columns_for_one_meaning_and_words_that_are_none_are_refused(session: Session, world: World) -> None:
    import_id = keep(session, world, ODD)
    with pytest.raises(RuleError, match="Two columns mean the same"):
        choose(session, world, import_id, tag="date", wer="date")
    with pytest.raises(RuleError, match="Choose what the column means"):
        choose(session, world, import_id, tag="rubbish")
    with pytest.raises(NotFoundError):
        choose_matching(
            session,
            world.programme_id,
            world.other_organisation_id,
            import_id,
            columns=SAID,
            sheets=(),
            activity=None,
            today=TODAY,
        )


def test_a_file_that_was_added_cannot_be_read_otherwise_any_more(session: Session, world: World) -> None:
    import_id = keep(session, world, register(3))
    confirm(session, world, import_id)
    with pytest.raises(NotFoundError):
        choose(session, world, import_id, date="note")


def test_a_job_stops_once_the_organisation_is_on_hold_and_can_be_ended_later(
    engine: Engine, world: World, large: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world.programme_id, world.organisation_id
    real, groups = import_jobs.add_group, list[int]()

    def then_comes_the_hold(session: Session, *args: Any, **kwargs: Any) -> None:
        real(session, *args, **kwargs)
        groups.append(entries_in(session))
        suspend(session, *here, reason="A look at the books", actor_id=None)

    monkeypatch.setattr(import_jobs, "add_group", then_comes_the_hold)
    run_waiting(engine, import_jobs.HANDLERS)
    assert groups == [500]
    assert entries(engine) == 500, "what was added stays"
    assert told(engine, world, large).imported == 0, "it is not done"
    assert sound(engine, world)
    monkeypatch.setattr(import_jobs, "add_group", real)
    job_id = told(engine, world, large).job_id
    assert job_id is not None
    with transaction(engine) as session:
        stopped = find_job(session, world.programme_id, job_id, organisation_id=world.organisation_id)
        assert stopped.fault == "refused"
        assert stopped.outcome is not None
        assert "on hold just now" in str(stopped.outcome)
    run_waiting(engine, import_jobs.HANDLERS)
    assert entries(engine) == 500, "nor does it begin again by itself"
    with transaction(engine) as session:
        lift(session, *here, actor_id=None)
    with transaction(engine) as session:
        try_again(session, world.programme_id, job_id, organisation_id=world.organisation_id)
    run_waiting(engine, import_jobs.HANDLERS)
    assert (told(engine, world, large).imported, entries(engine)) == (ROWS, ROWS)
    assert sound(engine, world)


def test_a_job_that_undoes_an_import_stops_too(engine: Engine, world: World, large: UUID) -> None:
    run_waiting(engine, import_jobs.HANDLERS)
    here = world.programme_id, world.organisation_id
    with transaction(engine) as session:
        undo_import(session, *here, large, today=TODAY, actor_id=None)
    with transaction(engine) as session:
        suspend(session, *here, reason="A look at the books", actor_id=None)
    run_waiting(engine, import_jobs.HANDLERS)
    assert told(engine, world, large).undone_at is None
    assert sound(engine, world)
