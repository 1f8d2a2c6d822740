"""Counting tries in SQL, so that a limit holds across workers and restarts (design/trust.md, Sign-in)."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.secret_values import digest
from timecredits.network.sign_in_models import TryCount


def count_try(session: Session, subject: str, *, within: timedelta, times: int = 1) -> int:
    """Count `times` more tries of `subject` (any words; kept as a hash); answers how many there were in this stretch of time."""
    statement = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = {"subject_hash": digest(subject), "window_start": _window(within)}
    counted = session.scalars(
        statement(TryCount)
        .values(id=new_id(), count=times, **key)
        .on_conflict_do_update(index_elements=["subject_hash", "window_start"], set_={"count": TryCount.count + times})
        .returning(TryCount.count),
        execution_options={"populate_existing": True},
    )
    return counted.one()


def forget_tries(session: Session, before: datetime) -> int:
    """Throw away counts of stretches of time that began before an instant. Answers how many."""
    gone = session.execute(
        delete(TryCount).where(TryCount.window_start < before), execution_options={"synchronize_session": False}
    )
    return cast("CursorResult[Any]", gone).rowcount


def take_back_try(session: Session, subject: str, *, within: timedelta) -> None:
    """Take one try of `subject` back that was counted in the same transaction and turned out to be a good one."""
    session.execute(
        update(TryCount)
        .where(TryCount.subject_hash == digest(subject), TryCount.window_start == _window(within), TryCount.count > 0)
        .values(count=TryCount.count - 1),
        execution_options={"synchronize_session": False},
    )


def count_of(session: Session, subject: str, *, within: timedelta) -> int:
    """How often `subject` was tried in the present stretch of time."""
    found = session.scalar(
        select(TryCount.count).where(TryCount.subject_hash == digest(subject), TryCount.window_start == _window(within)),
    )
    return found or 0


def _window(length: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (clock.now() - epoch) // length * length
