"""Undoing many transfers: the mirror images to post, and why.

`transfers.reverse` undoes one and answers; here the caller posts each mirror, because what to do when there is not enough is a
rule of the caller's.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from timecredits.ledger.models import Reversal, Transfer, TransferKind
from timecredits.ledger.transfers import Movement

_table: Any = Transfer.__table__
_GROUP = 500  # ids in one question


def mirrors(
    session: Session, programme_id: UUID, transfer_ids: Sequence[UUID], *, actor: UUID | None, occurred_on: date
) -> dict[UUID, Movement]:
    """The movement that undoes each of these transfers, by the transfer's id.

    Left out: ids that no transfer has, and what was reversed before.
    """
    found: dict[UUID, Movement] = {}
    back = _table.alias("back")
    for group in _groups(transfer_ids):
        rows = session.execute(
            select(_table.c.id, _table.c.debit_account, _table.c.credit_account, _table.c.amount)
            .outerjoin(back, (back.c.programme_id == _table.c.programme_id) & (back.c.reverses == _table.c.id))
            .where(_table.c.programme_id == programme_id, _table.c.id.in_(group), back.c.id.is_(None))
        )
        for row in rows:
            found[row.id] = Movement(
                id=uuid5(row.id, "reversal"),
                debit=row.credit_account,
                credit=row.debit_account,
                amount=row.amount,
                kind=TransferKind.REVERSAL,
                occurred_on=occurred_on,
                actor=actor,
                reverses=row.id,
            )
    return found


def keep_reason(session: Session, programme_id: UUID, reversal_ids: Sequence[UUID], reason: str) -> None:
    """Keep beside these reversals why they were made."""
    if reversal_ids:
        session.execute(insert(Reversal), [{"programme_id": programme_id, "id": each, "reason": reason} for each in reversal_ids])


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
