"""What goes by itself after days: loaded lists, what merges moved, credits that come back to somebody who was erased."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.house.full_world import FullWorld, build_full_world
from tests.records.privacy.test_erasing import KEYRING
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import Job, enqueue
from timecredits.hours.books import check_hours
from timecredits.ledger.books import check_ledger
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer
from timecredits.records.models import Merge, PeopleImport
from timecredits.records.privacy.erasing import ask_to_erase, erase_due
from timecredits.records.privacy.tidying import forget_old_lists, forget_what_merges_moved, tidy_records
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteEnd
from timecredits.spending.notes.ending import end_notes


@pytest.fixture
def full(session: Session) -> FullWorld:
    made = build_full_world(session, KEYRING, "http://localhost")
    session.flush()
    return made


def _list(session: Session, full: FullWorld, **more: Any) -> PeopleImport:
    row = PeopleImport(
        programme_id=full.world.programme_id,
        id=new_id(),
        organisation_id=full.world.organisation_id,
        filename="people.csv",
        content=b"name\nSian",
        uploaded_at=clock.now(),
        **more,
    )
    session.add(row)
    session.flush()
    return row


def test_a_list_with_names_goes_after_a_day_without_anybody_loading_another(session: Session, full: FullWorld) -> None:
    programme_id, now = full.world.programme_id, clock.now()
    forget_old_lists(session, programme_id, now + timedelta(days=30))
    waits = _list(session, full).id
    added = _list(session, full, imported_at=now).id
    job_id = enqueue(session, programme_id, "people list", {}, made_by=None)
    given_up = _list(session, full, outcome={"job": str(job_id)}).id
    assert forget_old_lists(session, programme_id, now + timedelta(hours=23)) == 0
    assert forget_old_lists(session, programme_id, now + timedelta(hours=25)) == 1
    job = session.get_one(Job, (programme_id, job_id))
    job.fault, job.finished_at = "OSError", now
    session.flush()
    assert forget_old_lists(session, programme_id, now + timedelta(days=6)) == 0
    assert forget_old_lists(session, programme_id, now + timedelta(days=8)) == 1
    session.expire_all()
    left = set(session.scalars(select(PeopleImport.id).where(PeopleImport.programme_id == programme_id)))
    assert added in left
    assert not {waits, given_up} & left


def test_what_a_merge_moved_goes_once_it_can_not_be_taken_back(session: Session, full: FullWorld) -> None:
    programme_id, now = full.world.programme_id, clock.now()
    people = session.scalars(select(Volunteer.id).where(Volunteer.programme_id == programme_id).limit(2)).all()
    merge = Merge(
        programme_id=programme_id,
        id=new_id(),
        kept_id=people[0],
        gone_id=people[1],
        moved={"ids": {}, "changed": [{"before": {"first_name": "Sian"}}], "removed": [], "minutes": 60},
        merged_at=now,
        undo_until=now + timedelta(days=30),
    )
    session.add(merge)
    session.flush()
    forget_what_merges_moved(session, programme_id, now)
    assert "changed" in merge.moved
    assert forget_what_merges_moved(session, programme_id, now + timedelta(days=31)) >= 1
    assert merge.moved == {"minutes": 60}
    assert forget_what_merges_moved(session, programme_id, now + timedelta(days=31)) == 0


def test_credits_that_come_back_to_somebody_erased_do_not_stay(session: Session, full: FullWorld) -> None:
    programme_id, volunteer_id = full.world.programme_id, full.world.volunteer_id
    own = select(NoteBatch.id).where(NoteBatch.programme_id == programme_id, NoteBatch.volunteer_id == volunteer_id)
    open_notes = (CreditNote.used_at.is_(None), CreditNote.ended_at.is_(None))
    notes = session.scalars(select(CreditNote.id).where(CreditNote.batch_id.in_(own), *open_notes)).all()
    assert notes
    due = ask_to_erase(session, programme_id, volunteer_id, erasure_id=new_id(), actor_id=None).due_on
    assert erase_due(session, programme_id, today=due) >= 1
    account = session.get_one(Volunteer, (programme_id, volunteer_id)).account_id
    now = clock.now()
    for note in notes[:2]:  # the same amount twice goes on twice
        end_notes(session, programme_id, [note], NoteEnd.EXPIRED, reason="Not used in time.", actor_id=None, now=now)
        assert balance(session, programme_id, account) > 0
        tidy_records(session, programme_id, now=now)
        assert balance(session, programme_id, account) == 0
    assert not [*check_ledger(session, programme_id), *check_hours(session, programme_id)]
