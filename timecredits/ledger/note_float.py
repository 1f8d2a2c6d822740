"""A programme's float: the credits behind every note that is out. One a programme, under an id that follows from the programme's.

It has a floor, so what is out is always covered: a note's credits are moved here when it is made, and leave when it is used or
ends.
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


def float_id(programme_id: UUID) -> UUID:
    """The id of a programme's float, opened or not."""
    return uuid5(programme_id, "float")


def open_float(session: Session, programme_id: UUID) -> UUID:
    """The float's id; it is opened, empty, if it wasn't. Two at once open one."""
    account_id, connection = float_id(programme_id), session.connection()
    connection.execute(
        _INSERT[connection.dialect.name],
        {"programme_id": programme_id, "id": account_id, "kind": AccountKind.FLOAT, "floor": 0, "balance": 0},
    )
    return account_id
