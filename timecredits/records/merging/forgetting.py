"""Once a merge can't be taken back any more, nothing is kept of what it moved: rows and values of a person, for no use."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from timecredits.records.models import Merge

__all__ = ["forget_moved"]

_MOST: Final = 200  # in one go; the next round takes the next ones


def forget_moved(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Forget what merges moved that were taken back, or are too old for it. How many credits it was stays. Answers how many."""
    due = session.scalars(
        select(Merge)
        .where(
            Merge.programme_id == programme_id,
            or_(Merge.undo_until < now, Merge.undone_at.is_not(None)),
            cast(Merge.moved, Text).contains('"ids"'),
        )
        .order_by(Merge.id)
        .limit(_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    for merge in due:
        merge.moved = {name: value for name, value in merge.moved.items() if name == "minutes"}
    session.flush()
    return len(due)
