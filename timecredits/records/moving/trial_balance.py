"""The trial balance: by kind of account how many there are and what they hold, from the transfers alone. It sums to 0."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from timecredits.ledger.models import Account, Transfer

__all__ = ["TrialBalance", "trial_balance"]

TrialBalance = Mapping[str, tuple[int, int]]
"""By kind of account: how many accounts, and how many minutes they hold together."""

_account: Any = Account.__table__
_transfer: Any = Transfer.__table__


def trial_balance(connection: Connection, programme_id: UUID) -> dict[str, tuple[int, int]]:
    """A programme's trial balance as this transaction sees it."""
    counts = {
        kind.value: int(number)
        for kind, number in connection.execute(
            select(_account.c.kind, func.count()).where(_account.c.programme_id == programme_id).group_by(_account.c.kind)
        )
    }
    held = dict.fromkeys(counts, 0)
    for column, sign in ((_transfer.c.debit_account, -1), (_transfer.c.credit_account, 1)):
        rows = connection.execute(
            select(_account.c.kind, func.sum(_transfer.c.amount))
            .join(_account, (_account.c.programme_id == _transfer.c.programme_id) & (_account.c.id == column))
            .where(_transfer.c.programme_id == programme_id, _account.c.programme_id == programme_id)
            .group_by(_account.c.kind)
        )
        for kind, minutes in rows:
            held[kind.value] += sign * int(minutes)
    return {kind: (counts[kind], held[kind]) for kind in sorted(counts)}
