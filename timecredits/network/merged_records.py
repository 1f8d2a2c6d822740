"""One person's two records, once they are one: whose account is whose, and which numbers still find them.

The second record keeps its account, empty, with every line that was ever written on it. Undoing something of before the merge
moves that account, as its mirror image must; `as_one_purse` lets it take from and give to the record that stays (docs/adr/0030).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.transfers import Movement, balances, post
from timecredits.network.models import Enrolment, Volunteer

__all__ = ["account_owners", "as_one_purse", "is_account_of", "kept_accounts", "merged_numbers", "merged_records"]

_GROUP = 500  # ids in one question
_transfer: Any = Transfer.__table__
_volunteer: Any = Volunteer.__table__


def is_account_of(programme_id: UUID, volunteer_id: Any, account_id: Any) -> ColumnElement[bool]:
    """For a query's WHERE: the account is this person's own, or that of a record that became theirs."""
    own = _volunteer.alias()
    return exists().where(
        own.c.programme_id == programme_id,
        own.c.account_id == account_id,
        or_(own.c.id == volunteer_id, own.c.merged_into == volunteer_id),
    )


def account_owners(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Whose each account is, by the account's id: these people's own, and those of records that became theirs."""
    owner, people = dict[UUID, UUID](), _volunteer
    for start in range(0, len(volunteer_ids), _GROUP):
        group = volunteer_ids[start : start + _GROUP]
        mine = select(people.c.account_id, people.c.id).where(people.c.programme_id == programme_id, people.c.id.in_(group))
        more = select(people.c.account_id, people.c.merged_into).where(
            people.c.programme_id == programme_id, people.c.merged_into.is_not(None), people.c.merged_into.in_(group)
        )
        for question in (mine, more):
            owner |= {row[0]: row[1] for row in session.execute(question)}
    return owner


def kept_accounts(session: Session, programme_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these accounts those of second records, with the account of the record that each became."""
    found, gone, kept = dict[UUID, UUID](), _volunteer.alias("gone"), _volunteer.alias("kept")
    for start in range(0, len(account_ids), _GROUP):
        rows = session.execute(
            select(gone.c.account_id, kept.c.account_id)
            .join(kept, (kept.c.programme_id == gone.c.programme_id) & (kept.c.id == gone.c.merged_into))
            .where(
                gone.c.programme_id == programme_id,
                gone.c.account_id.in_(account_ids[start : start + _GROUP]),
                gone.c.merged_into.is_not(None),
            )
        )
        found |= {row[0]: row[1] for row in rows}
    return found


@contextmanager
def as_one_purse(
    session: Session, programme_id: UUID, transfer_ids: Sequence[UUID], *, day: date, actor: UUID | None
) -> Iterator[None]:
    """Undo these transfers within: a second record's account has what its person has, and keeps nothing of what comes back.

    Before, as much as the person has is brought over where an undoing takes from a second record. What is missing all the same is
    for the caller to say, as ever. After, whatever is on the second record's account goes to the record that stays.
    """
    taken, accounts = _to_take(session, programme_id, transfer_ids)
    kept = kept_accounts(session, programme_id, sorted(accounts)) if accounts else {}
    for account_id in sorted(set(taken) & set(kept)):
        cause = uuid5(transfer_ids[0], f"brought over {account_id}")
        has = balances(session, programme_id, [account_id, kept[account_id]])
        minutes = min(taken[account_id] - has[account_id], has[kept[account_id]])
        _move(session, programme_id, Movement(cause, kept[account_id], account_id, minutes, TransferKind.MERGED, day, actor))
    yield
    for account_id in sorted(kept):
        cause = uuid5(transfer_ids[0], f"brought back {account_id}")
        minutes = balances(session, programme_id, [account_id])[account_id]
        _move(session, programme_id, Movement(cause, account_id, kept[account_id], minutes, TransferKind.MERGED, day, actor))


def merged_records(session: Session, programme_id: UUID, volunteer_id: UUID) -> Sequence[Volunteer]:
    """The records that became this person's, the first to join first."""
    return session.scalars(
        select(Volunteer)
        .where(Volunteer.programme_id == programme_id, Volunteer.merged_into == volunteer_id)
        .order_by(Volunteer.joined_on, Volunteer.id)
    ).all()


def merged_numbers(session: Session, programme_id: UUID, organisation_id: UUID) -> dict[UUID, list[str]]:
    """The further numbers at this organisation by which people are known, because a second record of theirs had one."""
    rows = session.execute(
        select(Volunteer.merged_into, Enrolment.number)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Volunteer.merged_into.is_not(None),
            Enrolment.organisation_id == organisation_id,
            Enrolment.number.is_not(None),
        )
    )
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for kept_id, number in rows:
        if kept_id is not None and number is not None:
            found[kept_id].append(number)
    return dict(found)


def _to_take(session: Session, programme_id: UUID, transfer_ids: Sequence[UUID]) -> tuple[dict[UUID, int], set[UUID]]:
    """What undoing these takes, by account, and every account that it moves. What was undone before moves nothing."""
    taken: defaultdict[UUID, int] = defaultdict(int)
    accounts: set[UUID] = set()
    back = _transfer.alias("back")
    for start in range(0, len(transfer_ids), _GROUP):
        rows = session.execute(
            select(_transfer.c.debit_account, _transfer.c.credit_account, _transfer.c.amount)
            .outerjoin(back, (back.c.programme_id == _transfer.c.programme_id) & (back.c.reverses == _transfer.c.id))
            .where(
                _transfer.c.programme_id == programme_id,
                _transfer.c.id.in_(transfer_ids[start : start + _GROUP]),
                back.c.id.is_(None),
            )
        )
        for debit, credit, amount in rows:
            taken[credit] += amount
            accounts |= {debit, credit}
    return taken, accounts


def _move(session: Session, programme_id: UUID, movement: Movement) -> None:
    if movement.amount > 0:
        post(session, programme_id, movement)
