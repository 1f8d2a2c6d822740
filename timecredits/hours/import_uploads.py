"""An uploaded register between the look and the yes. Its content is kept no longer than that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.import_hours import ImportResult, preview_import, run_import
from timecredits.hours.models import HourImport
from timecredits.network.scope import find

__all__ = ["PastImport", "confirm_upload", "drop_upload", "find_import", "keep_upload", "list_imports", "look_at_upload"]

_FORGOTTEN = timedelta(days=1)  # an upload that nobody confirms by then is thrown away
_LONGEST_FILENAME = 120
_MOST_ROWS_KEPT = 500


@dataclass(frozen=True, slots=True)
class PastImport:
    """An upload and what came of it. `imported_at` is None until it is confirmed.

    `sent_back` holds (row, column letter or "", which column is at fault); names and notes are not kept.
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
    problems: int
    sent_back: tuple[tuple[int, str, str], ...]


def keep_upload(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None,
    today: date,
    uploaded_by: UUID | None,
    import_id: UUID,
) -> UUID:
    """Keep a register that can be read, and answer its id; uploads of before yesterday that nobody confirmed go.

    The same `import_id` again replaces what was not confirmed yet. Raises Unreadable, having kept nothing.
    """
    preview_import(session, programme_id, organisation_id, content, filename, activity=activity, today=today)
    now = clock.now()
    session.execute(
        delete(HourImport).where(
            HourImport.programme_id == programme_id,
            HourImport.organisation_id == organisation_id,
            HourImport.imported_at.is_(None),
            HourImport.uploaded_at < now - _FORGOTTEN,
        )
    )
    kept = session.get(HourImport, (programme_id, import_id))
    if kept is not None and kept.organisation_id != organisation_id:
        raise NotFoundError
    if kept is None or kept.imported_at is not None:
        kept = HourImport(programme_id=programme_id, id=import_id if kept is None else new_id(), organisation_id=organisation_id)
        session.add(kept)
    kept.filename, kept.content, kept.activity = filename[-_LONGEST_FILENAME:], content, activity
    kept.uploaded_by, kept.uploaded_at = uploaded_by, now
    session.flush()
    return kept.id


def find_import(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> PastImport:
    """One upload of this organisation, or NotFoundError."""
    return _told(find(session, HourImport, programme_id, import_id, organisation_id=organisation_id))


def list_imports(session: Session, programme_id: UUID, organisation_id: UUID, *, most: int = 10) -> Sequence[PastImport]:
    """The registers that were added, the last first."""
    rows = session.scalars(
        select(HourImport)
        .where(
            HourImport.programme_id == programme_id,
            HourImport.organisation_id == organisation_id,
            HourImport.imported_at.is_not(None),
        )
        .order_by(HourImport.uploaded_at.desc())
        .limit(most)
    )
    return [_told(row) for row in rows]


def look_at_upload(
    session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID, *, today: date
) -> tuple[PastImport, ImportResult | None]:
    """The upload, and what adding it would do; None once it is added. Raises NotFoundError."""
    kept = find(session, HourImport, programme_id, import_id, organisation_id=organisation_id)
    if kept.content is None:
        return _told(kept), None
    look = preview_import(
        session, programme_id, organisation_id, kept.content, kept.filename, activity=kept.activity, today=today
    )
    return _told(kept), look


def confirm_upload(
    session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID, *, today: date, actor_id: UUID | None
) -> PastImport:
    """Add an upload's hours and empty it. A second time changes nothing and answers the same. Raises NotFoundError."""
    kept = _lock(session, programme_id, organisation_id, import_id)  # a double tap waits here, then finds it done
    if kept.content is not None:
        result = run_import(
            session,
            programme_id,
            organisation_id,
            kept.content,
            kept.filename,
            activity=kept.activity,
            today=today,
            actor_id=actor_id,
            import_id=import_id,
        )
        kept.content, kept.imported_at, kept.outcome = None, clock.now(), _outcome(result)
        session.flush()
    return _told(kept)


def drop_upload(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> bool:
    """Throw an upload away; False if it was added already (then nothing changes). Raises NotFoundError."""
    kept = _lock(session, programme_id, organisation_id, import_id)
    if kept.imported_at is not None:
        return False
    session.delete(kept)
    session.flush()
    return True


def _lock(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> HourImport:
    kept = session.scalars(
        select(HourImport).filter_by(programme_id=programme_id, id=import_id, organisation_id=organisation_id).with_for_update()
    ).one_or_none()
    if kept is None:
        raise NotFoundError
    return kept


def _outcome(result: ImportResult) -> dict[str, Any]:
    return {
        "ready": result.ready,
        "imported": result.imported,
        "already": result.already,
        "minutes": result.minutes,
        "people": result.people,
        "problems": len(result.problems),
        "sent_back": [[each.row, each.letter or "", each.column] for each in result.problems[:_MOST_ROWS_KEPT]],
    }


def _told(kept: HourImport) -> PastImport:
    outcome = kept.outcome or {}
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
        problems=outcome.get("problems", 0),
        sent_back=tuple((row, letter, column) for row, letter, column in outcome.get("sent_back", ())),
    )
