"""Notes on paper: ten to an A4 sheet, with value, last day and number in words, a square code, and the characters to type.

Nothing on a note tells whose credits it holds, who printed it, or what a group is about. Only notes that can still be used are
printed; printing again gives the same notes, and each is used once, however many copies there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme
from timecredits.network.scope import find
from timecredits.spending.codes import NoteParts, encode_note
from timecredits.spending.note_models import CreditNote, NoteBatch
from timecredits.spending.notes.register import NUMBER_DIGITS, note_number

__all__ = [
    "NOTES_A_SHEET",
    "NoteFace",
    "NoteSheets",
    "batch_pdf",
    "in_groups",
    "mark_printed",
    "print_notes",
    "write_note_sheets",
]

NOTES_A_SHEET = 10
_GROUP = 4


@dataclass(frozen=True, slots=True)
class NoteFace:
    """What stands on one note. `qr_text` is what its square code says, `typed` the characters to type."""

    minutes: int
    expires_on: date
    number: str
    typed: str
    qr_text: str


class PrintedNote(TypedDict):
    """One note of the record; its square code is the drawing with its number."""

    value: str
    until: str
    number: str
    code: str


class NoteSheets(TypedDict):
    """Everything the template needs."""

    kind: str
    version: int
    language: str
    issued_on: str
    notes: list[PrintedNote]
    display: dict[str, str]


def batch_pdf(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    batch_id: UUID,
    note_ids: Sequence[UUID] | None = None,
) -> bytes:
    """The sheets of a batch, or of these notes of it. Raises NotFoundError; RuleError when none of them can still be used."""
    find(session, NoteBatch, programme_id, batch_id, organisation_id=organisation_id)
    query = select(CreditNote).where(
        CreditNote.programme_id == programme_id,
        CreditNote.batch_id == batch_id,
        CreditNote.used_at.is_(None),
        CreditNote.ended_at.is_(None),
        CreditNote.expires_on >= clock.today(),
    )
    if note_ids is not None:
        query = query.where(CreditNote.id.in_(note_ids))
    number = session.scalars(select(Programme.number).where(Programme.id == programme_id)).one()
    notes = session.scalars(query.order_by(CreditNote.serial % 10**NUMBER_DIGITS, CreditNote.id)).all()
    if not notes:
        raise RuleError(Sentence("None of these notes can still be used. There is nothing to print."))
    return print_notes([face_of(keyring, number, note) for note in notes], day=clock.today())


def mark_printed(session: Session, programme_id: UUID, organisation_id: UUID, batch_id: UUID, *, actor_id: UUID | None) -> None:
    """Keep that a batch, or some of it, was printed, by whom and when. Raises NotFoundError."""
    find(session, NoteBatch, programme_id, batch_id, organisation_id=organisation_id)
    session.execute(
        update(NoteBatch).where(NoteBatch.programme_id == programme_id, NoteBatch.id == batch_id).values(printed_at=clock.now()),
    )
    audit.record(session, programme_id, "notes printed", actor_id=actor_id, subject_id=batch_id, organisation_id=organisation_id)


def face_of(keyring: Keyring, programme_number: int, note: CreditNote) -> NoteFace:
    """What is printed on a note."""
    return NoteFace(
        minutes=note.minutes,
        expires_on=note.expires_on,
        number=note_number(note.serial),
        typed=note.code,
        qr_text=encode_note(keyring, NoteParts(programme_number, note.serial, note.minutes, note.expires_on)),
    )


def print_notes(faces: Sequence[NoteFace], *, day: date, language: str = "en") -> bytes:
    """The PDF, one page for every ten. The same notes on the same day give the same bytes."""
    drawings = {
        str(place): qr_svg(face.qr_text, title=face.number, level="Q", alphanumeric=True) for place, face in enumerate(faces)
    }
    record: Any = write_note_sheets(faces, day=day, language=language)
    return compile_document("notes", record, drawings=drawings)


def write_note_sheets(faces: Sequence[NoteFace], *, day: date, language: str = "en") -> NoteSheets:
    """Put the sheets into words."""
    return {
        "kind": "notes",
        "version": 1,
        "language": language,
        "issued_on": day.isoformat(),
        "notes": [
            {
                "value": str(credits_text(face.minutes)),
                "until": str(Sentence("Good until %(day)s", day=display_day(face.expires_on, language))),
                "number": str(Sentence("Number %(number)s", number=face.number)),
                "code": in_groups(face.typed),
            }
            for face in faces
        ],
        "display": {
            "title": str(Sentence("Credit notes to cut out")),
            "brand": "Time Credits",
            "code_label": str(Sentence("Or type")),
            "how_show": str(Sentence("Show this where you use credits.")),
            "how_once": str(Sentence("It works once. Keep it safe. Anybody who has it can use it.")),
            "qr_description": str(Sentence("The square code of this note. {number}")),
        },
    }


def in_groups(code: str) -> str:
    """The characters to type, four at a time."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
