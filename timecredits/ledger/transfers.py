"""The one way to post.

`INSERT ... ON CONFLICT (programme_id, id) DO NOTHING`: a row came back, it is posted; none, then the stored one is the
first answer if it is the same movement, and a conflict if it is not. Where none is stored either, a trigger has passed
the row over because there are not enough credits: a refusal is an answer and never an error, so it needs no savepoint
and leaves the caller's transaction usable. Statements are SQLAlchemy Core, because the ORM's unit of work costs four
times as much here. Measured by `make bench`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, CursorResult, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.ledger.errors import ConflictError, NotEnoughError
from timecredits.ledger.models import FLOORED, Account, AccountKind, Reversal, Transfer, TransferKind


@dataclass(frozen=True, slots=True)
class Movement:
    """What is to be posted: `amount` minutes from `debit` to `credit`, under the id of its cause."""

    id: UUID
    debit: UUID
    credit: UUID
    amount: int
    kind: TransferKind
    occurred_on: date
    actor: UUID | None = None
    reverses: UUID | None = None


class Posting(Enum):
    """What came of a movement. None of these is a fault; `CONFLICT` means the id is taken by another movement."""

    POSTED = "posted"
    ALREADY = "already"
    NOT_ENOUGH = "not_enough"
    CONFLICT = "conflict"


_table: Any = Transfer.__table__
# SQLAlchemy forgets an INSERT's row count unless asked to keep it.
_INSERT = {
    name: dialect.insert(_table)
    .on_conflict_do_nothing(index_elements=["programme_id", "id"])
    .execution_options(preserve_rowcount=True)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}

_CHECK_VIOLATION, _FLOOR = "23514", "ck_account_balance_not_below_floor"

# A batch goes in a thousand rows a statement, in the order given; the guards see each row by itself.
_INSERT_MANY = {name: insert_one.returning(_table.c.id) for name, insert_one in _INSERT.items()}


def open_account(session: Session, programme_id: UUID, kind: AccountKind) -> UUID:
    """Open an account, empty, with a floor of 0 where its kind has one. Answers its id."""
    floor = 0 if kind in FLOORED else None
    account_id = new_id()
    session.execute(
        insert(Account).values(programme_id=programme_id, id=account_id, kind=kind, floor=floor, balance=floor),
    )
    return account_id


def post(session: Session, programme_id: UUID, movement: Movement) -> Posting:
    """Post one movement. A refusal is an answer, and leaves the caller's transaction usable."""
    return _insert(session, programme_id, movement, clock.now())


def post_many(session: Session, programme_id: UUID, movements: Iterable[Movement]) -> dict[UUID, Posting]:
    """Post all or nothing, sorted by account so that two batches at once can't lock each other out.

    Answers POSTED or ALREADY by movement id. Raises NotEnoughError or ConflictError; the caller's transaction is then
    to be rolled back.
    """
    recorded_at, connection = clock.now(), session.connection()
    # By both accounts: where hours are earned the lower one is often the organisation's, which all share and nobody locks.
    ordered = sorted(movements, key=lambda each: (min(each.debit, each.credit), max(each.debit, each.credit), each.id))
    if not ordered:
        return {}
    rows = [_values(programme_id, movement, recorded_at) for movement in ordered]
    try:
        posted = set(connection.execute(_INSERT_MANY[connection.dialect.name], rows).scalars())
    except IntegrityError as fault:
        if _is_below_floor(fault):
            raise NotEnoughError from fault
        raise
    answers: dict[UUID, Posting] = {}
    for movement in ordered:
        if movement.id in posted and movement.id not in answers:
            answers[movement.id] = Posting.POSTED
            continue
        answer = answers[movement.id] = _stored_answer(connection, programme_id, movement)
        if answer is Posting.CONFLICT:
            raise ConflictError(movement.id)
        if answer is Posting.NOT_ENOUGH:
            raise NotEnoughError
    return answers


