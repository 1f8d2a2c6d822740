"""A reader says that an entry is wrong. Which thing is wrong is kept, nothing of the reader, and no words of theirs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.community.directory_models import SupportFault, SupportReport
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.tries import count_try

__all__ = ["FAULTS", "OpenReport", "Said", "open_reports", "say_wrong", "settle_reports"]

MOST_A_DAY: Final = 40
"""How many reports one address on the network may make in a day: enough for a whole library or hostel."""
FAULTS: Final = tuple(SupportFault)


class Said(StrEnum):
    """What became of a report. All three must be kept by who asks: a try was counted."""

    KEPT = "kept"
    KNOWN = "known"
    """The same was said before, and nobody has looked yet."""
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class OpenReport:
    """Something that a reader said is wrong, and that nobody has settled."""

    service_id: UUID
    fault: SupportFault
    said_at: datetime


def say_wrong(session: Session, programme_id: UUID, service_id: UUID, fault: SupportFault, *, said_from: str) -> Said:
    """Keep that something is wrong with an entry (found by the caller). `said_from`, the reader's address, is kept as a hash."""
    if count_try(session, f"support report {said_from}", within=timedelta(days=1)) > MOST_A_DAY:
        return Said.TOO_MANY
    known = session.scalar(
        select(SupportReport.id)
        .where(
            SupportReport.programme_id == programme_id,
            SupportReport.service_id == service_id,
            SupportReport.fault == fault,
            SupportReport.settled_at.is_(None),
        )
        .limit(1)
    )
    if known is not None:
        return Said.KNOWN
    session.add(SupportReport(programme_id=programme_id, id=new_id(), service_id=service_id, fault=fault, said_at=clock.now()))
    session.flush()
    return Said.KEPT


def open_reports(session: Session, programme_id: UUID, service_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[OpenReport]]:
    """What readers said that nobody has settled, oldest first, by entry."""
    rows = session.execute(
        select(SupportReport.service_id, SupportReport.fault, SupportReport.said_at)
        .where(
            SupportReport.programme_id == programme_id,
            SupportReport.service_id.in_(list(service_ids)),
            SupportReport.settled_at.is_(None),
        )
        .order_by(SupportReport.said_at, SupportReport.id)
    )
    found: dict[UUID, list[OpenReport]] = {}
    for row in rows:
        found.setdefault(row.service_id, []).append(OpenReport(*row))
    return found


def settle_reports(session: Session, programme_id: UUID, service_id: UUID) -> None:
    """Somebody looked at the entry: what was said of it is settled."""
    session.execute(
        update(SupportReport)
        .where(
            SupportReport.programme_id == programme_id,
            SupportReport.service_id == service_id,
            SupportReport.settled_at.is_(None),
        )
        .values(settled_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
