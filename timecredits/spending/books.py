"""Proof that what venues took is in the ledger, and that each code was spent once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from timecredits.ledger.books import BookFault
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.note_float import float_id
from timecredits.network.merged_records import is_account_of
from timecredits.network.models import ProgrammeVenue
from timecredits.spending.models import CodeUse, PaidBy, Redemption

_redemption: Any = Redemption.__table__
_transfer: Any = Transfer.__table__
_code_use: Any = CodeUse.__table__
_venue: Any = ProgrammeVenue.__table__


def check_spending(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault between one programme's redemptions and its ledger.

    `redemption_without_transfer`: none of the same id, payer, venue and amount. `transfer_without_redemption`: credits used
    with no redemption. `undone_without_reversal` and `reversed_not_undone`: the two don't agree. `code_use_differs`: a
    redemption that stands without its code spent, or a code still spent for one that was undone or never was.
    """
    found: dict[str, Sequence[UUID]] = {
        "redemption_without_transfer": _unmatched(session, programme_id),
        "transfer_without_redemption": _unexplained(session, programme_id),
        "undone_without_reversal": _reversals(session, programme_id, undone=True),
        "reversed_not_undone": _reversals(session, programme_id, undone=False),
        "code_use_differs": _code_uses(session, programme_id),
    }
    return [BookFault(rule, programme_id, tuple(ids)) for rule, ids in found.items() if ids]


def _unmatched(session: Session, programme_id: UUID) -> Sequence[UUID]:
    by_person = is_account_of(programme_id, _redemption.c.volunteer_id, _transfer.c.debit_account)
    paid = or_(
        and_(_redemption.c.paid_by == PaidBy.VOLUNTEER, _transfer.c.kind == TransferKind.USED, by_person),
        and_(
            _redemption.c.paid_by == PaidBy.NOTE,
            _transfer.c.kind == TransferKind.NOTE_USED,
            _transfer.c.debit_account == float_id(programme_id),
        ),
        and_(
            _redemption.c.paid_by == PaidBy.GOODWILL,
            _transfer.c.kind == TransferKind.USED,
            _transfer.c.debit_account == goodwill_id(programme_id),
        ),
    )
    fits = (
        select(_transfer.c.id)
        .join(_venue, (_venue.c.programme_id == _transfer.c.programme_id) & (_venue.c.account_id == _transfer.c.credit_account))
        .where(
            _transfer.c.programme_id == programme_id,
            _transfer.c.id == _redemption.c.id,
            _transfer.c.amount == _redemption.c.minutes,
            paid,
            _venue.c.venue_id == _redemption.c.venue_id,
        )
    )
    return session.scalars(select(_redemption.c.id).where(_redemption.c.programme_id == programme_id, ~fits.exists())).all()


def _unexplained(session: Session, programme_id: UUID) -> Sequence[UUID]:
    known = select(_redemption.c.id).where(_redemption.c.programme_id == programme_id, _redemption.c.id == _transfer.c.id)
    return session.scalars(
        select(_transfer.c.id).where(
            _transfer.c.programme_id == programme_id,
            _transfer.c.kind.in_([TransferKind.USED, TransferKind.NOTE_USED]),
            ~known.exists(),
        ),
    ).all()


def _reversals(session: Session, programme_id: UUID, *, undone: bool) -> Sequence[UUID]:
    reversal = select(_transfer.c.id).where(_transfer.c.programme_id == programme_id, _transfer.c.reverses == _redemption.c.id)
    marked, reversed_ = _redemption.c.undone_at.is_not(None), reversal.exists()
    odd = (marked & ~reversed_) if undone else (~marked & reversed_)
    return session.scalars(select(_redemption.c.id).where(_redemption.c.programme_id == programme_id, odd)).all()


def _code_uses(session: Session, programme_id: UUID) -> Sequence[UUID]:
    held = (
        select(func.count())
        .select_from(_code_use)
        .where(
            _code_use.c.programme_id == programme_id,
            _code_use.c.redemption_id == _redemption.c.id,
            _code_use.c.released_at.is_(None),
        )
        .scalar_subquery()
    )
    # What goodwill pays for had been used by somebody else, who holds the code's use.
    standing = _redemption.c.undone_at.is_(None) & (_redemption.c.paid_by != PaidBy.GOODWILL)
    odd = session.scalars(
        select(_redemption.c.id).where(
            _redemption.c.programme_id == programme_id,
            (standing & (held != 1)) | (~standing & (held != 0)),
        ),
    ).all()
    known = select(_redemption.c.id).where(
        _redemption.c.programme_id == programme_id, _redemption.c.id == _code_use.c.redemption_id
    )
    orphans = session.scalars(
        select(_code_use.c.redemption_id).where(_code_use.c.programme_id == programme_id, ~known.exists()),
    ).all()
    return [*odd, *orphans]
