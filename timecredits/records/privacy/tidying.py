"""What goes by itself after days, whatever a programme's rules say: loaded lists with names, and what a merge moved."""

from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.jobs import Job
from timecredits.records.models import Merge, PeopleImport
from timecredits.records.opening.past_lists import job_of
from timecredits.records.privacy.erasing_credits import pass_late_credits_on
from timecredits.records.privacy.holdings import table_of

__all__ = ["forget_old_lists", "forget_what_merges_moved", "tidy_records"]

_LISTS_KEPT: Final = timedelta(days=1)
_GIVEN_UP_FOR: Final = timedelta(days=7)
"""How long a list waits for somebody to try its job again. It holds names, so no longer."""
_GROUP: Final = 200


def tidy_records(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Do what is due in one programme; answers how many rows went or were emptied. Two at once do nothing twice."""
    moved = pass_late_credits_on(session, programme_id, day=clock.local_day(now))
    return forget_old_lists(session, programme_id, now) + forget_what_merges_moved(session, programme_id, now) + bool(moved)


def forget_old_lists(session: Session, programme_id: UUID, now: datetime) -> int:
    """Throw away lists of people that nobody added within a day; those whose job gave up, a week after that."""
    waiting = session.scalars(
        select(PeopleImport)
        .where(
            PeopleImport.programme_id == programme_id,
            PeopleImport.imported_at.is_(None),
            PeopleImport.uploaded_at < now - _LISTS_KEPT,
        )
        .order_by(PeopleImport.id)
        .with_for_update(skip_locked=True)
    ).all()
    gone = [each.id for each in waiting if _is_over(session, each, now)]
    lists = table_of("people_import")
    here = lists.c.programme_id == programme_id
    answer = session.execute(delete(lists).where(here, lists.c.id.in_(gone)), execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", answer).rowcount


def forget_what_merges_moved(session: Session, programme_id: UUID, now: datetime) -> int:
    """Empty what a merge kept so that it could be taken back, once it can't be any more. How many minutes moved stays."""
    done = session.scalars(
        select(Merge)
        .where(Merge.programme_id == programme_id, (Merge.undo_until < now) | Merge.undone_at.is_not(None))
        .order_by(Merge.id)
    )
    emptied = 0
    for merge in done:
        if merge.moved.keys() - {"minutes"}:
            merge.moved = {"minutes": merge.moved.get("minutes", 0)}
            emptied += 1
            if emptied == _GROUP:
                break
    session.flush()
    return emptied


def _is_over(session: Session, kept: PeopleImport, now: datetime) -> bool:
    job_id = job_of(session, kept)
    if job_id is None:
        return True
    job = session.get_one(Job, (kept.programme_id, job_id))
    return job.fault is not None and job.finished_at is not None and job.finished_at < now - _GIVEN_UP_FOR
