"""Data in and out for the full world: an export, and lists of people that wait, run, and were added."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Job
from timecredits.records.models import PeopleImport
from timecredits.records.moving.export_jobs import ask_for_export
from timecredits.records.opening.uploads import LARGE, add_list, keep_list

MOVING_PAGES = {
    "programme.moving_progress": {"job_id": "export_job"},
    "programme.moving_file": {"job_id": "export_job"},
    "programme.opening_look": {"import_id": "list_waiting"},
    "programme.opening_progress": {"import_id": "list_running"},
    "programme.opening_done": {"import_id": "list_done"},
    "programme.opening_undo": {"import_id": "list_done"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""

_LIST = "Number,Name,Credits\n901,Wilhelmina-Alexandrina Featherstonehaugh,12\n902,محمد علي,2.5\n901,Somebody Else,12h\n"


def moving_things(session: Session, here: tuple[UUID, UUID], *, actor_id: UUID) -> dict[str, str]:
    """An export that is made, a list to look at, a long one that a job adds, and one that was added. No job is run."""
    programme_id = here[0]

    def keep(content: str) -> UUID:
        return keep_list(session, *here, content.encode(), "people.csv", uploaded_by=actor_id, import_id=new_id())

    done = keep(_LIST)
    add_list(session, programme_id, done, actor_id=actor_id)
    running = keep("Name,Credits\n" + "".join(f"Person {each},1\n" for each in range(LARGE + 1)))
    add_list(session, programme_id, running, actor_id=actor_id)
    session.get_one(PeopleImport, (programme_id, running)).content = b"Name\nBo\n"
    waiting = keep(_LIST.replace("90", "80"))
    export = ask_for_export(session, programme_id, job_id=new_id(), actor_id=actor_id)
    keep_file(session, programme_id, export, b"{}", media_type="application/gzip", filename="programme.jsonl.gz")
    job = session.get_one(Job, (programme_id, export))
    job.started_at = job.finished_at = clock.now()
    job.outcome = {"rows": 1, "bytes": 2}
    session.flush()
    return {
        "list_done": str(done),
        "list_running": str(running),
        "list_waiting": str(waiting),
        "export_job": str(export),
    }


def no_such_moving() -> dict[str, str]:
    """Of another programme there is nothing: ids of none."""
    return {name: str(new_id()) for name in ("list_done", "list_running", "list_waiting", "export_job")}
