"""Uploads of registers as others see them: what came of each, and the rows to mend for a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.correction_words import said_of_used
from timecredits.hours.models import HourImport
from timecredits.network.scope import find

__all__ = ["PastImport", "find_import", "forget_uploads", "list_imports", "lock_upload", "read_mending", "told"]

_FORGOTTEN = timedelta(days=1)  # an upload that nobody confirms by then is thrown away, and so are rows to mend


@dataclass(frozen=True, slots=True)
class PastImport:
    """An upload and what came of it. `imported_at` is None until it is added; `job_id` is set while a job adds or undoes it.

    `earned` is minutes of credit, as they were when it came in.
    `sent_back` holds (row, column letter or "", which column is at fault, sheet); names and notes are not kept.
    `problems` are those of `bad_rows` rows. `to_mend`: the rows sent back can still be downloaded. `remarks` say what became of
    credits that were used already when it was undone.
    """

    id: UUID
    filename: str
    activity: str | None
    uploaded_at: datetime
    imported_at: datetime | None
    imported: int
    already: int
    minutes: int
    people: int
    earned: int
    problems: int
    sent_back: tuple[tuple[int, str, str, str], ...]
    bad_rows: int = 0
    job_id: UUID | None = None
    undone_at: datetime | None = None
    to_mend: bool = False
    remarks: tuple[Sentence, ...] = ()


def find_import(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> PastImport:
    """One upload of this organisation, or NotFoundError."""
    return told(find(session, HourImport, programme_id, import_id, organisation_id=organisation_id))


def list_imports(session: Session, programme_id: UUID, organisation_id: UUID, *, most: int = 10) -> Sequence[PastImport]:
    """The registers that were added or are being added, the last first."""
    rows = session.scalars(
        select(HourImport)
        .where(
            HourImport.programme_id == programme_id,
            HourImport.organisation_id == organisation_id,
            HourImport.imported_at.is_not(None) | HourImport.job_id.is_not(None),
        )
        .order_by(HourImport.uploaded_at.desc())
        .limit(most)
    )
    return [told(row) for row in rows]


def read_mending(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> bytes:
    """The rows to mend as a CSV file, for a day after they were sent back. Raises NotFoundError."""
    kept = find(session, HourImport, programme_id, import_id, organisation_id=organisation_id)
    if kept.to_mend is None or not told(kept).to_mend:
        raise NotFoundError
    return kept.to_mend


def forget_uploads(session: Session, programme_id: UUID | None = None, organisation_id: UUID | None = None) -> int:
    """Throw away uploads that nobody confirmed within a day, and rows to mend of a day ago; everywhere, or in one place.

    Answers of how many uploads something went.
    """
    before = clock.now() - _FORGOTTEN
    here = [] if programme_id is None else [HourImport.programme_id == programme_id]
    here += [] if organisation_id is None else [HourImport.organisation_id == organisation_id]
    gone = session.execute(
        delete(HourImport).where(
            *here, HourImport.imported_at.is_(None), HourImport.job_id.is_(None), HourImport.uploaded_at < before
        )
    )
    emptied = session.execute(
        update(HourImport)
        .where(*here, HourImport.to_mend.is_not(None), HourImport.imported_at < before)
        .values(to_mend=None)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", gone).rowcount + cast("CursorResult[Any]", emptied).rowcount


def lock_upload(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> HourImport:
    """The upload's row, nobody else's until the transaction ends. Raises NotFoundError."""
    kept = session.scalars(
        select(HourImport)
        .filter_by(programme_id=programme_id, id=import_id, organisation_id=organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if kept is None:
        raise NotFoundError
    return kept


def told(kept: HourImport) -> PastImport:
    """What others are told of an upload."""
    outcome = kept.outcome or {}
    fresh = kept.imported_at is not None and kept.imported_at > clock.now() - _FORGOTTEN
    return PastImport(
        id=kept.id,
        filename=kept.filename,
        activity=kept.activity,
        uploaded_at=kept.uploaded_at,
        imported_at=kept.imported_at,
        imported=outcome.get("imported", 0),
        already=outcome.get("already", 0),
        minutes=outcome.get("minutes", 0),
        people=outcome.get("people", 0),
        earned=outcome.get("earned", outcome.get("minutes", 0)),
        problems=outcome.get("problems", 0),
        bad_rows=outcome.get("bad_rows", outcome.get("problems", 0)),
        sent_back=tuple((each[0], each[1], each[2], each[3] if len(each) > 3 else "") for each in outcome.get("sent_back", ())),  # noqa: PLR2004 - older ones name no sheet
        job_id=kept.job_id,
        undone_at=kept.undone_at,
        to_mend=kept.to_mend is not None and fresh,
        remarks=tuple(said_of_used(outcome.get("made_up", 0), outcome.get("owed", 0))),
    )
