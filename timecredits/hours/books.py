"""Proof that hours and credits agree: every hour that counts has its transfer, or a stated reason for having none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session

from timecredits.hours.models import HourCorrection, HourEntry, Shortfall
from timecredits.ledger.books import BookFault
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.network.merged_records import is_account_of
from timecredits.network.models import Volunteer


def check_hours(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault between hours and credits in one programme.

    `hours_without_transfer`: an entry that earned and has no transfer. `transfer_differs`: one whose transfer isn't of what it
    earned to its volunteer. `earned_differs`: one that says it earned, with a reason for none, or the other way round.
    `corrected_not_reversed`: an entry taken out whose credits still stand. `hours_reversed`: one that counts though its credits
    were taken back. `shortfall_differs`: a shortfall that isn't a transfer from goodwill to its person. `paid_back_too_much`:
    people who paid back more than they were lent.
    """
    entry, transfer = HourEntry, Transfer
    back = select(Transfer.programme_id, Transfer.reverses).where(Transfer.programme_id == programme_id).subquery()
    earned = entry.earned > 0
    differs = not_(
        and_(
            transfer.amount == entry.earned,
            is_account_of(programme_id, entry.volunteer_id, transfer.credit_account),
            transfer.kind == TransferKind.EARNED,
        ),
    )
    rules: dict[str, Any] = {
        "hours_without_transfer": and_(earned, transfer.id.is_(None)),
        "transfer_differs": and_(transfer.id.is_not(None), or_(not_(earned), differs)),
        "earned_differs": or_(entry.earned < 0, earned != entry.without_credits.is_(None)),
        "corrected_not_reversed": and_(earned, HourCorrection.id.is_not(None), back.c.reverses.is_(None)),
        "hours_reversed": and_(HourCorrection.id.is_(None), back.c.reverses.is_not(None)),
    }
    faults: list[BookFault] = []
    for rule, condition in rules.items():
        ids = session.scalars(
            select(entry.id)
            .outerjoin(transfer, and_(transfer.programme_id == entry.programme_id, transfer.id == entry.id))
            .outerjoin(
                HourCorrection,
                and_(HourCorrection.programme_id == entry.programme_id, HourCorrection.entry_id == entry.id),
            )
            .outerjoin(back, and_(back.c.programme_id == entry.programme_id, back.c.reverses == entry.id))
            .where(entry.programme_id == programme_id, condition),
        ).all()
        _add(faults, rule, programme_id, ids)
    _add(faults, "shortfall_differs", programme_id, _odd_shortfalls(session, programme_id))
    _add(faults, "paid_back_too_much", programme_id, _overpaid(session, programme_id))
    return faults


def _odd_shortfalls(session: Session, programme_id: UUID) -> Sequence[UUID]:
    fits = and_(
        Transfer.amount == Shortfall.minutes,
        Transfer.kind == TransferKind.GOODWILL,
        Transfer.debit_account == goodwill_id(programme_id),
        is_account_of(programme_id, Shortfall.volunteer_id, Transfer.credit_account),
    )
    return session.scalars(
        select(Shortfall.id)
        .join(Transfer, and_(Transfer.programme_id == Shortfall.programme_id, Transfer.id == Shortfall.id))
        .where(Shortfall.programme_id == programme_id, not_(fits))
    ).all()


def _overpaid(session: Session, programme_id: UUID) -> Sequence[UUID]:
    """Volunteers whose hours paid more back to goodwill than their shortfalls are."""
    goodwill, moved = goodwill_id(programme_id), dict[UUID, int]()
    out = select(Transfer.debit_account, func.sum(Transfer.amount)).where(
        Transfer.programme_id == programme_id, Transfer.credit_account == goodwill, Transfer.kind == TransferKind.GOODWILL
    )
    undone = select(Transfer.credit_account, -func.sum(Transfer.amount)).where(
        Transfer.programme_id == programme_id, Transfer.debit_account == goodwill, Transfer.kind == TransferKind.REVERSAL
    )
    lent = (
        select(Volunteer.account_id, -func.sum(Shortfall.minutes))
        .join(Volunteer, and_(Volunteer.programme_id == Shortfall.programme_id, Volunteer.id == Shortfall.volunteer_id))
        .where(Shortfall.programme_id == programme_id)
    )
    for question in (
        out.group_by(Transfer.debit_account),
        undone.group_by(Transfer.credit_account),
        lent.group_by(Volunteer.account_id),
    ):
        for account_id, minutes in session.execute(question):
            moved[account_id] = moved.get(account_id, 0) + int(minutes)
    people = session.execute(
        select(Volunteer.account_id, func.coalesce(Volunteer.merged_into, Volunteer.id)).where(
            Volunteer.programme_id == programme_id, Volunteer.account_id.in_(list(moved))
        )
    )
    paid = dict[UUID, int]()
    for account_id, owner in people:
        paid[owner] = paid.get(owner, 0) + moved[account_id]
    return [owner for owner, minutes in paid.items() if minutes > 0]


def _add(faults: list[BookFault], rule: str, programme_id: UUID, ids: Sequence[UUID]) -> None:
    if ids:
        faults.append(BookFault(rule, programme_id, tuple(ids)))
