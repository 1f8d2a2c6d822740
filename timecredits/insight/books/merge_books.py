"""Proof that records which became one are one: the second keeps nothing, and leads to a record that stands."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.network.models import Volunteer

__all__ = ["check_merges"]

_person: Any = Volunteer.__table__
_account: Any = Account.__table__


def check_merges(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault of records that became another.

    `merged_holds_credits`: a second record whose account isn't empty. `merged_into_nobody`: one that leads to no record, or to
    one that became another itself. `merged_not_between_people`: credits brought over from or to what is no person's account.
    """
    found: dict[str, Sequence[UUID]] = {
        "merged_holds_credits": _not_empty(session, programme_id),
        "merged_into_nobody": _lost(session, programme_id),
        "merged_not_between_people": _astray(session, programme_id),
    }
    return [BookFault(rule, programme_id, tuple(ids)) for rule, ids in found.items() if ids]


def _not_empty(session: Session, programme_id: UUID) -> Sequence[UUID]:
    own = and_(_account.c.programme_id == _person.c.programme_id, _account.c.id == _person.c.account_id)
    return session.scalars(
        select(_person.c.id)
        .join(_account, own)
        .where(_person.c.programme_id == programme_id, _person.c.merged_into.is_not(None), _account.c.balance != 0)
    ).all()


def _lost(session: Session, programme_id: UUID) -> Sequence[UUID]:
    kept = _person.alias("kept")
    stands = exists().where(kept.c.programme_id == programme_id, kept.c.id == _person.c.merged_into, kept.c.merged_into.is_(None))
    return session.scalars(
        select(_person.c.id).where(_person.c.programme_id == programme_id, _person.c.merged_into.is_not(None), ~stands)
    ).all()


def _astray(session: Session, programme_id: UUID) -> Sequence[UUID]:
    def of_person(account_id: Any) -> Any:
        return exists().where(
            _account.c.programme_id == programme_id, _account.c.id == account_id, _account.c.kind == AccountKind.VOLUNTEER
        )

    return session.scalars(
        select(Transfer.id).where(
            Transfer.programme_id == programme_id,
            Transfer.kind == TransferKind.MERGED,
            or_(~of_person(Transfer.debit_account), ~of_person(Transfer.credit_account)),
        )
    ).all()
