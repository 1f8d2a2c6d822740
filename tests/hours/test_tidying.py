"""What is thrown away once it is of no more use, on both kinds of database."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.hours.imports.test_uploads import TODAY, keep
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import Job, enqueue
from timecredits.hours.activity_models import CalendarLink
from timecredits.hours.importing.import_hours import run_import
from timecredits.hours.importing.import_undoing import undo_import
from timecredits.hours.importing.import_uploads import ADD
from timecredits.hours.importing.past_imports import find_import
from timecredits.hours.models import HourImport
from timecredits.hours.planning.volunteer_calendars import current_link, end_links, make_link
from timecredits.hours.tidying import GIVEN_UP_FOR, KEPT_FOR, tidy

REGISTER = b"Date,Number,Hours,Activity\n4/3/2026,V1,2,Garden\n5/3/2026,V1,1.5,Garden\n"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def tidied(session: Session, world: World, later: timedelta) -> int:
    now = clock.now() + later
    with clock.standing_at(now):
        return tidy(session, world.programme_id, now=now)


def ended_job(session: Session, world: World, fault: str | None = None) -> UUID:
    job_id = enqueue(session, world.programme_id, ADD, {}, organisation_id=world.organisation_id, made_by=None)
    job = session.get_one(Job, (world.programme_id, job_id))
    job.finished_at, job.fault = clock.now(), fault
    session.flush()
    return job_id


def test_a_job_goes_30_days_after_its_end_and_one_that_waits_stays(session: Session, world: World) -> None:
    ended_job(session, world)
    waiting = enqueue(session, world.programme_id, ADD, {}, made_by=None)
    assert tidied(session, world, KEPT_FOR - MINUTE) == 0
    assert tidied(session, world, KEPT_FOR + MINUTE) == 1
    assert list(session.scalars(select(Job.id))) == [waiting]
    assert tidied(session, world, KEPT_FOR + MINUTE) == 0


def test_a_calendar_link_goes_30_days_after_it_ended_and_one_in_use_stays(session: Session, world: World) -> None:
    make_link(session, world.programme_id, world.volunteer_id)
    end_links(session, world.programme_id, world.volunteer_id)
    used = make_link(session, world.programme_id, world.volunteer_id).id
    assert tidied(session, world, KEPT_FOR - MINUTE) == 0
    assert tidied(session, world, KEPT_FOR + MINUTE) == 1
    assert list(session.scalars(select(CalendarLink.id))) == [used]
    assert current_link(session, world.programme_id, world.volunteer_id) is not None


def test_an_upload_that_nobody_confirmed_goes_after_a_day(session: Session, world: World) -> None:
    keep(session, world, REGISTER)
    assert tidied(session, world, timedelta(hours=23)) == 0
    assert tidied(session, world, timedelta(hours=25)) == 1
    assert list(session.scalars(select(HourImport.id))) == []


def test_an_upload_whose_job_gave_up_is_ended_after_a_week_and_what_came_in_can_be_undone(session: Session, world: World) -> None:
    here = world.programme_id, world.organisation_id
    empty, partly = keep(session, world, REGISTER), keep(session, world, REGISTER, import_id=new_id())
    for import_id in (empty, partly):
        session.get_one(HourImport, (world.programme_id, import_id)).job_id = ended_job(session, world, "OSError")
    run_import(session, *here, REGISTER, "a.csv", today=TODAY, actor_id=None, import_id=partly)
    assert tidied(session, world, GIVEN_UP_FOR - MINUTE) == 0
    assert tidied(session, world, GIVEN_UP_FOR + MINUTE) == 2
    session.expire_all()
    assert list(session.scalars(select(HourImport.id))) == [partly]
    assert session.get_one(HourImport, (world.programme_id, partly)).content is None
    past = find_import(session, *here, partly)
    assert (past.job_id, past.imported, past.minutes, past.earned) == (None, 2, 210, 210)
    assert undo_import(session, *here, partly, today=TODAY, actor_id=None).minutes == 210


def test_another_programmes_rows_stay(session: Session, world: World) -> None:
    ended_job(session, world)
    with clock.standing_at(clock.now() + KEPT_FOR + MINUTE):
        assert tidy(session, new_id(), now=clock.now()) == 0
