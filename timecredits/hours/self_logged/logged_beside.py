"""What stands beside hours that a volunteer logs: an id that is taken, and hours that others recorded for the same day."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourEntry, HourSource
from timecredits.ledger.models import Transfer

__all__ = ["LOOKED_AT", "TAKEN", "is_recorded_otherwise", "is_taken"]

TAKEN = Sentence("These hours could not be saved. Nothing was saved. Open the page again and type them once more.")
LOOKED_AT = Sentence("You have hours for this activity on that day already. Your coordinator looks at these first.")


def is_taken(session: Session, programme_id: UUID, ids: Sequence[UUID]) -> bool:
    """Whether an hour entry or a movement of credits has one of these ids."""
    return any(
        session.scalar(select(model.id).where(model.programme_id == programme_id, model.id.in_(ids)).limit(1)) is not None
        for model in (HourEntry, Transfer)
    )


def is_recorded_otherwise(
    session: Session, programme_id: UUID, volunteer_id: UUID, activity_id: UUID, days: Iterable[date]
) -> bool:
    """Whether a register, or signing in and out, gave this person hours that count for the activity on one of these days."""
    found = session.scalar(
        select(HourEntry.id)
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.volunteer_id == volunteer_id,
            HourEntry.activity_id == activity_id,
            HourEntry.done_on.in_(set(days)),
            HourEntry.source.in_((HourSource.ATTENDANCE, HourSource.REGISTER)),
            in_force(),
        )
        .limit(1)
    )
    return found is not None
