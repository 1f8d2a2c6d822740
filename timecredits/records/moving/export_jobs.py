"""An export as a job: packed, and kept for a day. A programme too big for that is exported by the command."""

import gzip
import tempfile
from collections.abc import Mapping
from typing import IO, Any, Final, cast
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Handler, Job, JobState, Work, enqueue, find_job
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.records.moving.writing import write_programme

__all__ = ["EXPORT", "MOST_BYTES", "ask_for_export", "export_job", "find_export", "handlers"]

EXPORT: Final = "programme exported"
MOST_BYTES: Final = 32 * 1024 * 1024
"""Bytes of a packed file that a job keeps: it passes through memory."""


def ask_for_export(session: Session, programme_id: UUID, *, job_id: UUID, actor_id: UUID | None) -> UUID:
    """Have the whole programme written to a file, without sign-ins. The same `job_id` twice is one job, and audited once."""
    if session.get(Job, (programme_id, job_id)) is None:
        audit.record(session, programme_id, "programme exported", actor_id=actor_id, subject_id=programme_id)
    return enqueue(session, programme_id, EXPORT, {}, made_by=actor_id, job_id=job_id)


def find_export(session: Session, programme_id: UUID, job_id: UUID) -> JobState:
    """How far an export is. Raises NotFoundError, also for a job of another kind."""
    job = find_job(session, programme_id, job_id, organisation_id=None)
    if job.kind != EXPORT:
        raise NotFoundError
    return job


def handlers(keyring: Keyring) -> Mapping[str, Handler]:
    """By kind of job; the application hands them to whoever runs jobs."""
    return {EXPORT: lambda work: export_job(work, keyring)}


def export_job(work: Work, keyring: Keyring, *, most: int = MOST_BYTES) -> Mapping[str, Any]:
    """Write the programme as it stands now. Begun again, it begins from the start: it changes nothing."""

    def tell(done: int, total: int) -> None:
        with work.step(done=done, total=total):
            if file.tell() > most:
                raise too_big

    too_big = RuleError(
        Sentence("This programme is too big to download. Ask whoever runs this site to export it. Nothing was made.")
    )
    with tempfile.TemporaryFile() as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
            exported = write_programme(work.engine, work.programme_id, cast("IO[bytes]", packed), keyring=keyring, tell=tell)
        if file.tell() > most:
            raise too_big
        file.seek(0)
        content = file.read()
    rows = sum(exported.rows.values())
    with work.step(done=rows, total=rows) as session:
        keep_file(session, work.programme_id, work.job_id, content, media_type="application/gzip", filename="programme.jsonl.gz")
    return {"rows": rows, "bytes": len(content)}
