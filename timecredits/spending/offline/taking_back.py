"""An undo with no signal that arrives after what it undoes: that had been sent, but its answer never came back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from timecredits.spending.answers import Outcome
from timecredits.spending.models import Redemption
from timecredits.spending.offline.records import SavedUse
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.undoing import UNDO_WITHIN, undo_redemption

_offline: Any = OfflineUse.__table__
_NO_WORDS = "Taken back at the till"


def take_back(session: Session, programme_id: UUID, use_id: UUID, record: SavedUse, *, actor: UUID | None, now: datetime) -> bool:
    """Give back what this scan took and mark it. Twice moves credits once.

    False, and nothing has changed, where that came too late or somebody decided on it.
    """
    if record.undone is None or not timedelta() <= record.undone.at - record.scanned_at <= UNDO_WITHIN:
        return False
    with session.begin_nested() as attempt:
        # Marked first: whoever decides on it at the same moment comes before or after, never between.
        marked = session.execute(
            update(_offline)
            .where(_offline.c.programme_id == programme_id, _offline.c.id == use_id, _offline.c.decided.is_(None))
            .values(result=SyncResult.UNDONE)
            .returning(_offline.c.id)
        ).one_or_none()
        if marked is not None and _give_back(session, programme_id, use_id, record.undone.reason, actor, now):
            return True
        attempt.rollback()
    return False


def _give_back(session: Session, programme_id: UUID, use_id: UUID, reason: str, actor: UUID | None, now: datetime) -> bool:
    """Give back what was taken, if anything was. False where it is too late for that: a note whose change was used."""
    redemption = session.get(Redemption, (programme_id, use_id), populate_existing=True)
    if redemption is None or redemption.undone_at is not None:
        return True
    answer = undo_redemption(session, redemption, reason or _NO_WORDS, actor=actor, now=now)
    return answer.outcome is not Outcome.TOO_LATE_TO_UNDO
