"""What a job made to be taken away, such as a PDF. Kept for a day: whoever comes later has it made again."""

from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import CursorResult, Index, delete, select
from sqlalchemy.orm import Mapped, Session

from timecredits.foundation import clock
from timecredits.foundation.db import Base, InProgramme, belongs_to
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import find_job

__all__ = ["JobFile", "forget_files", "has_file", "keep_file", "read_file"]


class JobFile(InProgramme, Base):
    """One file; its id is its job's."""

    __tablename__ = "job_file"
    constraints: ClassVar = (belongs_to("job", "id"), Index(None, "programme_id", "made_at"))

    content: Mapped[bytes]
    media_type: Mapped[str]
    filename: Mapped[str]
    made_at: Mapped[datetime]


_file: Any = JobFile.__table__


def keep_file(session: Session, programme_id: UUID, job_id: UUID, content: bytes, *, media_type: str, filename: str) -> None:
    """Keep what a job made, in place of what it made before. Call it in a step of the job, so that one runner does."""
    session.execute(delete(_file).where(_file.c.programme_id == programme_id, _file.c.id == job_id))
    made_at = clock.now()
    session.add(
        JobFile(programme_id=programme_id, id=job_id, content=content, media_type=media_type, filename=filename, made_at=made_at)
    )
    session.flush()


def read_file(session: Session, programme_id: UUID, job_id: UUID, *, organisation_id: UUID | None) -> JobFile:
    """What a job of this organisation made. Raises NotFoundError, also once it is no longer kept."""
    find_job(session, programme_id, job_id, organisation_id=organisation_id)
    found = session.scalars(select(JobFile).filter_by(programme_id=programme_id, id=job_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def has_file(session: Session, programme_id: UUID, job_id: UUID) -> bool:
    """Whether a job's file is there to be read. The caller has found the job."""
    query = select(_file.c.id).where(_file.c.programme_id == programme_id, _file.c.id == job_id)
    return session.scalar(query) is not None


def forget_files(session: Session, programme_id: UUID, before: datetime) -> int:
    """Throw away the files of a programme that were made before an instant. Answers how many."""
    gone = session.execute(delete(_file).where(_file.c.programme_id == programme_id, _file.c.made_at < before))
    return cast("CursorResult[Any]", gone).rowcount
