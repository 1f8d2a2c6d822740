"""A check of the books that found one of every fault, for the full world."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import Job
from timecredits.insight.books.book_jobs import ask_for_check
from timecredits.insight.books.fault_words import FAULTS
from timecredits.insight.books.trial_balance import Part

BOOK_PAGES = {
    "programme.books_check": {"job_id": "book_check"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def book_things(session: Session, programme_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """A check that has ended and found one of everything. No job is run."""
    job_id = ask_for_check(session, programme_id, job_id=new_id(), actor_id=actor_id)
    moment = clock.now()
    outcome = {
        "checked_at": moment.isoformat(),
        "faults": [{"rule": rule, "count": 30, "ids": [str(new_id())] * 20} for rule in FAULTS],
        "parts": [[str(part), 61 * place] for place, part in enumerate(Part, start=-3)],
        "total": 549,
    }
    ended = {"outcome": outcome, "started_at": moment, "finished_at": moment, "done": 10, "tries": 1}
    session.execute(update(Job).where(Job.programme_id == programme_id, Job.id == job_id).values(**ended))
    return {"book_check": str(job_id)}


def no_such_check() -> dict[str, str]:
    """A check of another programme."""
    return {"book_check": str(new_id())}
