"""Throw away what is of no more use: uploads, files that jobs made, jobs and calendar links that ended."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.job_files import forget_files
from timecredits.foundation.jobs import Job, forget_finished
from timecredits.hours.importing.import_results import close_upload
from timecredits.hours.importing.past_imports import forget_uploads
from timecredits.hours.models import HourImport
from timecredits.hours.planning.volunteer_calendars import forget_ended
from timecredits.network.tries import forget_tries

__all__ = ["COUNTED_FOR", "FILES_KEPT_FOR", "GIVEN_UP_FOR", "KEPT_FOR", "tidy"]

KEPT_FOR = timedelta(days=30)
"""How long a job stands after its end, and a calendar link."""
FILES_KEPT_FOR = timedelta(days=1)
"""How long what a job made can be fetched."""
COUNTED_FOR = timedelta(days=7)
"""How long it stays counted how often something was tried; the longest stretch that a limit looks at is a day."""
GIVEN_UP_FOR = timedelta(days=7)
"""How long an upload waits for somebody to try its job again. It holds names, so no longer."""


def tidy(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Do what is due in one programme; answers how many rows went or were emptied. Two at once do nothing twice."""
    given_up = _close_given_up(session, programme_id, now - GIVEN_UP_FOR)
    return (
        given_up
        + forget_uploads(session, programme_id)
        + forget_files(session, programme_id, now - FILES_KEPT_FOR)
        + forget_finished(session, programme_id, now - KEPT_FOR)
        + forget_ended(session, programme_id, now - KEPT_FOR)
        + forget_tries(session, now - COUNTED_FOR)
    )


def _close_given_up(session: Session, programme_id: UUID, before: datetime) -> int:
    """Before their jobs go, so that no upload is left with a job that nobody finds."""
    rows = session.execute(
        select(HourImport, Job.finished_at)
        .join(Job, (Job.programme_id == HourImport.programme_id) & (Job.id == HourImport.job_id))
        .where(HourImport.programme_id == programme_id, Job.fault.is_not(None), Job.finished_at < before)
        .order_by(HourImport.id)
        .with_for_update(of=HourImport, skip_locked=True)
    ).all()
    for kept, finished_at in rows:
        close_upload(session, kept, ended_at=finished_at or before)
    return len(rows)
