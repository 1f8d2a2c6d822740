"""An account's transfers, newest first, with the running balance.

Two keyset scans, one a side, put together by the database: never OR, never OFFSET (design/ledger.md, Reading).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from timecredits.foundation.db import Id
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.transfers import balance

_table: Any = Transfer.__table__


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. `change` is in minutes, below 0 for what went out; `balance` is what was left after it."""

    transfer_id: UUID
    other_account: UUID
    change: int
    balance: int
    kind: TransferKind
    occurred_on: date
    recorded_at: datetime
    reverses: UUID | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page of a statement begins: after this line, at this balance."""

    recorded_at: datetime
    transfer_id: UUID
    balance: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Some lines of a statement, newest first, and where to go on, if there is more."""

    lines: list[Line]
    older: Cursor | None


def statement(
    session: Session,
    programme_id: UUID,
    account_id: UUID,
    *,
    after: Cursor | None = None,
    limit: int = 20,
) -> StatementPage:
    """At most `limit` lines of an account that has a floor, older than `after`."""
    values: dict[str, Any] = {"programme": programme_id, "account": account_id, "most": limit + 1}
    if after is not None:
        values |= {"at": after.recorded_at, "after": after.transfer_id}
    rows = session.execute(_FIRST if after is None else _OLDER, values).all()
    running = after.balance if after else balance(session, programme_id, account_id)
    lines = []
    for row in rows[:limit]:
        change = row.sign * row.amount
        lines.append(
            Line(
                transfer_id=row.id,
                other_account=row.other,
                change=change,
                balance=running,
                kind=TransferKind(row.kind),
                occurred_on=row.occurred_on,
                recorded_at=row.recorded_at,
                reverses=row.reverses,
            ),
        )
        running -= change
    older = Cursor(lines[-1].recorded_at, lines[-1].transfer_id, running) if len(rows) > limit else None
    return StatementPage(lines, older)


def _newest(*, is_first: bool) -> Select[Any]:
    """One page's scan, with `programme`, `account` and `most` to be said, and `at` and `after` unless it `is_first`."""
    both = union_all(
        _side(_table.c.debit_account, _table.c.credit_account, -1, is_first=is_first),
        _side(_table.c.credit_account, _table.c.debit_account, 1, is_first=is_first),
    ).subquery()
    return select(both).order_by(both.c.recorded_at.desc(), both.c.id.desc()).limit(_MOST)


def _side(own: ColumnElement[UUID], other: ColumnElement[UUID], sign: int, *, is_first: bool) -> Select[Any]:
    scan = select(
        _table.c.id,
        other.label("other"),
        literal(sign).label("sign"),
        _table.c.amount,
        _table.c.kind,
        _table.c.occurred_on,
        _table.c.recorded_at,
        _table.c.reverses,
    ).where(_table.c.programme_id == bindparam("programme", type_=Id), own == bindparam("account", type_=Id))
    if not is_first:
        place = tuple_(_table.c.recorded_at, _table.c.id)
        scan = scan.where(place < tuple_(bindparam("at", type_=_table.c.recorded_at.type), bindparam("after", type_=Id)))
    newest = scan.order_by(_table.c.recorded_at.desc(), _table.c.id.desc()).limit(_MOST).subquery()
    return select(newest)


_MOST: Any = bindparam("most", type_=Integer)
# Put together once: that alone took longer than the database does (`bench growth`).
_FIRST, _OLDER = _newest(is_first=True), _newest(is_first=False)
