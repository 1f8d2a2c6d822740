"""Proof that nothing appeared from nowhere and nothing vanished, and that the guards are in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from timecredits.ledger.models import Account, Transfer

_account: Any = Account.__table__
_transfer: Any = Transfer.__table__

POSTGRESQL_TRIGGERS = {"transfer": ["transfer_moves_balance", "transfer_refuses_overdraft"]}
SQLITE_TRIGGERS = [
    "account_balance_only_by_transfer",
    "account_is_not_deleted",
    "account_opens_empty",
    "transfer_is_not_changed",
    "transfer_is_not_deleted",
    "transfer_moves_balance",
    "transfer_refuses_overdraft",
]


@dataclass(frozen=True, slots=True)
class BookFault:
    """One thing that doesn't add up: which rule, and the ids it was found at."""

    rule: str
    programme_id: UUID
    ids: tuple[UUID, ...]


class GuardMissingError(Exception):
    """A ledger trigger is missing or off: the application must not start. A disabled one let 40 impossible debits in."""


def check_ledger(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault in one programme's books.

    `sum_not_zero`: all accounts together, unbounded ones counted from their transfers. `balance_differs`: a kept balance
    that isn't the sum of its transfers. `below_floor`: one below its floor. `reversal_differs`: one that isn't a mirror.
    """
    moved = _sums(session, programme_id)
    accounts = session.execute(
        select(_account.c.id, _account.c.floor, _account.c.balance).where(_account.c.programme_id == programme_id),
    ).all()
    held = {row.id: row.balance if row.floor is not None else moved.get(row.id, 0) for row in accounts}
    faults = []
    if sum(held.values()) != 0:
        faults.append(BookFault("sum_not_zero", programme_id, ()))
    floored = [row for row in accounts if row.floor is not None]
    _add(faults, "balance_differs", programme_id, [row.id for row in floored if row.balance != moved.get(row.id, 0)])
    _add(faults, "below_floor", programme_id, [row.id for row in floored if row.balance < row.floor])
    _add(faults, "reversal_differs", programme_id, _odd_reversals(session, programme_id))
    return faults


def check_guards(connection: Connection) -> None:
    """Raise GuardMissingError unless every ledger trigger is there and on."""
    if connection.dialect.name == "sqlite":
        found = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
        missing = sorted(set(SQLITE_TRIGGERS) - found)
    else:
        rows = connection.execute(
            text(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
                " AND tgrelid = to_regclass('transfer')",
            ),
        ).scalars()
        missing = sorted(set(POSTGRESQL_TRIGGERS["transfer"]) - set(rows))
    if missing:
        raise GuardMissingError(", ".join(missing))


def _sums(session: Session, programme_id: UUID) -> dict[UUID, int]:
    sums: dict[UUID, int] = {}
    for column, sign in ((_transfer.c.debit_account, -1), (_transfer.c.credit_account, 1)):
        rows = session.execute(
            select(column, func.sum(_transfer.c.amount)).where(_transfer.c.programme_id == programme_id).group_by(column),
        )
        for account_id, amount in rows:
            sums[account_id] = sums.get(account_id, 0) + sign * int(amount)
    return sums


def _odd_reversals(session: Session, programme_id: UUID) -> Sequence[UUID]:
    first, second = _transfer.alias("first"), _transfer.alias("second")
    mirrored = (
        (first.c.debit_account == second.c.credit_account)
        & (first.c.credit_account == second.c.debit_account)
        & (first.c.amount == second.c.amount)
    )
    return session.scalars(
        select(second.c.id)
        .join(first, (first.c.programme_id == second.c.programme_id) & (first.c.id == second.c.reverses))
        .where(second.c.programme_id == programme_id, first.c.programme_id == programme_id, ~mirrored),
    ).all()


def _add(faults: list[BookFault], rule: str, programme_id: UUID, ids: Sequence[UUID]) -> None:
    if ids:
        faults.append(BookFault(rule, programme_id, tuple(ids)))
