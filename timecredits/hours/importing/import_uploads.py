"""An uploaded register from the look to the yes. Its content is kept no longer than until it is added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import enqueue
from timecredits.foundation.wording import Sentence
from timecredits.hours.importing.import_hours import ImportResult, preview_import, run_import
from timecredits.hours.importing.import_matchings import choices_of, matching_for
from timecredits.hours.importing.import_results import finish_upload
from timecredits.hours.importing.past_imports import PastImport, find_import, forget_uploads, lock_upload, told
from timecredits.hours.imports import Layout, UnmatchedFile, Unreadable
from timecredits.hours.models import HourImport
from timecredits.network.scope import find

__all__ = [
    "ADD",
    "LARGE",
    "Look",
    "PastImport",
    "confirm_upload",
    "drop_upload",
    "find_import",
    "import_file",
    "keep_upload",
    "look_at_upload",
]

ADD = "hour import"
"""The kind of job that adds a large upload; it wants `import_id` and `today`."""
LARGE = 500
"""More entries than this are added by a job, and watched on a page."""
_LONGEST_FILENAME = 120


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an upload found: what adding it would do, or why it can't be read so and how it was laid out.

    `result` is None when it can't be read so, or was added; `chosen` is what columns mean by their keys where a person said it;
    `remembered` if that was for an earlier file with the same headings.
    """

    kept: PastImport
    result: ImportResult | None = None
    layout: Layout | None = None
    fault: Sentence | None = None
    chosen: Mapping[str, str] | None = None
    remembered: bool = False


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
    """Keep a register that can be read, or may be once somebody says what its columns mean, and answer its id.

    Uploads of before yesterday that nobody confirmed go. The same `import_id` again replaces what was not confirmed yet. Raises
    Unreadable, having kept nothing.
    """
    here = (session, programme_id, organisation_id)
    try:
        layout, ready = _read(*here, content, filename, activity, None, today)
    except UnmatchedFile as unmatched:
        layout, ready = unmatched.layout, 0
    matching = matching_for(session, programme_id, organisation_id, layout)
    if matching.get("columns"):
        try:
            _, ready = _read(*here, content, filename, activity, matching, today)
        except Unreadable:
            matching.pop("columns")
            matching["remembered"] = False
    forget_uploads(session, programme_id, organisation_id)
    kept = session.get(HourImport, (programme_id, import_id))
    if kept is not None and kept.organisation_id != organisation_id:
        raise NotFoundError
    if kept is None or kept.imported_at is not None or kept.job_id is not None:
        kept = HourImport(programme_id=programme_id, id=import_id if kept is None else new_id(), organisation_id=organisation_id)
        session.add(kept)
    kept.filename, kept.content, kept.activity = filename[-_LONGEST_FILENAME:], content, activity
    kept.uploaded_by, kept.uploaded_at = uploaded_by, clock.now()
    kept.matching, kept.outcome = matching, {"ready": ready}
    session.flush()
    return kept.id


def look_at_upload(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID, *, today: date) -> Look:
    """The upload, and what adding it would do; nothing of that once it is added. Raises NotFoundError."""
    kept = find(session, HourImport, programme_id, import_id, organisation_id=organisation_id)
    if kept.content is None:
        return Look(told(kept))
    choices = choices_of(kept.matching)
    chosen: dict[str, str] = dict(choices.columns)
    remembered = bool((kept.matching or {}).get("remembered"))
    here = (session, programme_id, organisation_id, kept.content, kept.filename)
    try:
        result = preview_import(*here, activity=kept.activity, choices=choices, today=today)
    except Unreadable as fault:
        if isinstance(fault, UnmatchedFile):
            layout = fault.layout
        else:
            layout = preview_import(*here, activity=kept.activity, today=today).layout
        return Look(told(kept), layout=layout, fault=fault.sentence, chosen=chosen, remembered=remembered)
    return Look(told(kept), result=result, layout=result.layout, chosen=chosen, remembered=remembered)


def confirm_upload(
    session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID, *, today: date, actor_id: UUID | None
) -> PastImport:
    """Add an upload's hours and empty it; a large one is left to a job, and `job_id` is then set.

    A second time changes nothing and answers the same. Raises NotFoundError, and Unreadable for columns that say too little.
    """
    kept = lock_upload(session, programme_id, organisation_id, import_id)  # a double tap waits here, then finds it done
    if kept.content is None or kept.job_id is not None:
        return told(kept)
    if (kept.outcome or {}).get("ready", 0) > LARGE:
        wanted = {"import_id": str(import_id), "today": today.isoformat()}
        kept.job_id = enqueue(
            session,
            programme_id,
            ADD,
            wanted,
            organisation_id=organisation_id,
            made_by=actor_id,
            total=(kept.outcome or {})["ready"],
        )
        session.flush()
        return told(kept)
    result = run_import(
        session,
        programme_id,
        organisation_id,
        kept.content,
        kept.filename,
        activity=kept.activity,
        choices=choices_of(kept.matching),
        today=today,
        actor_id=actor_id,
        import_id=import_id,
    )
    finish_upload(session, kept, result)
    return told(kept)


def import_file(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None,
    today: date,
    actor_id: UUID | None,
) -> ImportResult:
    """Add a register at once, however large, as an import that is listed and can be undone like an upload.

    Its content is never kept, and a file that adds nothing leaves no import. Raises Unreadable.
    """
    kept = HourImport(programme_id=programme_id, id=new_id(), organisation_id=organisation_id)
    kept.filename, kept.activity = filename[-_LONGEST_FILENAME:], activity
    kept.uploaded_by, kept.uploaded_at = actor_id, clock.now()
    session.add(kept)
    session.flush()
    result = run_import(
        session,
        programme_id,
        organisation_id,
        content,
        filename,
        activity=activity,
        today=today,
        actor_id=actor_id,
        import_id=kept.id,
    )
    if result.imported:
        finish_upload(session, kept, result)
    else:
        session.delete(kept)
        session.flush()
    return result


def drop_upload(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> bool:
    """Throw an upload away; False if it was added or is being added (then nothing changes). Raises NotFoundError."""
    kept = lock_upload(session, programme_id, organisation_id, import_id)
    if kept.imported_at is not None or kept.job_id is not None:
        return False
    session.delete(kept)
    session.flush()
    return True


def _read(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    activity: str | None,
    matching: Mapping[str, Any] | None,
    today: date,
) -> tuple[Layout, int]:
    look = preview_import(
        session,
        programme_id,
        organisation_id,
        content,
        filename,
        activity=activity,
        choices=choices_of(matching),
        today=today,
    )
    return look.layout, look.to_add
