"""A whole import undone, and brought in again, on both kinds of database."""

import inspect
import re
import threading
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.hours.imports.test_uploads import TODAY, confirm, keep
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours import broken_rules, hour_rules
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import correct_hours
from timecredits.hours.importing.import_hours import preview_import, run_import
from timecredits.hours.importing.import_undoing import Undone, count_changed, undo_import
from timecredits.hours.importing.import_words import in_a_bulk
from timecredits.hours.importing.past_imports import find_import, forget_uploads, read_mending
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.ledger.books import check_ledger
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer

REGISTER = b"Date,Number,Hours,Activity\n4/3/2026,V1,2,Garden\n5/3/2026,V1,1.5,Garden\n"


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def bring_in(session: Session, world: World, content: bytes = REGISTER) -> UUID:
    return confirm(session, world, keep(session, world, content)).id


def undo(session: Session, world: World, import_id: UUID) -> Undone:
    return undo_import(session, world.programme_id, world.organisation_id, import_id, today=TODAY, actor_id=None)


def credit(session: Session, world: World) -> int:
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    return balance(session, world.programme_id, volunteer.account_id)


def counted(session: Session) -> int:
    gone = select(HourCorrection.entry_id)
    return sum(session.scalars(select(HourEntry.minutes).where(HourEntry.id.not_in(gone))))


def sound(session: Session, world: World) -> bool:
    return [*check_ledger(session, world.programme_id), *check_hours(session, world.programme_id)] == []


def test_an_import_is_undone_whole_and_twice_undoes_once(session: Session, world: World) -> None:
    before = credit(session, world)
    import_id = bring_in(session, world)
    assert credit(session, world) == before + 210
    undone = undo(session, world, import_id)
    assert (undone.minutes, undone.people, undone.past.remarks) == (210, 1, ())
    assert (credit(session, world), counted(session)) == (before, 0)
    assert set(session.scalars(select(HourCorrection.reason))) == {"Import undone"}
    assert find_import(session, world.programme_id, world.organisation_id, import_id).undone_at is not None
    assert undo(session, world, import_id).minutes == 0
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "import undone")).all() == ["import undone"]
    assert sound(session, world)


def test_the_same_file_may_come_in_again_and_adds_once(session: Session, world: World) -> None:
    for _ in range(3):
        import_id = bring_in(session, world)
        assert find_import(session, world.programme_id, world.organisation_id, import_id).imported == 2
        assert (counted(session), credit(session, world)) == (210, 210)
        again = bring_in(session, world)
        told = find_import(session, world.programme_id, world.organisation_id, again)
        assert (told.imported, told.already) == (0, 2)
        undo(session, world, import_id)
        assert (counted(session), credit(session, world)) == (0, 0)
    assert len(session.scalars(select(HourEntry)).all()) == 6
    assert sound(session, world)


def test_what_another_import_brought_in_stays(session: Session, world: World) -> None:
    first = bring_in(session, world)
    second = bring_in(session, world, REGISTER + b"6/3/2026,V1,1,Garden\n")
    undo(session, world, second)
    assert counted(session) == 210
    undo(session, world, first)
    assert counted(session) == 0


def test_entries_corrected_since_go_by_what_counts_now(session: Session, world: World) -> None:
    here = (session, world.programme_id, world.organisation_id)
    import_id = bring_in(session, world)
    entry, other = session.scalars(select(HourEntry.id).order_by(HourEntry.done_on)).all()
    better = correct_hours(*here, entry, minutes=60, reason="Left early", actor_id=None, today=TODAY).replacement_id
    assert better is not None
    correct_hours(*here, better, minutes=90, reason="No, later", actor_id=None, today=TODAY)
    correct_hours(*here, other, minutes=None, reason="Not there", actor_id=None, today=TODAY)
    assert count_changed(session, world.programme_id, import_id) == 2
    assert undo(session, world, import_id).minutes == 90
    assert (counted(session), credit(session, world)) == (0, 0)
    bring_in(session, world)
    assert counted(session) == 210
    assert sound(session, world)


