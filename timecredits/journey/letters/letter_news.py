"""What a volunteer's home says about letters: one is ready, or nobody will write it. Without an email it is all they hear."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.journey.models import Reference, ReferenceRequest, ReferenceStatus

__all__ = ["LetterNews", "letter_news"]

NEWS_FOR: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LetterNews:
    """When the newest letter came, and when the newest request was declined; None where that was over 14 days ago, or never."""

    ready_at: datetime | None
    declined_at: datetime | None


def letter_news(session: Session, programme_id: UUID, volunteer_id: UUID) -> LetterNews:
    """News about letters of this volunteer. A letter in confidence is none. One query."""
    since = clock.now() - NEWS_FOR
    ready = select(func.max(Reference.issued_at)).where(
        Reference.programme_id == programme_id,
        Reference.volunteer_id == volunteer_id,
        Reference.status == ReferenceStatus.ISSUED,
        Reference.confidential.is_(False),
        Reference.issued_at >= since,
    )
    declined = select(func.max(ReferenceRequest.answered_at)).where(
        ReferenceRequest.programme_id == programme_id,
        ReferenceRequest.volunteer_id == volunteer_id,
        ReferenceRequest.declined_because.is_not(None),
        ReferenceRequest.answered_at >= since,
    )
    row = session.execute(select(ready.scalar_subquery(), declined.scalar_subquery())).one()
    return LetterNews(row[0], row[1])
