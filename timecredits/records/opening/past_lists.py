"""The lists of people that were loaded: kept until they are added, and then only what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.jobs import Job
from timecredits.network.models import Organisation
from timecredits.network.scope import find, find_and_hold
from timecredits.records.models import PeopleImport

__all__ = [
    "PastList",
    "close_list",
    "find_list",
    "forget_lists",
    "has_begun",
    "hold_list",
    "is_running",
    "job_of",
    "list_lists",
    "told",
]

_FORGOTTEN: Final = timedelta(days=1)  # a list that nobody adds by then is thrown away


@dataclass(frozen=True, slots=True)
class PastList:
    """A list and what came of it. `imported_at` is None until it is added; `job_id` is set while a job adds it.

    `people` were enrolled, `credited` people brought over `minutes` together; `already` rows and `problems` added nothing.
    `stopped`: its job ended before the last row.
    `sent_back` holds (row, column at fault) of the first of these; no names are kept.
    """

    id: UUID
    organisation_id: UUID
    organisation: str
    filename: str
    uploaded_at: datetime
    imported_at: datetime | None
    undone_at: datetime | None
    job_id: UUID | None
    people: int
    credited: int
    minutes: int
    already: int
    problems: int
    stopped: bool
    sent_back: tuple[tuple[int, str], ...]


def find_list(session: Session, programme_id: UUID, import_id: UUID) -> PastList:
    """One list of this programme, or NotFoundError."""
    return told(session, find(session, PeopleImport, programme_id, import_id))


def list_lists(session: Session, programme_id: UUID, *, most: int = 20) -> Sequence[PastList]:
    """The lists that were added or are being added, the last first."""
    rows = session.scalars(
        select(PeopleImport)
        .where(PeopleImport.programme_id == programme_id)
        .order_by(PeopleImport.uploaded_at.desc(), PeopleImport.id)
        .limit(2 * most)
    )
    found = [told(session, row) for row in rows]
    return [each for each in found if each.imported_at is not None or each.job_id is not None][:most]


def hold_list(session: Session, programme_id: UUID, import_id: UUID) -> PeopleImport:
    """The list's row, nobody else's until the transaction ends. Raises NotFoundError."""
    return find_and_hold(session, PeopleImport, programme_id, import_id)


def close_list(session: Session, kept: PeopleImport) -> None:
    """End a list that was added in part: its names go; what it added is told, and can be undone."""
    outcome: dict[str, Any] = {**(kept.outcome or {}), "stopped": True}
    for word in ("columns", "job"):
        outcome.pop(word, None)
    kept.outcome, kept.content, kept.imported_at = outcome, None, clock.now()
    session.flush()


def has_begun(kept: PeopleImport) -> bool:
    """Whether some of its rows were added."""
    return bool((kept.outcome or {}).get("rows"))


def forget_lists(session: Session, programme_id: UUID) -> int:
    """Throw away lists of before yesterday that nobody added, and close those whose job was never finished. Answers how many."""
    waiting = select(PeopleImport).where(
        PeopleImport.programme_id == programme_id,
        PeopleImport.imported_at.is_(None),
        PeopleImport.uploaded_at < clock.now() - _FORGOTTEN,
    )
    waiting = waiting.order_by(PeopleImport.id).with_for_update(skip_locked=True)
    over = [row for row in session.scalars(waiting.execution_options(populate_existing=True)) if not is_running(session, row)]
    for row in over:
        if has_begun(row):
            close_list(session, row)
        else:
            session.delete(row)
    session.flush()
    return len(over)


def is_running(session: Session, kept: PeopleImport) -> bool:
    """Whether a job adds it now, or waits to. One that gave up may be tried again, until the list is forgotten."""
    job_id = job_of(session, kept)
    return job_id is not None and session.get_one(Job, (kept.programme_id, job_id)).finished_at is None


def job_of(session: Session, kept: PeopleImport) -> UUID | None:
    """The job that adds a list, while there is one: in a programme that was moved there is none any more."""
    asked = (kept.outcome or {}).get("job")
    if asked is None or kept.imported_at is not None:
        return None
    return None if session.get(Job, (kept.programme_id, UUID(asked))) is None else UUID(asked)


def told(session: Session, kept: PeopleImport) -> PastList:
    """What others are told of a list."""
    outcome: Mapping[str, Any] = kept.outcome or {}
    organisation = find(session, Organisation, kept.programme_id, kept.organisation_id)
    return PastList(
        id=kept.id,
        organisation_id=kept.organisation_id,
        organisation=organisation.name,
        filename=kept.filename,
        uploaded_at=kept.uploaded_at,
        imported_at=kept.imported_at,
        undone_at=kept.undone_at,
        job_id=job_of(session, kept),
        people=outcome.get("people", 0),
        credited=len(outcome.get("transfers", ())),
        minutes=outcome.get("minutes", 0),
        already=outcome.get("already", 0),
        problems=outcome.get("problems", 0),
        stopped=outcome.get("stopped", False),
        sent_back=tuple((row, column) for row, column in outcome.get("sent_back", ())),
    )