def test_an_upload_not_added_yet_and_another_organisations_are_left_alone(session: Session, world: World) -> None:
    waiting = keep(session, world, REGISTER)
    assert undo(session, world, waiting).past.undone_at is None
    import_id = confirm(session, world, waiting).id
    for organisation_id in (world.other_organisation_id, new_id()):
        with pytest.raises(NotFoundError):
            undo_import(session, world.programme_id, organisation_id, import_id, today=TODAY, actor_id=None)
        with pytest.raises(NotFoundError):
            read_mending(session, world.programme_id, organisation_id, import_id)
    assert counted(session) == 210


def test_two_who_undo_at_once_take_away_once(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        import_id = bring_in(session, world)
    together, taken = threading.Barrier(2), []

    def take() -> None:
        together.wait()
        with transaction(engine) as session:
            taken.append(undo(session, world, import_id).minutes)

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0, 210]
    with transaction(engine) as session:
        assert counted(session) == 0
        assert sound(session, world)


def test_two_files_with_the_same_new_activity_at_once_make_one(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
    together, faults = threading.Barrier(2), []

    def load(day: str) -> None:
        content = f"Date,Number,Hours,Activity\n{day},V1,2,Night shelter\n{day},V1,1,Allotment\n".encode()
        together.wait()
        try:
            with transaction(engine) as session:
                run_import(session, world.programme_id, world.organisation_id, content, "x.csv", today=TODAY, actor_id=None)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test says so
            faults.append(fault)

    threads = [threading.Thread(target=load, args=(day,)) for day in ("4/3/2026", "5/3/2026")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with transaction(engine) as session:
        assert counted(session) == 360
        assert len(set(session.scalars(select(HourEntry.activity_id)))) == 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["load", "longer", "undo"]), max_size=7))
def test_however_often_it_is_loaded_and_undone_each_row_counts_once_or_not_at_all(
    session: Session, world: World, acts: list[str]
) -> None:
    with session.begin_nested() as begun:
        brought: list[tuple[UUID, frozenset[int]]] = []
        for act in acts:
            if act == "undo" and brought:
                undo(session, world, brought.pop()[0])
            elif act != "undo":
                there = frozenset[int]().union(*(minutes for _, minutes in brought))
                rows = {120, 90, 60} if act == "longer" else {120, 90}
                more = b"6/3/2026,V1,1,Garden\n" if act == "longer" else b""
                brought.append((bring_in(session, world, REGISTER + more), frozenset(rows - there)))
            expected = sum(sum(minutes) for _, minutes in brought)
            assert counted(session) == credit(session, world) == expected
        assert sound(session, world)
        begun.rollback()


def test_a_refused_row_in_a_bulk_does_not_say_that_nothing_was_saved(session: Session, world: World) -> None:
    content = b"Date,Number,Hours,Activity\n4/3/2026,V1,20,Garden\n4/3/2026,V1,14,Garden\n"
    look = preview_import(session, world.programme_id, world.organisation_id, content, "x.csv", today=TODAY)
    said = str(look.problems[0].message)
    assert said.endswith("would have more than 24 hours on 4 March 2026. Check the hours of this row.")


def test_every_rule_has_words_for_one_row_among_many() -> None:
    written = inspect.getsource(broken_rules) + inspect.getsource(hour_rules)
    templates = re.findall(r'Sentence\(\s*"([^"]*Nothing was saved[^"]*)"', written)
    assert len(templates) > 8
    for template in templates:
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", template), "x")
        assert "Nothing was saved" not in str(in_a_bulk(Sentence(template, **values)))


def test_the_rows_to_mend_go_after_a_day(session: Session, world: World) -> None:
    import_id = bring_in(session, world, REGISTER + b"31/2/2026,V1,1,=Garden\n")
    here = (session, world.programme_id, world.organisation_id, import_id)
    table = read_mending(*here).decode("utf-8-sig").splitlines()
    assert table[0] == "Date,Number,Hours,Activity,What to mend"
    assert table[1].startswith("31/2/2026,V1,1,'=Garden,“31/2/2026” is not a day in the calendar.")
    assert len(table) == 2
    with clock.standing_at(clock.now() + timedelta(days=1, minutes=1)):
        assert not find_import(*here).to_mend
        with pytest.raises(NotFoundError):
            read_mending(*here)
        forget_uploads(session)
    with pytest.raises(NotFoundError):
        read_mending(*here)
    assert date(2026, 3, 4) in session.scalars(select(HourEntry.done_on)).all()
