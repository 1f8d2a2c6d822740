"""Plans for the full world: a garden group every week, full, with somebody waiting; one day moved, one cancelled."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.planning.activity_calendars import calendar_token
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.session_keeping import NewTerms, cancel_session, move_session
from timecredits.hours.planning.session_messages import write_to_signed_up
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import sign_up
from timecredits.network.volunteers import list_enrolled

_WEEK = timedelta(weeks=1)


def plan_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], activity_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """Plan the activity and let the organisation's people come."""
    first = clock.today() + timedelta(days=2)
    facts = PlanFacts(first, 600, 120, Repeats.WEEKLY, capacity=3)
    plan = make_plan(session, *here, activity_id, facts, actor_id=actor_id)
    enrolled = sorted(list_enrolled(session, *here), key=lambda each: each.volunteer.user_id is None)
    people = [each.volunteer.id for each in enrolled]  # first who can be written to
    for day in (first, first + _WEEK):
        dated = find_dated_session(session, here[0], plan.id, day)
        for each in people[:4]:
            sign_up(session, here[0], each, dated, actor_id=actor_id, today=clock.today(), staff_of=here[1])
    dated = find_dated_session(session, here[0], plan.id, first)
    write_to_signed_up(
        session, *here, dated, "Please bring boots. It will be muddy.", message_id=new_id(), actor_id=actor_id, waiting_too=True
    )
    cancel_session(session, *here, plan.id, first + _WEEK, because="The hall is closed.", actor_id=actor_id)
    later = first + 2 * _WEEK
    terms = NewTerms(later + timedelta(days=1), 660, 90, place="The greenhouse")
    move_session(session, *here, plan.id, later, terms, actor_id=actor_id)
    return {
        "plan": str(plan.id),
        "plan_day": first.isoformat(),
        "activity_calendar": calendar_token(keyring, here[0], activity_id),
    }
