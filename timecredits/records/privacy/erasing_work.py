"""Long work and its files when somebody is erased: what is about them goes, and what is for many goes on without them."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from timecredits.foundation.job_files import JobFile
from timecredits.foundation.jobs import Job
from timecredits.hours.models import HourImport
from timecredits.network.models import Enrolment

__all__ = ["forget_work"]


def forget_work(session: Session, programme_id: UUID, people: list[UUID]) -> None:
    """Files and long work about them; and rows sent back from registers where they are.

    Told by their ids alone: what somebody did as staff for others is not theirs.
    """
    names = [str(each) for each in people]
    jobs: Any = Job.__table__
    files: Any = JobFile.__table__
    rows = session.execute(select(jobs.c.id, jobs.c.wanted, jobs.c.outcome).where(jobs.c.programme_id == programme_id)).all()
    named = [row for row in rows if any(name in f"{row.wanted}{row.outcome}" for name in names)]
    theirs = [row.id for row in named if not _goes_on_without(session, programme_id, row.id, row.wanted, names)]
    for start in range(0, len(theirs), 400):
        group = theirs[start : start + 400]
        for table in (files, jobs):
            session.execute(delete(table).where(table.c.programme_id == programme_id, table.c.id.in_(group)))
    places = select(Enrolment.organisation_id).where(Enrolment.programme_id == programme_id, Enrolment.volunteer_id.in_(people))
    for kept in session.scalars(
        select(HourImport).where(
            HourImport.programme_id == programme_id, HourImport.organisation_id.in_(places), HourImport.to_mend.is_not(None)
        )
    ):
        kept.to_mend = None


def _goes_on_without(session: Session, programme_id: UUID, job_id: UUID, wanted: Mapping[str, Any], names: list[str]) -> bool:
    """Let waiting work for many people begin anew without these; False where it is about nobody else, or was done."""
    rest = {
        name: [each for each in value if each not in names] if isinstance(value, list) else value
        for name, value in wanted.items()
    }
    if not rest.get("people") or any(name in f"{rest}" for name in names):
        return False
    jobs: Any = Job.__table__
    anew = {"wanted": rest, "total": len(rest["people"]), "done": 0, "outcome": None, "started_at": None}
    waiting = (jobs.c.programme_id == programme_id, jobs.c.id == job_id, jobs.c.finished_at.is_(None))
    changed = session.execute(update(jobs).where(*waiting).values(**anew))
    if not cast("CursorResult[Any]", changed).rowcount:
        return False
    files: Any = JobFile.__table__  # what a runner has made so far may show them
    session.execute(delete(files).where(files.c.programme_id == programme_id, files.c.id == job_id))
    return True
