"""Once an organisation goes on after a hold, places that came free meanwhile go to those who wait for them."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.hours.activity_models import Activity, ActivitySession, SignUp, SignUpStatus
from timecredits.hours.planning.signing_up import fill_places

__all__ = ["fill_after_hold"]


def fill_after_hold(session: Session, programme_id: UUID, organisation_id: UUID) -> int:
    """Fill the sessions to come of an organisation that goes on. Answers how many people got a place; they are told by mail."""
    waiting = session.scalars(
        select(ActivitySession.id)
        .join(
            Activity,
            (Activity.programme_id == ActivitySession.programme_id) & (Activity.id == ActivitySession.activity_id),
        )
        .join(
            SignUp,
            (SignUp.programme_id == ActivitySession.programme_id) & (SignUp.session_id == ActivitySession.id),
        )
        .where(
            ActivitySession.programme_id == programme_id,
            Activity.organisation_id == organisation_id,
            ActivitySession.held_on >= clock.today() - timedelta(days=1),
            SignUp.status == SignUpStatus.WAITING,
        )
        .distinct()
        .order_by(ActivitySession.id)  # one order for everybody who holds several
    ).all()
    return sum(len(fill_places(session, programme_id, each)) for each in waiting)
