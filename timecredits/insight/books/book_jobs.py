"""Checking the books as a job: a full check of a large programme takes longer than a page may. Its outcome is kept and shown.

The worker asks for one a night, so a fault is found without anybody asking. All questions of a check are answered as of one
moment, in a transaction that can't write; only how far it is is written meanwhile.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import Handler, Job, JobState, Work, enqueue, find_job
from timecredits.insight.books.check_everything import CHECKS, check_in_turn
from timecredits.insight.books.trial_balance import Part, weigh

__all__ = [
    "CHECK",
    "HANDLERS",
    "MOST_IDS",
    "Checked",
    "KeptFault",
    "ask_for_check",
    "ask_nightly",
    "find_check",
    "last_check",
    "one_moment",
]

CHECK: Final = "books checked"
MOST_IDS: Final = 20
"""Ids that are kept of one fault; how many there are is kept as well."""


@dataclass(frozen=True, slots=True)
class KeptFault:
    """A fault as it is kept: the rule, how many rows it was found at, and the first of their ids."""

    rule: str
    count: int
    ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: when, what was found, and where all credits were, in minutes."""

    checked_at: datetime
    faults: tuple[KeptFault, ...]
    parts: Mapping[Part, int]
    total: int


def ask_for_check(session: Session, programme_id: UUID, *, job_id: UUID, actor_id: UUID | None) -> UUID:
    """Have the books checked; answers the job. One that waits or runs already is as good, so there is never a second."""
    running = session.scalars(
        select(Job.id).where(Job.programme_id == programme_id, Job.finished_at.is_(None), Job.kind == CHECK).limit(1)
    ).first()
    return running or enqueue(session, programme_id, CHECK, {}, made_by=actor_id, job_id=job_id, total=len(CHECKS) + 1)


def ask_nightly(session: Session, programme_id: UUID, today: date) -> int:
    """Have the books checked once a day; answers 1 when that was not asked for before."""
    job_id = uuid5(programme_id, f"{CHECK} {today}")
    if session.get(Job, (programme_id, job_id)) is not None:
        return 0
    return int(ask_for_check(session, programme_id, job_id=job_id, actor_id=None) == job_id)


def find_check(session: Session, programme_id: UUID, job_id: UUID) -> JobState:
    """How far a check is. Raises NotFoundError, also for a job of another kind."""
    job = find_job(session, programme_id, job_id, organisation_id=None)
    if job.kind != CHECK:
        raise NotFoundError
    return job


def last_check(session: Session, programme_id: UUID) -> Checked | None:
    """What the newest check that came to its end found; None where there was none, or it is too long ago to be kept."""
    outcome = session.scalars(
        select(Job.outcome)
        .where(Job.programme_id == programme_id, Job.finished_at.is_not(None), Job.kind == CHECK, Job.fault.is_(None))
        .order_by(Job.finished_at.desc())
        .limit(1)
    ).first()
    if outcome is None:
        return None
    return Checked(
        checked_at=datetime.fromisoformat(outcome["checked_at"]),
        faults=tuple(
            KeptFault(each["rule"], each["count"], tuple(UUID(one) for one in each["ids"])) for each in outcome["faults"]
        ),
        parts={Part(part): minutes for part, minutes in outcome["parts"]},
        total=outcome["total"],
    )


def check_books_job(work: Work) -> Mapping[str, Any]:
    """Run every check, then see where all credits are. Begun again, it begins from the start: it changes nothing."""
    found: list[dict[str, Any]] = []
    with one_moment(work.engine) as session:
        checked_at = clock.now()
        for done, faults in enumerate(check_in_turn(session, work.programme_id), start=1):
            found += [
                {"rule": each.rule, "count": len(each.ids), "ids": [str(one) for one in each.ids[:MOST_IDS]]} for each in faults
            ]
            with work.step(done=done):
                pass
        weighed = weigh(session, work.programme_id)
    return {
        "checked_at": checked_at.isoformat(),
        "faults": found,
        "parts": [[str(part), minutes] for part, minutes in weighed.parts.items()],
        "total": weighed.total,
    }


@contextmanager
def one_moment(engine: Engine) -> Iterator[Session]:
    """A session whose every question is answered as of one moment, and which can't write."""
    options: dict[str, Any] = dict(READ_ONLY)
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


HANDLERS: Final[Mapping[str, Handler]] = {CHECK: check_books_job}
"""By kind of job; the application hands them to whoever runs jobs."""
