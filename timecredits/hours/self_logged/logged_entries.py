"""Which hour entry belongs to hours that a volunteer logged, and what was approved of them."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.hours.models import HourCorrection, HourEntry, LoggedHours, LoggedStatus

__all__ = ["approved_minutes", "entry_ids"]


def entry_ids(session: Session, programme_id: UUID, log_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The id that the entry of each has or will have: its own, or the next one after an entry that was taken away."""
    found = {log_id: log_id for log_id in log_ids}
    pending, turn = set(log_ids), 0
    while pending:
        gone = set(
            session.scalars(
                select(HourCorrection.entry_id).where(
                    HourCorrection.programme_id == programme_id,
                    HourCorrection.entry_id.in_([found[each] for each in pending]),
                    HourCorrection.replacement_id.is_(None),
                )
            )
        )
        pending, turn = {each for each in pending if found[each] in gone}, turn + 1
        found |= {each: uuid5(each, str(turn)) for each in pending}
    return found


def approved_minutes(session: Session, programme_id: UUID, logs: Iterable[LoggedHours]) -> dict[UUID, int]:
    """The minutes that were approved, by id of the row; taken away since: not there."""
    ids = [log.id for log in logs if log.status is LoggedStatus.APPROVED]
    if not ids:
        return {}
    entries = entry_ids(session, programme_id, ids)
    rows = session.execute(
        select(HourEntry.id, HourEntry.minutes).where(HourEntry.programme_id == programme_id, HourEntry.id.in_(entries.values()))
    )
    minutes = {row.id: row.minutes for row in rows}
    return {log_id: minutes[entry_id] for log_id, entry_id in entries.items() if entry_id in minutes}
