"""What a till was asked a moment ago and has not answered yet: the only time at which it may see a person's photo."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import ProgrammeVenue
from timecredits.spending.answers import Outcome
from timecredits.spending.models import RedemptionAttempt
from timecredits.spending.taking import AtTill

OPEN_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class AskedCard:
    """The card whose owner is to be looked at."""

    programme_id: UUID
    card_id: UUID


def find_asked_card(session: Session, till: AtTill, attempt_id: UUID, now: datetime) -> AskedCard | None:
    """The card about which this till was asked within the last two minutes by this attempt, or None. One query."""
    row = session.execute(
        select(RedemptionAttempt.programme_id, RedemptionAttempt.answer).where(
            RedemptionAttempt.programme_id.in_(
                select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == till.venue_id)
            ),
            RedemptionAttempt.id == attempt_id,
            RedemptionAttempt.till_id == till.till_id,
            RedemptionAttempt.outcome == Outcome.CHECK_NEEDED.value,
            RedemptionAttempt.arrived_at > now - OPEN_FOR,
        )
    ).one_or_none()
    card = row.answer.get("card") if row is not None else None
    return AskedCard(row.programme_id, UUID(card)) if row is not None and card else None
