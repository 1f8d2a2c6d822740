"""The programme's goodwill account: one a programme, under an id that follows from the programme's, opened when first needed.

It has no floor: what it gave shows in its transfers, and a programme's report can say so.
"""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.ledger.models import Account, AccountKind

_account: Any = Account.__table__
_INSERT = {
    name: dialect.insert(_account).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


def goodwill_id(programme_id: UUID) -> UUID:
    """The id of a programme's goodwill account, opened or not."""
    return uuid5(programme_id, "goodwill")


def open_goodwill(session: Session, programme_id: UUID) -> UUID:
    """The goodwill account's id; it is opened if it wasn't. Two at once open one."""
    account_id, connection = goodwill_id(programme_id), session.connection()
    connection.execute(
        _INSERT[connection.dialect.name],
        {"programme_id": programme_id, "id": account_id, "kind": AccountKind.GOODWILL, "floor": None, "balance": None},
    )
    return account_id
