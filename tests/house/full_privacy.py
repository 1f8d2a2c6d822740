"""A person's data for the full world: copies that each room asked for, one erasing that waits, and answers long and short."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Job
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.privacy.erasing import ask_to_erase
from timecredits.records.privacy.export_jobs import ask_for_file
from timecredits.records.privacy.register import write_answer

PRIVACY_PAGES = {
    "coordinator.person_data": {"volunteer_id": "volunteer"},
    "coordinator.person_data_erase": {"volunteer_id": "volunteer"},
    "programme.privacy_answer": {"name": "privacy_answer"},
    "programme.privacy_person": {"volunteer_id": "any_person"},
    "programme.privacy_person_erase": {"volunteer_id": "any_person"},
    "programme.privacy_person_file": {"volunteer_id": "any_person", "job_id": "any_person_job"},
    "programme.privacy_person_making": {"volunteer_id": "any_person", "job_id": "any_person_job"},
    "volunteer.my_data_file": {"job_id": "my_data_job"},
    "volunteer.my_data_making": {"job_id": "my_data_job"},
}
"""What fills the addresses of these pages."""


def privacy_things(
    session: Session, here: tuple[UUID, UUID], volunteer_id: UUID, *, user_id: UUID, actor_id: UUID, manager_id: UUID
) -> dict[str, str]:
    """A copy for the person, one for the desk and one for the programme, ready to be fetched; somebody who waits."""
    programme_id, organisation_id = here
    own: dict[str, Any] = {"user_id": user_id}
    desk: dict[str, Any] = {"user_id": actor_id, "organisation_id": organisation_id, "by_staff": True}
    manager: dict[str, Any] = {"user_id": manager_id, "by_staff": True}
    made = [_ready(session, programme_id, volunteer_id, **each) for each in (own, desk, manager)]
    waits = enrol_volunteer(session, *here, first_name="Wilhelmina-Alexandrina", last_name="Featherstonehaugh-Cholmondeley")
    ask_to_erase(session, programme_id, waits.volunteer.id, erasure_id=new_id(), actor_id=actor_id)
    for words in ("Riverside Trust, 1 Quay Lane, Ely.", "Fenland Time Credits, 1 Quay Lane, Ely.\nhello@fenland.example"):
        write_answer(session, programme_id, "controller", words, actor_id=manager_id)
    names = ("my_data_job", "person_job", "any_person_job")
    things = dict(zip(names, map(str, made), strict=True))
    return {**things, "any_person": str(volunteer_id), "privacy_answer": "controller"}


def nobodys_data() -> dict[str, str]:
    """What stands for another's where all of the programme is the manager's own: nothing that there is."""
    return {"any_person": str(new_id()), "any_person_job": str(new_id()), "privacy_answer": "no-such-question"}


def _ready(session: Session, programme_id: UUID, volunteer_id: UUID, **asked: Any) -> UUID:
    job_id = ask_for_file(session, programme_id, volunteer_id, job_id=new_id(), **asked)
    now = clock.now()
    session.execute(
        update(Job)
        .where(Job.programme_id == programme_id, Job.id == job_id)
        .values(started_at=now, finished_at=now, outcome={"parts": 1, "rows": 1, "bytes": 22})
    )
    empty_zip = b"PK\x05\x06" + bytes(18)
    keep_file(session, programme_id, job_id, empty_zip, media_type="application/zip", filename="my-data-2026-11-22.zip")
    return job_id
