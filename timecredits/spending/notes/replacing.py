"""A new note in place of one that was lost or spoiled: the same value, payer and last day, under a serial of its own."""

from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.clock import local_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.ledger.transfers import post_many
from timecredits.spending.note_models import CreditNote, NoteEnd
from timecredits.spending.notes.ending import end_notes, find_note
from timecredits.spending.notes.making import add_notes, put_aside


def replace_note(
    session: Session, programme_id: UUID, organisation_id: UUID, note_id: UUID, *, actor_id: UUID | None
) -> CreditNote:
    """End a note and make the one that takes its place; the same again answers the one there is.

    Raises NotFoundError for another organisation's, RuleError for a note that was used, stopped, or is too old.
    """
    old, batch = find_note(session, programme_id, organisation_id, note_id)
    now = clock.now()
    if old.expires_on < local_day(now):
        raise RuleError(Sentence("The last day of this note is over. Nothing was made. Its credits come back by themselves."))
    new_id = uuid5(note_id, "replacement")
    ended = end_notes(
        session, programme_id, [note_id], NoteEnd.REPLACED, reason="A new note was made.", actor_id=actor_id, now=now
    )
    if not ended:
        known = session.get(CreditNote, (programme_id, new_id), populate_existing=True)
        if known is None:
            raise RuleError(Sentence("This note was used or stopped. Nothing was made."))
        return known
    add_notes(
        session,
        programme_id,
        batch.id,
        [new_id],
        minutes=old.minutes,
        expires_on=old.expires_on,
        handed_to=old.handed_to,
        handed_on=old.handed_on,
        handed_words=old.handed_words,
        replaces=old.id,
    )
    # The credits came back a moment ago in this same transaction, so they are there.
    post_many(
        session,
        programme_id,
        [put_aside(programme_id, new_id, batch.paid_from, old.minutes, made_on=local_day(now), actor_id=actor_id)],
    )
    audit.record(session, programme_id, "note replaced", actor_id=actor_id, subject_id=note_id, organisation_id=organisation_id)
    return session.get_one(CreditNote, (programme_id, new_id))
