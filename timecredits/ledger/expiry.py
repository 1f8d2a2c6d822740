"""Credits that run out: first received, first used, worked out without lots.

What runs out of an account is what it received before the cut-off, less everything that ever went out of it (used, given, put
aside, run out before), and never below nothing. A transfer that was reversed counts as if it had never been, on both sides. But a
use that was undone only lately still counts as used, so that what comes back can't run out without a word.

The programme's expired account takes what runs out. Like goodwill it stands under an id that follows from the programme's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.ledger.errors import ConflictError, NotEnoughError
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.ledger.transfers import Movement, Posting, post, post_many

_account: Any = Account.__table__
_transfer: Any = Transfer.__table__
_INSERT = {
    name: dialect.insert(_account).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Horizon:
    """What may run out: what was received before one instant. What was undone before the other counts as never used."""

    received_before: datetime
    undone_before: datetime


class SpentMeanwhileError(Exception):
    """Somebody used credits at each of many tries to let them run out. Nothing was moved; try again later."""


def expired_id(programme_id: UUID) -> UUID:
    """The id of a programme's expired account, opened or not."""
    return uuid5(programme_id, "expired")


def open_expired(session: Session, programme_id: UUID) -> UUID:
    """The expired account's id; it is opened if it wasn't. Two at once open one."""
    account_id, connection = expired_id(programme_id), session.connection()
    connection.execute(
        _INSERT[connection.dialect.name],
        {"programme_id": programme_id, "id": account_id, "kind": AccountKind.EXPIRED, "floor": None, "balance": None},
    )
    return account_id


def running_out(session: Session, programme_id: UUID, accounts: Sequence[UUID], horizon: Horizon) -> dict[UUID, int]:
    """The minutes that run out of each of these accounts at this horizon; accounts that lose nothing are left out.

    Two queries. At most a few hundred accounts at once.
    """
    return {each: minutes for each, minutes in _overhang(session, programme_id, accounts, horizon).items() if minutes > 0}


def expire(
    session: Session, programme_id: UUID, accounts: Sequence[UUID], horizon: Horizon, *, day: date, actor: UUID | None = None
) -> dict[UUID, int]:
    """Let what is due run out of these accounts, once an account and month of `day`. Answers the minutes by account.

    Whoever uses credits at the same moment comes first: what they used doesn't run out. Raises SpentMeanwhileError.
    """
    for _ in range(_TRIES):
        due = running_out(session, programme_id, accounts, horizon)
        ids = {each: uuid5(each, f"expired {day:%Y-%m}") for each in due}
        known = _stored(session, programme_id, list(ids.values()))
        due = {each: minutes for each, minutes in due.items() if ids[each] not in known}
        if not due:
            return {}
        into = open_expired(session, programme_id)
        movements = [
            Movement(ids[each], each, into, minutes, TransferKind.EXPIRED, occurred_on=day, actor=actor)
            for each, minutes in due.items()
        ]
        posted = _post_unless_spent(session, programme_id, movements, horizon)
        if posted is not None:
            return {each: minutes for each, minutes in due.items() if ids[each] in posted}
    raise SpentMeanwhileError


def ran_out(session: Session, programme_id: UUID, accounts: Sequence[UUID]) -> dict[UUID, int]:
    """How many minutes ran out of each of these accounts and were not given back; accounts that lost none are left out."""
    expired, lost = expired_id(programme_id), dict[UUID, int]()
    for side, other, sign in (
        (_transfer.c.debit_account, _transfer.c.credit_account, 1),
        (_transfer.c.credit_account, _transfer.c.debit_account, -1),
    ):
        rows = session.execute(
            select(side, func.sum(_transfer.c.amount))
            .where(_transfer.c.programme_id == programme_id, side.in_(accounts), other == expired)
            .group_by(side)
        )
        for account_id, minutes in rows:
            lost[account_id] = lost.get(account_id, 0) + sign * int(minutes)
    return {each: minutes for each, minutes in lost.items() if minutes > 0}


def give_back(
    session: Session, programme_id: UUID, account_id: UUID, most: int, *, cause: UUID, day: date, actor: UUID | None
) -> int:
    """Give back at most `most` minutes of what ran out, once a cause; answers how many.

    For hours that are taken away after their credits ran out: nobody used those, so nobody is to make up for them.
    """
    minutes = min(most, ran_out(session, programme_id, [account_id]).get(account_id, 0))
    if minutes <= 0:
        return 0
    movement = Movement(
        id=uuid5(cause, "ran out"),
        debit=expired_id(programme_id),
        credit=account_id,
        amount=minutes,
        kind=TransferKind.EXPIRED,
        occurred_on=day,
        actor=actor,
    )
    return minutes if post(session, programme_id, movement) is Posting.POSTED else 0


def _post_unless_spent(session: Session, programme_id: UUID, movements: Sequence[Movement], horizon: Horizon) -> set[UUID] | None:
    """Post them all, or none (None) where something went out of these accounts since. Answers the ids posted by us."""
    try:
        with session.begin_nested() as attempt:
            answers = post_many(session, programme_id, movements)
            # Now nobody else can move these accounts; whatever went out between the look and the posting shows here.
            after = _overhang(session, programme_id, [each.debit for each in movements], horizon)
            if min(after.values()) < 0:
                attempt.rollback()
                return None
    except (NotEnoughError, ConflictError):
        return None
    return {key for key, answer in answers.items() if answer is Posting.POSTED}


def _overhang(session: Session, programme_id: UUID, accounts: Sequence[UUID], horizon: Horizon) -> Mapping[UUID, int]:
    """What was received before the cut-off less what went out, also where that is below nothing."""
    back = _transfer.alias("back")
    undone = (back.c.programme_id == _transfer.c.programme_id) & (back.c.reverses == _transfer.c.id)

    def sums(side: ColumnElement[UUID], *conditions: ColumnElement[bool]) -> dict[UUID, int]:
        rows = session.execute(
            select(side, func.sum(_transfer.c.amount))
            .outerjoin(back, undone)
            .where(_transfer.c.programme_id == programme_id, side.in_(accounts), _transfer.c.reverses.is_(None), *conditions)
            .group_by(side)
        )
        return {account_id: int(minutes) for account_id, minutes in rows}

    received = sums(_transfer.c.credit_account, _transfer.c.recorded_at < horizon.received_before, back.c.id.is_(None))
    out = sums(_transfer.c.debit_account, back.c.id.is_(None) | (back.c.recorded_at >= horizon.undone_before))
    # Of every account: one whose old credits were all taken away meanwhile has received nothing, and may have lost too much.
    return {each: received.get(each, 0) - out.get(each, 0) for each in accounts}


def _stored(session: Session, programme_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    return set(session.scalars(select(_transfer.c.id).where(_transfer.c.programme_id == programme_id, _transfer.c.id.in_(ids))))