def reverse(
    session: Session,
    programme_id: UUID,
    transfer_id: UUID,
    *,
    reversal_id: UUID,
    reason: str,
    actor: UUID | None,
    occurred_on: date,
) -> Posting:
    """Undo a transfer whole by its mirror image, once, with the reason kept beside it.

    ALREADY when it was reversed before, by this id or another; CONFLICT when it is itself a reversal; NOT_ENOUGH when
    what was received has been used. Raises LookupError for a transfer that doesn't exist.
    """
    original = session.execute(
        select(_table).where(_table.c.programme_id == programme_id, _table.c.id == transfer_id),
    ).one_or_none()
    if original is None:
        raise LookupError("no such transfer")
    if original.reverses is not None:
        return Posting.CONFLICT
    if find_reversal(session, programme_id, transfer_id) is not None:
        return Posting.ALREADY
    movement = Movement(
        id=reversal_id,
        debit=original.credit_account,
        credit=original.debit_account,
        amount=original.amount,
        kind=TransferKind.REVERSAL,
        occurred_on=occurred_on,
        actor=actor,
        reverses=transfer_id,
    )
    try:
        with session.connection().begin_nested():
            answer = post(session, programme_id, movement)
    except IntegrityError:
        # Somebody else reversed it between our look and our insert: the unique key on `reverses` said so.
        if find_reversal(session, programme_id, transfer_id) is None:
            raise
        return Posting.ALREADY
    if answer is Posting.POSTED:
        session.execute(insert(Reversal).values(programme_id=programme_id, id=reversal_id, reason=reason))
    return answer


def find_reversal(session: Session, programme_id: UUID, transfer_id: UUID) -> UUID | None:
    """The id of the transfer that reverses this one, if any."""
    return session.scalar(
        select(_table.c.id).where(_table.c.programme_id == programme_id, _table.c.reverses == transfer_id),
    )


def balances(session: Session, programme_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The kept balances, in minutes, of accounts that have a floor."""
    rows = session.execute(
        select(Account.id, Account.balance).where(
            Account.programme_id == programme_id,
            Account.id.in_(account_ids),
            Account.balance.is_not(None),
        ),
    )
    return {account_id: balance or 0 for account_id, balance in rows}


def balance(session: Session, programme_id: UUID, account_id: UUID) -> int:
    """The kept balance in minutes of one account that has a floor."""
    return balances(session, programme_id, [account_id])[account_id]


def _is_below_floor(fault: IntegrityError) -> bool:
    """Whether a statement of many rows took an account below its floor.

    PostgreSQL moves balances when the whole statement is in, so the guard that passes a row over sees each row's debit alone, and
    what several debits of one account come to is left to the account's own check.
    """
    where = getattr(fault.orig, "diag", None)
    return getattr(fault.orig, "sqlstate", None) == _CHECK_VIOLATION and getattr(where, "constraint_name", None) == _FLOOR


def _insert(session: Session, programme_id: UUID, movement: Movement, recorded_at: datetime) -> Posting:
    connection = session.connection()
    values = _values(programme_id, movement, recorded_at)
    result = cast("CursorResult[Any]", connection.execute(_INSERT[connection.dialect.name], values))
    return Posting.POSTED if result.rowcount == 1 else _stored_answer(connection, programme_id, movement)


def _values(programme_id: UUID, movement: Movement, recorded_at: datetime) -> dict[str, Any]:
    return {
        "programme_id": programme_id,
        "id": movement.id,
        "debit_account": movement.debit,
        "credit_account": movement.credit,
        "amount": movement.amount,
        "kind": movement.kind.value,
        "occurred_on": movement.occurred_on,
        "recorded_at": recorded_at,
        "actor": movement.actor,
        "reverses": movement.reverses,
    }


def _stored_answer(connection: Connection, programme_id: UUID, movement: Movement) -> Posting:
    """What it means that a movement's row didn't go in."""
    stored = connection.execute(
        select(_table.c.debit_account, _table.c.credit_account, _table.c.amount, _table.c.kind).where(
            _table.c.programme_id == programme_id,
            _table.c.id == movement.id,
        ),
    ).one_or_none()
    if stored is None:
        return Posting.NOT_ENOUGH
    wanted = (movement.debit, movement.credit, movement.amount, movement.kind.value)
    return Posting.ALREADY if tuple(stored) == wanted else Posting.CONFLICT
