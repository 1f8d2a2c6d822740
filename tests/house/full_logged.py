"""Hours that people logged, for the full world: some wait, one came back with a question, one is approved, one declined."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.models import LoggedHours
from timecredits.hours.self_logged.approving import approve, approve_changed, mark_of
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_decisions import ask, decline
from timecredits.hours.self_logged.logged_hours import log_hours
from timecredits.network.models import Enrolment

NOTE = "I stayed on to water the seedlings, and Mr. Featherstonehaugh-Cholmondeley from next door gave me a hand."


def logged_things(
    session: Session, here: tuple[UUID, UUID], activity_id: UUID, volunteer_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """Log hours of this volunteer and of the others here, and decide about some of them."""
    programme_id, organisation_id = here
    today = clock.today()

    def log(who: UUID, days_ago: int, minutes: int, starts: int | None = None, note: str = "") -> UUID:
        part = DayPart(today - timedelta(days=days_ago), minutes, starts)
        logged = log_hours(
            session,
            programme_id,
            who,
            log_id=new_id(),
            activity_id=activity_id,
            parts=[part],
            note=note,
            user_id=None,
            today=today,
        )
        return logged.ids[0]

    waiting = log(volunteer_id, 2, 90, 600, NOTE)
    log(volunteer_id, 2, 60, 630)
    returned, approved, changed, declined = (log(volunteer_id, days, 120) for days in (3, 4, 5, 6))
    people = session.scalars(
        select(Enrolment.volunteer_id)
        .where(Enrolment.programme_id == programme_id, Enrolment.organisation_id == organisation_id)
        .order_by(Enrolment.id)
    )
    for person in people:
        if person != volunteer_id:
            log(person, 1, 150)
    acting = {"actor_id": actor_id}
    mailing = {**acting, "base_url": "http://localhost"}
    ask(session, *here, returned, question="Was that the Tuesday or the Wednesday?", **mailing)  # type: ignore[arg-type]
    decline(session, *here, declined, reason="We were shut that day.", **mailing)  # type: ignore[arg-type]
    seen = {approved: mark_of(session.get_one(LoggedHours, (programme_id, approved)))}
    approve(session, *here, seen, today=today, **acting)
    approve_changed(session, *here, changed, minutes=90, reason="We ended early.", today=today, **acting)
    return {
        "logged": str(waiting),
        "logged_returned": str(returned),
        "logged_approved": str(approved),
    }
