"""Proof that gifts and pots agree with the ledger: every gift has its movement, and every movement given has its gift."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, aliased

from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.network.merged_records import is_account_of
from timecredits.network.models import Organisation
from timecredits.spending.giving_models import Gift, Pot

_gift: Any = Gift.__table__
_pot: Any = Pot.__table__
_transfer: Any = Transfer.__table__
_account: Any = Account.__table__
_organisation: Any = Organisation.__table__


def check_giving(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault between one programme's gifts and pots and its ledger.

    `gift_without_transfer`: none of the same id, parties and amount. `transfer_without_gift`: credits given with no gift, or a
    pot filled with none that was not a loan paid back. `gift_undone_without_reversal` and `gift_reversed_not_undone`: the two
    don't agree. `pot_without_account`: a pot whose account is no pot's, or such an account that no pot or two pots have.
    `budget_of_no_pot`: an organisation whose budget is not an account of a pot of its own.
    """
    found: dict[str, Sequence[UUID]] = {
        "gift_without_transfer": _unmatched(session, programme_id),
        "transfer_without_gift": _unexplained(session, programme_id),
        "gift_undone_without_reversal": _reversals(session, programme_id, undone=True),
        "gift_reversed_not_undone": _reversals(session, programme_id, undone=False),
        "pot_without_account": _odd_pots(session, programme_id),
        "budget_of_no_pot": _odd_budgets(session, programme_id),
    }
    return [BookFault(rule, programme_id, tuple(ids)) for rule, ids in found.items() if ids]


def _unmatched(session: Session, programme_id: UUID) -> Sequence[UUID]:
    from_pot, to_pot = aliased(_pot), aliased(_pot)
    issuing = exists().where(
        _organisation.c.programme_id == programme_id,
        _organisation.c.id == to_pot.c.organisation_id,
        _organisation.c.account_id == _transfer.c.debit_account,
    )
    by_person = is_account_of(programme_id, _gift.c.from_volunteer_id, _transfer.c.debit_account)
    to_person = is_account_of(programme_id, _gift.c.to_volunteer_id, _transfer.c.credit_account)
    given_by = case((_gift.c.from_pot_id.is_(None), by_person), else_=_transfer.c.debit_account == from_pot.c.account_id)
    given_to = case((_gift.c.to_pot_id.is_(None), to_person), else_=_transfer.c.credit_account == to_pot.c.account_id)
    from_programme = _gift.c.from_volunteer_id.is_(None) & _gift.c.from_pot_id.is_(None)
    fits = (
        (_transfer.c.amount == _gift.c.minutes)
        & given_to
        & (_transfer.c.kind == case((from_programme, TransferKind.FUNDED.value), else_=TransferKind.GIVEN.value))
        & case((from_programme, issuing), else_=given_by)
    )
    joined = _gift.outerjoin(_transfer, (_transfer.c.programme_id == _gift.c.programme_id) & (_transfer.c.id == _gift.c.id))
    for other, column in (
        (from_pot, _gift.c.from_pot_id),
        (to_pot, _gift.c.to_pot_id),
    ):
        joined = joined.outerjoin(other, (other.c.programme_id == _gift.c.programme_id) & (other.c.id == column))
    return session.scalars(
        select(_gift.c.id).select_from(joined).where(_gift.c.programme_id == programme_id, _transfer.c.id.is_(None) | ~fits)
    ).all()


def _unexplained(session: Session, programme_id: UUID) -> Sequence[UUID]:
    known = exists().where(_gift.c.programme_id == programme_id, _gift.c.id == _transfer.c.id)
    back = aliased(_transfer)
    # Put back where it came from, or lent for a correction and returned (hours/budgets.py): neither is a gift.
    returned = exists().where(back.c.programme_id == programme_id, back.c.reverses == _transfer.c.id)
    issuing = exists().where(
        _organisation.c.programme_id == programme_id, _organisation.c.account_id == _transfer.c.credit_account
    )
    no_gift = (_transfer.c.kind == TransferKind.FUNDED) & (returned | issuing)
    return session.scalars(
        select(_transfer.c.id).where(
            _transfer.c.programme_id == programme_id,
            _transfer.c.kind.in_([TransferKind.GIVEN, TransferKind.FUNDED]),
            ~known,
            ~no_gift,
        )
    ).all()


def _reversals(session: Session, programme_id: UUID, *, undone: bool) -> Sequence[UUID]:
    back = exists().where(_transfer.c.programme_id == programme_id, _transfer.c.reverses == _gift.c.id)
    marked = _gift.c.undone_at.is_not(None)
    return session.scalars(
        select(_gift.c.id).where(_gift.c.programme_id == programme_id, marked & ~back if undone else ~marked & back)
    ).all()


def _odd_pots(session: Session, programme_id: UUID) -> Sequence[UUID]:
    account_kind = select(_account.c.kind).where(_account.c.programme_id == programme_id, _account.c.id == _pot.c.account_id)
    wrong = session.scalars(
        select(_pot.c.id).where(_pot.c.programme_id == programme_id, account_kind.scalar_subquery() != AccountKind.POT)
    ).all()
    count = (
        select(func.count())
        .select_from(_pot)
        .where(_pot.c.programme_id == programme_id, _pot.c.account_id == _account.c.id)
        .scalar_subquery()
    )
    stray = session.scalars(
        select(_account.c.id).where(_account.c.programme_id == programme_id, _account.c.kind == AccountKind.POT, count != 1)
    ).all()
    return [*wrong, *stray]


def _odd_budgets(session: Session, programme_id: UUID) -> Sequence[UUID]:
    own = exists().where(
        _pot.c.programme_id == programme_id,
        _pot.c.organisation_id == _organisation.c.id,
        _pot.c.account_id == _organisation.c.budget_account_id,
    )
    return session.scalars(
        select(_organisation.c.id).where(
            _organisation.c.programme_id == programme_id, _organisation.c.budget_account_id.is_not(None), ~own
        )
    ).all()
