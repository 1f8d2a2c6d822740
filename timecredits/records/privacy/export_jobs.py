"""Making a person's file as a job, because it may hold years: the file is kept a day, and only for who asked for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import JobFile, keep_file, read_file
from timecredits.foundation.jobs import Handler, Job, JobState, Work, enqueue, find_job
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, Volunteer
from timecredits.network.scope import find
from timecredits.records.privacy.collecting import AskedBy, Section, collect, files_of, people_of, to_collect
from timecredits.records.privacy.export_files import as_record, pack, print_data

__all__ = ["PERSON_FILE", "ask_for_file", "find_own_job", "handlers", "newest_job", "read_own_file"]

PERSON_FILE: Final = "person file"
_GROUP: Final = 8
"""Tables read in one step."""
_STAFF: Final = "staff"


def ask_for_file(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    job_id: UUID,
    user_id: UUID,
    organisation_id: UUID | None = None,
    by_staff: bool = False,
) -> UUID:
    """Ask for everything about a person; with an organisation only what that may hand out. Staff's asking is audited.

    Raises NotFoundError; RuleError for somebody who was erased.
    """
    person = find(session, Volunteer, programme_id, volunteer_id)
    if person.erased_at is not None:
        raise RuleError(Sentence("This person was erased. There is nothing left to hand out."))
    if session.get(Job, (programme_id, job_id)) is not None:
        find_own_job(session, programme_id, job_id, user_id=user_id, organisation_id=organisation_id)
        return job_id
    newest = newest_job(session, programme_id, volunteer_id, user_id=user_id, organisation_id=organisation_id)
    if newest is not None and not newest.finished:  # one at a time is enough
        return newest.id
    wanted = {"volunteer": str(volunteer_id), "by": _STAFF if by_staff else "person"}
    made = enqueue(
        session, programme_id, PERSON_FILE, wanted, organisation_id=organisation_id, made_by=user_id, job_id=job_id, total=None
    )
    if by_staff:
        audit.record(
            session,
            programme_id,
            "person's data asked for",
            actor_id=user_id,
            subject_id=volunteer_id,
            organisation_id=organisation_id,
        )
    return made


def find_own_job(
    session: Session,
    programme_id: UUID,
    job_id: UUID,
    *,
    user_id: UUID,
    organisation_id: UUID | None = None,
    volunteer_id: UUID | None = None,
) -> JobState:
    """How far a file is that this user asked for, about this person where one is named. Raises NotFoundError."""
    row = session.get(Job, (programme_id, job_id))
    if row is None or row.kind != PERSON_FILE or row.made_by != user_id:
        raise NotFoundError
    if volunteer_id is not None and row.wanted["volunteer"] != str(volunteer_id):
        raise NotFoundError
    return find_job(session, programme_id, job_id, organisation_id=organisation_id)


def newest_job(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, user_id: UUID, organisation_id: UUID | None = None
) -> JobState | None:
    """The file that this user asked for last about this person, from the same desk, while its job is kept."""
    rows = session.scalars(
        select(Job)
        .where(
            Job.programme_id == programme_id,
            Job.kind == PERSON_FILE,
            Job.made_by == user_id,
            Job.organisation_id.is_(None) if organisation_id is None else Job.organisation_id == organisation_id,
        )
        .order_by(Job.made_at.desc(), Job.id.desc())
    )
    job = next((each for each in rows if each.wanted["volunteer"] == str(volunteer_id)), None)
    return None if job is None else find_job(session, programme_id, job.id, organisation_id=job.organisation_id)


def read_own_file(
    session: Session,
    programme_id: UUID,
    job_id: UUID,
    *,
    user_id: UUID,
    organisation_id: UUID | None = None,
    volunteer_id: UUID | None = None,
) -> JobFile:
    """The file itself. Raises NotFoundError for anybody else, and once it is no longer kept."""
    find_own_job(session, programme_id, job_id, user_id=user_id, organisation_id=organisation_id, volunteer_id=volunteer_id)
    return read_file(session, programme_id, job_id, organisation_id=organisation_id)


def handlers(keyring: Keyring, sign: Callable[[bytes], bytes] | None = None) -> Mapping[str, Handler]:
    """By kind of job; `sign` puts a signature on the PDF where the service has a key for documents."""
    return {PERSON_FILE: lambda work: make_file(work, keyring, sign or (lambda pdf: pdf))}


def make_file(work: Work, keyring: Keyring, sign: Callable[[bytes], bytes]) -> Mapping[str, Any]:
    """Gather, print, pack. Answers how many `parts` and `rows` there are, and the file's `bytes`."""
    volunteer_id, asked_by = UUID(work.wanted["volunteer"]), AskedBy(work.organisation_id)
    wanted, sections = to_collect(), list[Section]()
    total = (len(wanted) + _GROUP - 1) // _GROUP + 1
    with work.step(done=0, total=total) as session:
        people = people_of(session, work.programme_id, volunteer_id)
        person = find(session, Volunteer, work.programme_id, volunteer_id)
        if person.erased_at is not None:
            raise RuleError(Sentence("This person was erased. There is nothing left to hand out."))
        programme, holder = session.get_one(Programme, work.programme_id).name, person.name
        files = files_of(session, work.programme_id, people, asked_by)
    for place, start in enumerate(range(0, len(wanted), _GROUP)):
        with work.step(done=place + 1) as session:
            sections += collect(session, keyring, work.programme_id, people, wanted[start : start + _GROUP], asked_by)
    today = clock.today()
    pdf = print_data(sections, programme=programme, holder=holder, made_on=today)
    record = as_record(sections, programme=programme, made_on=today)
    content = pack(record, files, sections, pdf, sign=sign)
    with work.step(done=total) as session:
        keep_file(
            session,
            work.programme_id,
            work.job_id,
            content,
            media_type="application/zip",
            filename=f"my-data-{today.isoformat()}.zip",
        )
    return {"parts": len(sections), "rows": sum(len(each.rows) for each in sections), "bytes": len(content)}
