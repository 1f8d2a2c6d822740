"""Where queries start: one programme, and one owner within it.

Asking for another organisation's thing raises the same NotFoundError as asking for one that doesn't exist.
"""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.db import Base
from timecredits.foundation.errors import NotFoundError

Row = TypeVar("Row", bound=Base)


def find(session: Session, model: type[Row], programme_id: UUID, row_id: UUID, **owner: Any) -> Row:
    """The row `row_id` of `programme_id` whose columns equal `owner`, such as `organisation_id=...`."""
    row = session.scalars(select(model).filter_by(programme_id=programme_id, id=row_id, **owner)).one_or_none()
    if row is None:
        raise NotFoundError
    return row
