"""Proof that hours and credits agree: every hour that counts has its transfer, or a stated reason for having none."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.orm import Session

from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.network.models import Volunteer


def check_hours(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault between hours and credits in one programme.

    `hours_without_transfer`: an entry that should have earned and didn't. `transfer_differs`: one whose transfer isn't of its
    minutes to its volunteer. `corrected_not_reversed`: an entry taken out whose credits still stand. `hours_reversed`: one that
    counts though its credits were taken back.
    """
    entry, transfer = HourEntry, Transfer
    back = select(Transfer.programme_id, Transfer.reverses).where(Transfer.programme_id == programme_id).subquery()
    earned = entry.without_credits.is_(None)
    differs = not_(
        and_(
            transfer.amount == entry.minutes,
            transfer.credit_account == Volunteer.account_id,
            transfer.kind == TransferKind.EARNED,
        ),
    )
    rules: dict[str, Any] = {
        "hours_without_transfer": and_(earned, transfer.id.is_(None)),
        "transfer_differs": and_(transfer.id.is_not(None), or_(not_(earned), differs)),
        "corrected_not_reversed": and_(earned, HourCorrection.id.is_not(None), back.c.reverses.is_(None)),
        "hours_reversed": and_(HourCorrection.id.is_(None), back.c.reverses.is_not(None)),
    }
    faults = []
    for rule, condition in rules.items():
        ids = session.scalars(
            select(entry.id)
            .join(Volunteer, and_(Volunteer.programme_id == entry.programme_id, Volunteer.id == entry.volunteer_id))
            .outerjoin(transfer, and_(transfer.programme_id == entry.programme_id, transfer.id == entry.id))
            .outerjoin(
                HourCorrection,
                and_(HourCorrection.programme_id == entry.programme_id, HourCorrection.entry_id == entry.id),
            )
            .outerjoin(back, and_(back.c.programme_id == entry.programme_id, back.c.reverses == entry.id))
            .where(entry.programme_id == programme_id, condition),
        ).all()
        if ids:
            faults.append(BookFault(rule, programme_id, tuple(ids)))
    return faults
