"""A register between the look and the yes, on both kinds of database."""

import threading
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activities import ActivityFacts, create_activity, edit_activity
from timecredits.hours.activity_models import Activity
from timecredits.hours.books import check_hours
from timecredits.hours.importing.import_hours import ImportResult, preview_import, run_import
from timecredits.hours.importing.import_uploads import Look, PastImport, confirm_upload, find_import, keep_upload, look_at_upload
from timecredits.hours.imports import Unreadable
from timecredits.hours.models import HourEntry, HourImport, HourSource
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Enrolment, Volunteer

TODAY = date(2026, 11, 21)
REGISTER = b"Date,Number,Hours,Activity,Note\n4/3/2026,V1,2,Garden group,rain\n5/3/2026,V1,1.5,Garden group,\n"


def keep(session: Session, world: World, content: bytes = REGISTER, import_id: UUID | None = None) -> UUID:
    return keep_upload(
        session,
        world.programme_id,
        world.organisation_id,
        content,
        "register.csv",
        activity=None,
        today=TODAY,
        uploaded_by=None,
        import_id=import_id or new_id(),
    )


def confirm(session: Session, world: World, import_id: UUID) -> PastImport:
    return confirm_upload(session, world.programme_id, world.organisation_id, import_id, today=TODAY, actor_id=None)


def run(session: Session, world: World, content: bytes) -> ImportResult:
    return run_import(session, world.programme_id, world.organisation_id, content, "register.csv", today=TODAY, actor_id=None)


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def test_what_is_confirmed_keeps_counts_and_loses_the_file(session: Session, world: World) -> None:
    kept = keep(session, world)
    done = confirm(session, world, kept)
    assert (done.imported, done.already, done.minutes, done.people, done.problems) == (2, 0, 210, 1, 0)
    row = session.get_one(HourImport, (world.programme_id, kept))
    assert row.content is None
    assert row.imported_at is not None
    assert confirm(session, world, kept) == done
    entries = session.scalars(select(HourEntry).order_by(HourEntry.done_on)).all()
    assert [(entry.minutes, entry.note, entry.source) for entry in entries] == [
        (120, "rain", HourSource.IMPORT),
        (90, "", HourSource.IMPORT),
    ]
    assert look_at_upload(session, world.programme_id, world.organisation_id, kept, today=TODAY) == Look(done)
    assert "hours imported" in session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == kept)).all()
    assert [*check_ledger(session, world.programme_id), *check_hours(session, world.programme_id)] == []


def test_two_who_say_yes_at_once_add_once(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        kept = keep(session, world)
    answers: list[int] = []
    together = threading.Barrier(2)

    def say_yes() -> None:
        together.wait()
        with transaction(engine) as session:
            answers.append(confirm(session, world, kept).imported)

    threads = [threading.Thread(target=say_yes) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [2, 2]
    with transaction(engine) as session:
        assert len(session.scalars(select(HourEntry.id)).all()) == 2
        assert check_hours(session, world.programme_id) == []


def test_an_upload_nobody_confirmed_goes_when_the_next_one_comes(session: Session, world: World) -> None:
    with clock.standing_at(clock.now() - timedelta(days=2)):
        forgotten, added = keep(session, world), keep(session, world)
        confirm(session, world, added)
    keep(session, world)
    with pytest.raises(NotFoundError):
        find_import(session, world.programme_id, world.organisation_id, forgotten)
    assert find_import(session, world.programme_id, world.organisation_id, added).imported == 2


def test_a_file_that_cannot_be_read_is_not_kept(session: Session, world: World) -> None:
    with pytest.raises(Unreadable):
        keep(session, world, b"%PDF-1.7")
    assert session.scalars(select(HourImport)).all() == []


def test_somebody_elses_upload_is_not_found(session: Session, world: World) -> None:
    kept = keep(session, world)
    for organisation_id in (world.other_organisation_id, new_id()):
        with pytest.raises(NotFoundError):
            confirm_upload(session, world.programme_id, organisation_id, kept, today=TODAY, actor_id=None)
    assert session.scalars(select(HourEntry)).all() == []


def test_an_activity_renamed_since_does_not_bring_its_rows_in_again(session: Session, world: World) -> None:
    run(session, world, REGISTER)
    activity = session.scalars(select(Activity)).one()
    edit_activity(
        session, world.programme_id, world.organisation_id, activity.id, ActivityFacts("Growing together"), actor_id=None
    )
    again = run(session, world, REGISTER)
    assert (again.imported, again.already) == (0, 2)
    assert session.scalars(select(Activity.name)).all() == ["Growing together"]


def test_a_known_activity_keeps_its_name_and_its_rule_about_credits(session: Session, world: World) -> None:
    facts = ActivityFacts("GARDEN Group", earns_credits=False)
    create_activity(session, world.programme_id, world.organisation_id, facts, actor_id=None)
    result = run(session, world, REGISTER)
    assert {row.activity for row in result.rows} == {"GARDEN Group"}
    assert set(session.scalars(select(HourEntry.without_credits))) == {"activity"}
    assert check_hours(session, world.programme_id) == []


def test_somebody_who_left_still_gets_their_last_hours_and_none_after(session: Session, world: World) -> None:
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.volunteer_id == world.volunteer_id)):
        enrolment.left_on = date(2026, 3, 4)
    session.flush()
    result = run(session, world, REGISTER)
    assert [row.day for row in result.rows] == [date(2026, 3, 4)]
    assert [(problem.row, problem.column) for problem in result.problems] == [(3, "volunteer")]


def test_people_of_another_organisation_are_nobody_here(session: Session, world: World) -> None:
    other = session.get_one(Volunteer, (world.programme_id, world.other_volunteer_id))
    content = f"Date,Name,Hours,Activity\n4/3/2026,{other.name},2,Garden\n".encode()
    look = preview_import(session, world.programme_id, world.organisation_id, content, "register.csv", today=TODAY)
    assert (look.ready, str(look.problems[0].message)) == (
        0,
        f"We know nobody here called “{other.name}”. Check the name, or enrol them first.",
    )
