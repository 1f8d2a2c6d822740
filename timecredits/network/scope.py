"""Where queries start: one programme, and one owner within it.

Asking for another organisation's thing raises the same NotFoundError as asking for one that doesn't exist.
"""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from timecredits.foundation.db import Base
from timecredits.foundation.errors import NotFoundError

Row = TypeVar("Row", bound=Base)


def find(session: Session, model: type[Row], programme_id: UUID, row_id: UUID, **owner: Any) -> Row:
    """The row `row_id` of `programme_id` whose columns equal `owner`, such as `organisation_id=...`."""
    return _one(session, select(model).filter_by(programme_id=programme_id, id=row_id, **owner))


def find_and_hold(session: Session, model: type[Row], programme_id: UUID, row_id: UUID, **owner: Any) -> Row:
    """The same row as it is now; nobody else changes it until the transaction ends (docs/adr/0014)."""
    query = select(model).filter_by(programme_id=programme_id, id=row_id, **owner)
    return _one(session, query.with_for_update().execution_options(populate_existing=True))


def _one(session: Session, query: Select[Row]) -> Row:
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError
    return row
