"""One mail on the day that somebody asked to be reminded of a step. It says neither which step nor that there is a list."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.directory_models import FirstStep
from timecredits.foundation import mail
from timecredits.foundation.clock import local_day
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.network.models import Programme

__all__ = ["MOST_AT_ONCE", "send_step_reminders"]

MOST_AT_ONCE: Final = 500


def send_step_reminders(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Put the reminders that are due into the outbox, at most 500 a call; answers how many. Twice at once is once."""
    rows = session.scalars(
        select(FirstStep)
        .where(
            FirstStep.programme_id == programme_id,
            FirstStep.remind_on <= local_day(now),
            FirstStep.reminded_at.is_(None),
            FirstStep.done_on.is_(None),
        )
        .order_by(FirstStep.remind_on, FirstStep.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    known = addresses(session, programme_id, [row.volunteer_id for row in rows])
    programme = session.get_one(Programme, programme_id)
    for row in rows:
        row.reminded_at = now
        if row.volunteer_id in known:
            mail.queue(
                session,
                recipient=known[row.volunteer_id],
                subject=str(Sentence("%(programme)s: a note to yourself", programme=programme.name)),
                body=str(
                    Sentence(
                        "Hello,\n\nYou asked us to send you a note today. Sign in to see what it was about.\n\n"
                        "There is no hurry. You can choose another day, or no day at all.\n"
                    )
                ),
                message_id=uuid5(row.id, f"note {row.remind_on}"),
            )
    session.flush()
    return sum(row.volunteer_id in known for row in rows)
