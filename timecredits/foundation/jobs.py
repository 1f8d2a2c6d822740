"""Long work outside the request: a job is a row, committed with what asked for it, done afterwards, and watched meanwhile.

A handler does its work in steps, each in a transaction that also renews the job's lease and says how far it is. So a step is
either done and counted or neither; a runner that dies leaves a job that another takes up where the lease ends; and a runner
that was only slow finds that the job is no longer its own before it writes again. Why no queue library: docs/adr/0013.
"""

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Engine, Index, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from timecredits.foundation import clock
from timecredits.foundation.db import Base, InProgramme, new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.log_lines import do, facts

__all__ = ["Handler", "Job", "JobState", "Work", "enqueue", "find_job", "forget_finished", "run_waiting", "try_again"]

MAX_TRIES = 3
LEASE = timedelta(minutes=5)
"""How long a job may go without a step before its runner is taken for dead."""
WAITING = "job_waiting"
"""In `session.info` once a job was asked for: whoever commits then wakes a runner."""


class Job(InProgramme, Base):
    """Work of one `kind` on the plain values in `wanted`: `done` of `total` steps, and at its end an `outcome` or a `fault`."""

    __tablename__ = "job"
    constraints: ClassVar = (Index(None, "programme_id", "finished_at"),)

    organisation_id: Mapped[UUID | None]
    kind: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None]
    fault: Mapped[str | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


_log = logging.getLogger(__name__)
_job: Any = Job.__table__


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as a page shows it. `fault` is None, or why it gave up: the kind of the exception, `died`, or `refused`.

    `refused` by a rule: then the outcome holds its `sentence`.
    """

    id: UUID
    kind: str
    done: int
    total: int | None
    outcome: Mapping[str, Any] | None
    fault: str | None
    finished: bool


class JobLostError(Exception):
    """Another runner has taken the job over. Nothing of this step was written."""


@dataclass(slots=True)
class Work:
    """A claimed job in its handler's hands. `lease` is the instant it was claimed or last renewed."""

    engine: Engine
    programme_id: UUID
    job_id: UUID
    organisation_id: UUID | None
    made_by: UUID | None
    wanted: Mapping[str, Any]
    lease: datetime

    @contextmanager
    def step(self, *, done: int | None = None, total: int | None = None) -> Iterator[Session]:
        """One transaction of the work; where it commits, `done` of `total` is what a page shows.

        Raises JobLostError before anything is written when the lease has gone to another runner.
        """
        values: dict[str, Any] = {"started_at": self._next_lease()}
        values |= {name: value for name, value in (("done", done), ("total", total)) if value is not None}
        with transaction(self.engine) as session:
            if not _change(session, self.programme_id, self.job_id, values, _job.c.started_at == self.lease):
                raise JobLostError(self.job_id)
            yield session
        self.lease = values["started_at"]

    def _next_lease(self) -> datetime:
        # The lease is told apart by its instant, so a clock that stands still must not give the same one twice.
        return max(clock.now(), self.lease + timedelta(microseconds=1))


Handler = Callable[[Work], Mapping[str, Any]]
"""Does the work in `work.step()`s and answers the outcome, plain values for JSON. The same job again must do it once."""


def enqueue(
    session: Session,
    programme_id: UUID,
    kind: str,
    wanted: Mapping[str, Any],
    *,
    organisation_id: UUID | None = None,
    made_by: UUID | None,
    job_id: UUID | None = None,
    total: int | None = None,
) -> UUID:
    """Ask for a job, to be run once this transaction has committed. The same `job_id` twice is one job."""
    key = job_id or new_id()
    if session.get(Job, (programme_id, key)) is None:
        session.add(
            Job(
                programme_id=programme_id,
                id=key,
                organisation_id=organisation_id,
                kind=kind,
                wanted=dict(wanted),
                done=0,
                total=total,
                tries=0,
                made_by=made_by,
                made_at=clock.now(),
            )
        )
        session.flush()
        session.info[WAITING] = True
    return key


def find_job(session: Session, programme_id: UUID, job_id: UUID, *, organisation_id: UUID | None) -> JobState:
    """How far a job of this organisation is. Raises NotFoundError."""
    job = _find(session, programme_id, job_id, organisation_id)
    return JobState(job.id, job.kind, job.done, job.total, job.outcome, job.fault, job.finished_at is not None)


def try_again(session: Session, programme_id: UUID, job_id: UUID, *, organisation_id: UUID | None) -> None:
    """Run a job that gave up once more; one that runs or is done is left alone. Raises NotFoundError."""
    _find(session, programme_id, job_id, organisation_id)
    values = {"tries": 0, "fault": None, "outcome": None, "started_at": None, "finished_at": None}
    if _change(session, programme_id, job_id, values, _job.c.fault.is_not(None), unfinished=False):
        session.info[WAITING] = True


def run_waiting(engine: Engine, handlers: Mapping[str, Handler], *, limit: int = 50) -> int:
    """Run what waits, oldest first, and answer how many jobs came to their end, well or not.

    Jobs of a kind that `handlers` doesn't know are left for a runner that does.
    """
    ended = 0
    while ended < limit and (work := _claim(engine, list(handlers))) is not None:
        kind, claimed = work
        begun = perf_counter()
        with do("job", str(claimed.job_id)) as now:
            done = _run(handlers[kind], claimed)
            took = round((perf_counter() - begun) * 1000)
            _log.info("job", extra=facts(kind=kind, ended=done, milliseconds=took, queries=now.queries))
        ended += done
    return ended


def forget_finished(session: Session, programme_id: UUID, before: datetime) -> int:
    """Throw away jobs of a programme that came to their end, well or not, before an instant. Answers how many."""
    gone = session.execute(
        delete(_job).where(_job.c.programme_id == programme_id, _job.c.finished_at.is_not(None), _job.c.finished_at < before)
    )
    return cast("CursorResult[Any]", gone).rowcount


def _claim(engine: Engine, kinds: list[str]) -> tuple[str, Work] | None:
    """Take the oldest job that nobody works on. Two runners at once: whoever moves `started_at` has it."""
    while True:
        with transaction(engine) as session:
            now = clock.now()
            free = _is_free(now)
            waiting = session.execute(
                select(_job).where(_job.c.finished_at.is_(None), free, _job.c.kind.in_(kinds)).order_by(_job.c.made_at).limit(1)
            ).one_or_none()
            if waiting is None:
                return None
            if waiting.tries >= MAX_TRIES:  # its runner died each time
                _change(session, waiting.programme_id, waiting.id, {"fault": "died", "finished_at": now}, free)
                continue
            values = {"started_at": now, "tries": waiting.tries + 1}
            if _change(session, waiting.programme_id, waiting.id, values, free):
                work = Work(
                    engine=engine,
                    programme_id=waiting.programme_id,
                    job_id=waiting.id,
                    organisation_id=waiting.organisation_id,
                    made_by=waiting.made_by,
                    wanted=waiting.wanted,
                    lease=now,
                )
                return waiting.kind, work


def _is_free(now: datetime) -> ColumnElement[bool]:
    # A lease from times to come was taken before the clock was set back; its runner, if it lives, finds that it lost the job.
    held = _job.c.started_at
    return or_(held.is_(None), held < now - LEASE, held > now + LEASE)


def _run(handler: Handler, work: Work) -> bool:
    """Run one claimed job; False when it was let go, to be tried again or because another has it."""
    try:
        outcome = handler(work)
        with work.step() as session:
            _change(session, work.programme_id, work.job_id, {"outcome": dict(outcome), "finished_at": clock.now()})
    except JobLostError:
        return False
    except RuleError as refused:  # trying again would be refused again
        return _let_go(work, "refused", outcome={"sentence": str(refused.sentence)})
    except Exception as fault:  # noqa: BLE001  one job's fault must not hold up the jobs behind it
        # Where it failed and how, but not the fault's words: a database quotes what was written.
        _log.error("a job failed: %s\n%s", type(fault).__name__, "".join(traceback.format_tb(fault.__traceback__)))
        return _let_go(work, type(fault).__name__)
    return True


def _let_go(work: Work, fault: str, *, outcome: Mapping[str, Any] | None = None) -> bool:
    """Give a job up for good after its last try or with an outcome, else back to be tried again."""
    with transaction(work.engine) as session:
        mine = _job.c.started_at == work.lease
        given_up: dict[str, Any] = {"fault": fault, "outcome": outcome, "finished_at": clock.now()}
        spent = [] if outcome is not None else [_job.c.tries >= MAX_TRIES]
        if _change(session, work.programme_id, work.job_id, given_up, mine, *spent):
            return True
        _change(session, work.programme_id, work.job_id, {"started_at": None}, mine)
        return False


def _change(
    session: Session, programme_id: UUID, job_id: UUID, values: dict[str, Any], *conditions: Any, unfinished: bool = True
) -> bool:
    """Change a job's row if it still stands as these conditions say."""
    if unfinished:
        conditions = (*conditions, _job.c.finished_at.is_(None))
    changed = session.execute(
        update(_job).where(_job.c.programme_id == programme_id, _job.c.id == job_id, *conditions).values(**values)
    )
    return bool(cast("CursorResult[Any]", changed).rowcount)


def _find(session: Session, programme_id: UUID, job_id: UUID, organisation_id: UUID | None) -> Job:
    job = session.scalars(
        select(Job).filter_by(programme_id=programme_id, id=job_id, organisation_id=organisation_id)
    ).one_or_none()
    if job is None:
        raise NotFoundError
    return job
