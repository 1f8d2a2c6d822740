"""A colleague's word on a draft: it is fine, or what should change. `second_look` knows how a draft stands with it."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.issuing import preview_letter
from timecredits.journey.letters.references import lock_reference, require_another, require_draft
from timecredits.journey.letters.second_look import LONGEST_NOTE, look_mark
from timecredits.journey.models import Reference

__all__ = ["look_at"]


def look_at(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    reference_id: UUID,
    *,
    reader_id: UUID,
    reader_name: str,
    seen: str,
    note: str = "",
) -> Reference:
    """Say that a draft is fine, or with a `note` send it back to its author. `seen` is the mark of what was read.

    Raises RuleError for the author and whom it is about, for a draft that changed meanwhile (its hours too) or wants no look,
    for a note too long, and once issued.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id, reader_id=reader_id)
    require_draft(reference)
    require_another(session, programme_id, reference.volunteer_id, reader_id)
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise RuleError(
            Sentence("That note is too long. Use at most %(most)s letters. Nothing was saved.", most=LONGEST_NOTE), field="note"
        )
    if reference.author_id == reader_id:
        raise RuleError(Sentence("You wrote this letter. Somebody else must read it. Nothing was saved."))
    if not reference.wants_second_look:
        raise RuleError(Sentence("Nobody asks for a second look at this letter any more. Nothing was saved."))
    if look_mark(reference, preview_letter(session, reference)) != seen:
        raise RuleError(Sentence("The letter changed while you read it. Nothing was saved. Read it once more."))
    reference.looked_by, reference.looked_by_name, reference.looked_at = reader_id, reader_name, clock.now()
    reference.look_note = note
    session.flush()
    audit.record(
        session,
        programme_id,
        "reference sent back" if note else "reference looked at",
        actor_id=reader_id,
        subject_id=reference.id,
        organisation_id=organisation_id,
    )
    return reference
