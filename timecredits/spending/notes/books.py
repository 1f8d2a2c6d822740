"""Proof that every note that is out is covered, and that each came to one end at most."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, not_, select
from sqlalchemy.orm import Session, aliased

from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Account, Transfer, TransferKind
from timecredits.ledger.note_float import float_id
from timecredits.spending.models import CodeKind, CodeUse
from timecredits.spending.note_models import CreditNote, NoteBatch

_note: Any = CreditNote.__table__


def check_notes(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault between one programme's notes and its ledger.

    `float_differs`: what is out is not what the float holds. `note_without_transfer`: a note with none of the same id, payer and
    value to the float. `note_ended_differs`: one that ended without its credits given back, or the other way round.
    `note_used_differs`: one marked as used with no code spent, or the other way round. `note_used_and_ended`: both.
    """
    found: dict[str, Sequence[UUID]] = {
        "float_differs": _uncovered(session, programme_id),
        "note_without_transfer": _odd(session, programme_id, not_(_paid_for())),
        "note_ended_differs": _odd(session, programme_id, _note.c.ended_at.is_not(None) != _given_back()),
        "note_used_differs": _odd(session, programme_id, _note.c.used_at.is_not(None) != _spent()),
        "note_used_and_ended": _odd(session, programme_id, _note.c.ended_at.is_not(None) & _note.c.used_at.is_not(None)),
    }
    return [BookFault(rule, programme_id, tuple(ids)) for rule, ids in found.items() if ids]


def _uncovered(session: Session, programme_id: UUID) -> list[UUID]:
    account_id = float_id(programme_id)
    held = session.scalar(select(Account.balance).where(Account.programme_id == programme_id, Account.id == account_id)) or 0
    out = session.scalar(
        select(func.sum(_note.c.minutes)).where(
            _note.c.programme_id == programme_id, _note.c.used_at.is_(None), _note.c.ended_at.is_(None)
        )
    )
    return [] if held == int(out or 0) else [account_id]


def _odd(session: Session, programme_id: UUID, condition: Any) -> Sequence[UUID]:
    return session.scalars(select(_note.c.id).where(_note.c.programme_id == programme_id, condition)).all()


def _paid_for() -> Any:
    return exists().where(
        Transfer.programme_id == _note.c.programme_id,
        Transfer.id == _note.c.id,
        Transfer.kind == TransferKind.NOTE_ISSUED,
        Transfer.amount == _note.c.minutes,
        NoteBatch.programme_id == _note.c.programme_id,
        NoteBatch.id == _note.c.batch_id,
        NoteBatch.paid_from == Transfer.debit_account,
    )


def _given_back() -> Any:
    back = aliased(Transfer)
    return exists().where(back.programme_id == _note.c.programme_id, back.reverses == _note.c.id)


def _spent() -> Any:
    return exists().where(
        CodeUse.programme_id == _note.c.programme_id,
        CodeUse.kind == CodeKind.NOTE,
        CodeUse.reference == _note.c.serial,
        CodeUse.released_at.is_(None),
    )
