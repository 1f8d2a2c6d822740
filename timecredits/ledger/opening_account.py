"""The account that opening balances come from: one a programme, under an id that follows from the programme's, with no floor."""

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


def opening_id(programme_id: UUID) -> UUID:
    """The id of a programme's opening account, opened or not."""
    return uuid5(programme_id, "opening")


def open_opening_account(session: Session, programme_id: UUID) -> UUID:
    """The opening account's id; it is opened if it wasn't. Two at once open one."""
    account_id, connection = opening_id(programme_id), session.connection()
    connection.execute(
        _INSERT[connection.dialect.name],
        {"programme_id": programme_id, "id": account_id, "kind": AccountKind.OPENING, "floor": None, "balance": None},
    )
    return account_id
