"""An undo with no signal that arrives after what it undoes: that had been sent, but its answer never came back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from timecredits.spending.models import Redemption
from timecredits.spending.offline.records import SavedUse
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.undoing import UNDO_WITHIN, undo_redemption

_offline: Any = OfflineUse.__table__
_NO_WORDS = "Taken back at the till"


def take_back(session: Session, programme_id: UUID, use_id: UUID, record: SavedUse, *, actor: UUID | None, now: datetime) -> bool:
    """Give back what this scan took and mark it; False where the till took it back too late. Twice moves credits once."""
    if record.undone is None or not timedelta() <= record.undone.at - record.scanned_at <= UNDO_WITHIN:
        return False
    redemption = session.get(Redemption, (programme_id, use_id), populate_existing=True)
    if redemption is not None and redemption.undone_at is None:
        undo_redemption(session, redemption, record.undone.reason or _NO_WORDS, actor=actor, now=now)
    session.execute(
        update(_offline).where(_offline.c.programme_id == programme_id, _offline.c.id == use_id).values(result=SyncResult.UNDONE)
    )
    return True
