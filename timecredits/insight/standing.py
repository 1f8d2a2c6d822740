"""How the service stands, in a few numbers over all programmes, for whoever watches it. Nobody's name or id comes out of here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, func, select
from sqlalchemy import case as case_of
from sqlalchemy.orm import Session

from timecredits.foundation import mail, texts
from timecredits.foundation.jobs import Job
from timecredits.insight.books.book_jobs import CHECK
from timecredits.network.models import Programme, ProgrammeVenue
from timecredits.spending.models import RedemptionAttempt, Till, TillKind

__all__ = ["SILENT", "Standing", "see_standing"]

SILENT: Final[Mapping[str, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
"""For how long nothing came from a till."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts by state. Ages are in seconds; 0 where there is nothing to have one."""

    jobs: Mapping[str, int]
    """`waiting`, `running`, `failed` (came to no good end within a day)."""
    oldest_job: float
    """How long the oldest waiting job has waited."""
    mails: Mapping[str, int]
    """`waiting`, `given_up`."""
    texts: Mapping[str, int]
    books: Mapping[str, int]
    """Programmes whose last check found that they `add_up`, or `faults`; `unchecked` where none is kept."""
    oldest_check: float
    """How long ago the programme was checked that was checked longest ago."""
    tills: int
    """Paired and not removed."""
    silent_tills: Mapping[str, int]
    """Of these, how many were silent for each stretch of SILENT, or longer; `ever` since they were paired."""


def see_standing(session: Session, now: datetime) -> Standing:
    """Look, in five queries, however many programmes there are."""
    jobs, oldest_job = _jobs(session, now)
    books, oldest_check = _books(session, now)
    tills, silent = _tills(session, now)
    return Standing(
        jobs=jobs,
        oldest_job=oldest_job,
        mails=_letters(session, mail.MailMessage, mail.MAX_TRIES),
        texts=_letters(session, texts.TextMessage, texts.MAX_TRIES),
        books=books,
        oldest_check=oldest_check,
        tills=tills,
        silent_tills=silent,
    )


def _jobs(session: Session, now: datetime) -> tuple[dict[str, int], float]:
    unfinished, untaken = Job.finished_at.is_(None), Job.started_at.is_(None)
    failed = Job.fault.is_not(None) & (Job.finished_at > now - _DAY)
    row = session.execute(
        select(
            _count(unfinished & untaken).label("waiting"),
            _count(unfinished & ~untaken).label("running"),
            _count(failed).label("failed"),
            func.min(case_of((unfinished & untaken, Job.made_at))).label("oldest"),
        ).where(unfinished | failed)
    ).one()
    return {"waiting": row.waiting, "running": row.running, "failed": row.failed}, _age(row.oldest, now)


def _letters(session: Session, letter: Any, most_tries: int) -> dict[str, int]:
    row = session.execute(
        select(
            _count(letter.tries < most_tries).label("waiting"),
            _count((letter.tries >= most_tries) & (letter.recipient != "")).label("given_up"),
        ).where(letter.sent_at.is_(None))
    ).one()
    return {"waiting": row.waiting, "given_up": row.given_up}


def _books(session: Session, now: datetime) -> tuple[dict[str, int], float]:
    ended = (Job.kind == CHECK) & Job.finished_at.is_not(None) & Job.fault.is_(None)
    newest = (
        select(Job.programme_id, func.max(Job.finished_at).label("finished_at"))
        .where(ended)
        .group_by(Job.programme_id)
        .subquery()
    )
    rows = session.execute(
        select(Programme.id, Job.finished_at, Job.outcome)
        .outerjoin(newest, newest.c.programme_id == Programme.id)
        .outerjoin(Job, (Job.programme_id == newest.c.programme_id) & (Job.finished_at == newest.c.finished_at) & ended)
    ).all()
    last = {row.id: row for row in rows}.values()
    found = {"add_up": 0, "faults": 0, "unchecked": 0}
    for row in last:
        found["unchecked" if row.outcome is None else "faults" if row.outcome["faults"] else "add_up"] += 1
    return found, _age(min((row.finished_at for row in last if row.finished_at is not None), default=None), now)


def _tills(session: Session, now: datetime) -> tuple[int, dict[str, int]]:
    # By the index of attempts: one look for each till and each programme of its venue.
    asked = (
        select(func.max(RedemptionAttempt.arrived_at))
        .where(RedemptionAttempt.programme_id == ProgrammeVenue.programme_id, RedemptionAttempt.till_id == Till.id)
        .correlate(ProgrammeVenue, Till)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Till.id, Till.paired_at, Till.last_seen_at, func.max(asked).label("asked_at"))
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Till.venue_id)
        .where(Till.revoked_at.is_(None), Till.kind == TillKind.SCREEN)
        .group_by(Till.id, Till.paired_at, Till.last_seen_at)
    ).all()
    seen = [max((each for each in (row.last_seen_at, row.asked_at) if each is not None), default=None) for row in rows]
    heard = [last or row.paired_at for last, row in zip(seen, rows, strict=True)]
    silent = {name: sum(each <= now - stretch for each in heard) for name, stretch in SILENT.items()}
    return len(rows), {**silent, "ever": seen.count(None)}


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case_of((which, 1), else_=0)), 0, type_=Integer())


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
