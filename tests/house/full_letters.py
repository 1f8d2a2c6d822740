"""Letters for the full world: one asked for, one asked of a colleague, one to be read, and a file that a job has made."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Job
from timecredits.journey.letters.asking import ask_for_letter
from timecredits.journey.letters.bulk_issuing import ask_for_letters
from timecredits.journey.letters.issuing import Issuer
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.journey.models import Document, Reference
from timecredits.network.models import StaffRole, Volunteer


def letter_things(
    session: Session, issuer: Issuer, here: tuple[UUID, UUID], volunteer_id: UUID, letter_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """Make them; `letter_id` is an issued one of this organisation. Answers what fills the addresses of their pages."""
    programme_id, organisation_id = here
    role = session.scalars(
        select(StaffRole.id).where(
            StaffRole.programme_id == programme_id,
            StaffRole.organisation_id == organisation_id,
            StaffRole.user_id == actor_id,
            StaffRole.ended_at.is_(None),
        )
    ).one()
    asked = ask_for_letter(
        session,
        programme_id,
        volunteer_id,
        request_id=new_id(),
        role_id=role,
        holder_name=session.get_one(Volunteer, (programme_id, volunteer_id)).name,
        words="A place on the care course at the college in Wisbech, which begins in September.",
        base_url=issuer.base_url,
    )
    colleague = Author(new_id(), "Bartholomew Featherstonehaugh-Cholmondeley", "Director of volunteering and outreach")
    draft_reference(
        session,
        *here,
        reference_id=new_id(),
        volunteer_id=volunteer_id,
        holder_name="Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley",
        opinion="Calm, quick, and never late.",
        neutral_letterhead=True,
        author=colleague,
        confidential=True,
        wants_second_look=True,
    )
    job_id = ask_for_letters(
        session, *here, job_id=new_id(), author=Author(actor_id, "Jo Reed", "Volunteer coordinator"), volunteer_ids=[volunteer_id]
    )
    letter = session.get_one(Reference, (programme_id, letter_id))
    content = session.get_one(Document, (programme_id, letter.document_id)).content
    keep_file(session, programme_id, job_id, content, media_type="application/pdf", filename="letters.pdf")
    job = session.get_one(Job, (programme_id, job_id))
    job.started_at = job.finished_at = clock.now()
    failed = {"person": str(volunteer_id), "sentence": "There are no hours for this person here."}
    job.done, job.outcome = 1, {"letters": 1, "failed": [failed]}
    session.flush()
    return {"letter_asked": str(asked.id), "letter_role": str(role), "letter_job": str(job_id)}
