"""Noting who was given notes: somebody enrolled here, or a few words. Only for notes that are still out."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence, counted
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.note_models import CreditNote, NoteBatch
from timecredits.spending.notes.ending import notes_of

LONGEST_HANDED = 100


def hand_out(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    batch_id: UUID,
    note_ids: Sequence[UUID],
    *,
    volunteer_id: UUID | None = None,
    words: str = "",
    actor_id: UUID | None,
) -> int:
    """Keep to whom these notes of a batch went, and answer how many that was; the others were used or ended before.

    Raises RuleError when nobody is named or no note is chosen, NotFoundError for a batch or a person of elsewhere.
    """
    words = " ".join(words.split())
    find(session, NoteBatch, programme_id, batch_id, organisation_id=organisation_id)
    if volunteer_id is not None:
        find_enrolled(session, programme_id, organisation_id, volunteer_id)
    elif not words:
        raise RuleError(Sentence("Say who has them. Nothing was saved."), field="to")
    if len(words) > LONGEST_HANDED:
        raise RuleError(counted("Use at most %(num)s letter.", "Use at most %(num)s letters.", LONGEST_HANDED), field="to")
    chosen = notes_of(session, programme_id, batch_id, note_ids)
    if not chosen:
        raise RuleError(Sentence("Tick the notes that you hand out. Nothing was saved."), field="notes")
    changed = session.scalars(
        update(CreditNote)
        .where(
            CreditNote.programme_id == programme_id,
            CreditNote.id.in_(chosen),
            CreditNote.used_at.is_(None),
            CreditNote.ended_at.is_(None),
        )
        .values(handed_to=volunteer_id, handed_on=clock.today(), handed_words="" if volunteer_id is not None else words)
        .returning(CreditNote.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    audit.record(
        session, programme_id, "notes handed out", actor_id=actor_id, subject_id=batch_id, organisation_id=organisation_id
    )
    return len(changed)
