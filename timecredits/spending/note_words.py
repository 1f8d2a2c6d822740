"""What a volunteer's statement says of credits put aside in notes and passes, and of those that came back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from timecredits.foundation.wording import Sentence
from timecredits.ledger.models import TransferKind
from timecredits.ledger.statements import Line
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteEnd, NoteKind

_MADE = {NoteKind.PASS: Sentence("Pass made"), NoteKind.PAPER: Sentence("Note printed")}
_BACK: dict[tuple[NoteKind, NoteEnd | None], Sentence] = {
    (NoteKind.PASS, NoteEnd.RETURNED): Sentence("Pass given back"),
    (NoteKind.PASS, NoteEnd.EXPIRED): Sentence("Pass not used"),
    (NoteKind.PAPER, NoteEnd.EXPIRED): Sentence("Note not used"),
    (NoteKind.PAPER, NoteEnd.VOID): Sentence("Note stopped"),
    (NoteKind.PAPER, NoteEnd.REPLACED): Sentence("Note replaced"),
}


def note_titles(session: Session, programme_id: UUID, lines: Sequence[Line]) -> dict[UUID, Sentence]:
    """A title for each of these lines between a person's account and the float, by the id of the line's transfer."""
    causes = {line.transfer_id: line.reverses or line.transfer_id for line in lines}
    known: dict[UUID, Any] = {
        row.id: row
        for row in session.execute(
            select(CreditNote.id, CreditNote.ended_because, NoteBatch.kind)
            .join(NoteBatch, and_(NoteBatch.programme_id == CreditNote.programme_id, NoteBatch.id == CreditNote.batch_id))
            .where(CreditNote.programme_id == programme_id, CreditNote.id.in_(causes.values()))
        )
    }
    return {line.transfer_id: _title(line, known.get(causes[line.transfer_id])) for line in lines}


def _title(line: Line, note: Any) -> Sentence:
    if note is None:  # what a note was worth more than it was used for, or that again when the use was undone
        return Sentence("Change from a note") if line.kind is TransferKind.CHANGE else Sentence("Change taken back")
    if line.kind is TransferKind.NOTE_ISSUED:
        return _MADE.get(note.kind, Sentence("Note made"))
    return _BACK.get((note.kind, note.ended_because), Sentence("Note given back"))
