"""Undo a whole import: every entry it brought in is taken away, with a reason; both stay visible. Then it may come in again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.jobs import enqueue
from timecredits.foundation.wording import Sentence
from timecredits.hours.correction_words import used_of
from timecredits.hours.corrections import CreditsUsedError
from timecredits.hours.importing.import_uploads import LARGE
from timecredits.hours.importing.past_imports import PastImport, lock_upload, told
from timecredits.hours.models import HourCorrection, HourEntry, HourImport, HourImportEntry
from timecredits.hours.taking_away import take_away_hours
from timecredits.hours.used_credits import Foreseen, foresee
from timecredits.network.scope import find

__all__ = ["UNDO", "Undone", "count_changed", "foresee_undoing", "take_away_import", "undo_import"]

UNDO = "hour import undo"
"""The kind of job that undoes a large import; it wants `import_id` and `today`."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undoing did. `minutes` were taken away, `people` are whose; `past.remarks` say what became of used credits."""

    past: PastImport
    minutes: int = 0
    people: int = 0


def foresee_undoing(session: Session, programme_id: UUID, organisation_id: UUID, import_id: UUID) -> Foreseen:
    """What undoing an import now would find used. Raises NotFoundError."""
    kept = find(session, HourImport, programme_id, import_id, organisation_id=organisation_id)
    return foresee(session, programme_id, list(_what_counts(session, kept)))


def undo_import(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    import_id: UUID,
    *,
    today: date,
    actor_id: UUID | None,
    agreed_to: int | None = None,
) -> Undone:
    """Undo an import, all or nothing; a large one is left to a job, and `past.job_id` is then set. Twice undoes once.

    Credits used meanwhile follow the programme's rule; `agreed_to` is how many minutes of them the coordinator has been told of,
    None: whatever it is. One that is not added yet is left alone. Raises NotFoundError, and CreditsUsedError when there are more.
    """
    kept = lock_upload(session, programme_id, organisation_id, import_id)
    if kept.imported_at is None or kept.undone_at is not None or kept.job_id is not None:
        return Undone(told(kept))
    if (kept.outcome or {}).get("imported", 0) > LARGE:
        seen = foresee(session, programme_id, list(_what_counts(session, kept)))
        if seen.asks is not None and agreed_to is not None and seen.lent > agreed_to:
            raise CreditsUsedError(seen.asks, seen.lent)
        wanted = {"import_id": str(import_id), "today": today.isoformat()}
        kept.job_id = enqueue(session, programme_id, UNDO, wanted, organisation_id=organisation_id, made_by=actor_id)
        session.flush()
        return Undone(told(kept))
    return take_away_import(session, kept, today=today, actor_id=actor_id, agreed_to=agreed_to)


def take_away_import(
    session: Session, kept: HourImport, *, today: date, actor_id: UUID | None, agreed_to: int | None = None
) -> Undone:
    """Take away what an import that the caller has locked brought in. Twice takes away once. `agreed_to` as in `undo_import`."""
    if kept.undone_at is not None:
        return Undone(told(kept))
    here = (kept.programme_id, kept.organisation_id)
    entry_ids = list(_what_counts(session, kept))
    reason = str(Sentence("Import undone"))
    gone = take_away_hours(session, *here, entry_ids, reason=reason, actor_id=actor_id, today=today, agreed_to=agreed_to)
    kept.undone_at, kept.undone_by, kept.job_id = clock.now(), actor_id, None
    made_up, owed = used_of(gone)
    kept.outcome = {**(kept.outcome or {}), "made_up": made_up, "owed": owed}
    people = session.scalar(
        select(func.count(HourEntry.volunteer_id.distinct()))
        .select_from(HourImportEntry)
        .join(HourEntry, (HourEntry.programme_id == HourImportEntry.programme_id) & (HourEntry.id == HourImportEntry.id))
        .where(HourImportEntry.programme_id == kept.programme_id, HourImportEntry.import_id == kept.id)
    )
    session.flush()
    audit.record(session, here[0], "import undone", actor_id=actor_id, subject_id=kept.id, organisation_id=here[1])
    return Undone(told(kept), sum(each.before for each in gone), people or 0)


def count_changed(session: Session, programme_id: UUID, import_id: UUID) -> int:
    """How many entries of an import were corrected or taken away since."""
    return (
        session.scalar(
            select(func.count())
            .select_from(HourImportEntry)
            .join(
                HourCorrection,
                (HourCorrection.programme_id == HourImportEntry.programme_id) & (HourCorrection.entry_id == HourImportEntry.id),
            )
            .where(HourImportEntry.programme_id == programme_id, HourImportEntry.import_id == import_id)
        )
        or 0
    )


def _what_counts(session: Session, kept: HourImport) -> Iterator[UUID]:
    """The entries of an import, or what counts instead of those that were corrected since, however often."""
    ids = list(
        session.scalars(
            select(HourImportEntry.id)
            .where(HourImportEntry.programme_id == kept.programme_id, HourImportEntry.import_id == kept.id)
            .order_by(HourImportEntry.id)
        )
    )
    corrected = (
        select(HourCorrection.entry_id, HourCorrection.replacement_id)
        .join(
            HourImportEntry,
            (HourImportEntry.programme_id == HourCorrection.programme_id) & (HourImportEntry.id == HourCorrection.entry_id),
        )
        .where(HourImportEntry.programme_id == kept.programme_id, HourImportEntry.import_id == kept.id)
    )
    instead: dict[UUID, UUID | None] = {row.entry_id: row.replacement_id for row in session.execute(corrected)}
    for entry_id in ids:
        standing: UUID | None = entry_id
        while standing in instead:
            standing = instead[standing]
            if standing is not None and standing not in instead:
                further = session.execute(
                    select(HourCorrection.entry_id, HourCorrection.replacement_id).where(
                        HourCorrection.programme_id == kept.programme_id, HourCorrection.entry_id == standing
                    )
                )
                instead.update({row.entry_id: row.replacement_id for row in further})
        if standing is not None:
            yield standing
