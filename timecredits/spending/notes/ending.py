"""The end of a note that nobody used: its credits go back to the account that paid for it.

Whether a note is used or ended is decided by one UPDATE of its row that asks for both to be empty still; using it asks the same
(spending/taking). So of a void and a use at the same instant exactly one stands. Rows are taken by id, before any account.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import post_many
from timecredits.network.merged_records import as_one_purse
from timecredits.network.scope import find
from timecredits.network.settings import read_settings
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteEnd
from timecredits.spending.notes.lasting import ended_before

_GROUP = 500
_note: Any = CreditNote.__table__


def end_notes(
    session: Session,
    programme_id: UUID,
    note_ids: Sequence[UUID],
    because: NoteEnd,
    *,
    reason: str,
    actor_id: UUID | None,
    now: datetime,
) -> list[UUID]:
    """End those of these notes that are neither used nor ended, and give their credits back. Answers which."""
    ended: list[UUID] = []
    for group in _groups(sorted(set(note_ids))):
        standing = (
            _note.c.programme_id == programme_id,
            _note.c.id.in_(group),
            _note.c.used_at.is_(None),
            _note.c.ended_at.is_(None),
        )
        # Held in order of id first, so that two who end many at once can't wait for each other for good.
        session.execute(select(_note.c.id).where(*standing).order_by(_note.c.id).with_for_update()).all()
        ended += session.scalars(
            update(CreditNote).where(*standing).values(ended_at=now, ended_because=because).returning(CreditNote.id),
            execution_options={"synchronize_session": "fetch"},
        ).all()
    if ended:
        _give_back(session, programme_id, ended, because, reason=reason, actor_id=actor_id, today=clock.local_day(now))
    return ended


def void_notes(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    batch_id: UUID,
    note_ids: Sequence[UUID] | None,
    *,
    reason: str,
    actor_id: UUID | None,
) -> int:
    """Stop these notes of a batch, or all of it (None), and answer how many that was; the others were used or ended before.

    Raises NotFoundError for a batch of another organisation; ids that are not of the batch are passed over.
    """
    find(session, NoteBatch, programme_id, batch_id, organisation_id=organisation_id)
    chosen = notes_of(session, programme_id, batch_id, note_ids)
    stopped = end_notes(session, programme_id, chosen, NoteEnd.VOID, reason=reason, actor_id=actor_id, now=clock.now())
    for note_id in stopped:
        audit.record(session, programme_id, "note voided", actor_id=actor_id, subject_id=note_id, organisation_id=organisation_id)
    return len(stopped)


def expire_notes(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Give back the credits of notes that nobody used in time, once nothing scanned in time can still come. Answers how many."""
    due = session.scalars(
        select(_note.c.id).where(
            _note.c.programme_id == programme_id,
            _note.c.expires_on < ended_before(now, read_settings(session, programme_id)),
            _note.c.used_at.is_(None),
            _note.c.ended_at.is_(None),
        )
    ).all()
    return len(end_notes(session, programme_id, due, NoteEnd.EXPIRED, reason="Not used in time.", actor_id=None, now=now))


def notes_of(session: Session, programme_id: UUID, batch_id: UUID, note_ids: Sequence[UUID] | None) -> list[UUID]:
    """The ids of a batch's notes, or those of `note_ids` that are among them."""
    known = session.scalars(select(_note.c.id).where(_note.c.programme_id == programme_id, _note.c.batch_id == batch_id)).all()
    return list(known) if note_ids is None else [each for each in known if each in set(note_ids)]


def find_note(session: Session, programme_id: UUID, organisation_id: UUID, note_id: UUID) -> tuple[CreditNote, NoteBatch]:
    """One note that this organisation made, with its batch. Raises NotFoundError."""
    row = session.execute(
        select(CreditNote, NoteBatch)
        .join(NoteBatch, (NoteBatch.programme_id == CreditNote.programme_id) & (NoteBatch.id == CreditNote.batch_id))
        .where(
            CreditNote.programme_id == programme_id,
            CreditNote.id == note_id,
            NoteBatch.organisation_id == organisation_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


def _give_back(
    session: Session,
    programme_id: UUID,
    note_ids: Sequence[UUID],
    because: NoteEnd,
    *,
    reason: str,
    actor_id: UUID | None,
    today: date,
) -> None:
    back = mirrors(session, programme_id, note_ids, actor=actor_id, occurred_on=today)
    movements = [replace(movement, id=uuid5(note_id, because.value)) for note_id, movement in back.items()]
    with as_one_purse(session, programme_id, list(back), day=today, actor=actor_id):
        post_many(session, programme_id, movements)
    keep_reason(session, programme_id, [each.id for each in movements], reason)


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
