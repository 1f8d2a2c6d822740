"""Sign-ups for the full world: somebody is coming, waits, was there before, and has a calendar link.

The others' activity is closed, so that its pages aren't there for a volunteer who never signed up.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, close_activity, create_activity
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import sign_up
from timecredits.hours.planning.volunteer_calendars import calendar_codes, make_link
from timecredits.network.volunteers import enrol_volunteer


def sign_up_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID, is_open: bool
) -> dict[str, str]:
    """Plan two activities, and sign this volunteer and somebody else up."""
    programme_id = here[0]
    facts = ActivityFacts(
        name="Tea and talk",
        summary="A warm room and a chat.",
        place="The long room, up the stairs on the left",
        role="Put the kettle on.\nSay hello to whoever comes in.",
        access_facts=("Step-free", "A quiet place to take a break"),
        good_first_step=True,
    )
    first = clock.today() - timedelta(days=14)
    with clock.standing_at(clock.now() - timedelta(days=15)):
        tea = create_activity(session, *here, facts, actor_id=actor_id)
        plan = make_plan(
            session, *here, tea.id, PlanFacts(first, 600, 120, Repeats.WEEKLY, (first.weekday(),)), actor_id=actor_id
        )
        small = make_plan(
            session, *here, tea.id, PlanFacts(first + timedelta(days=1), 870, 60, Repeats.DAILY, capacity=1), actor_id=actor_id
        )
        other = enrol_volunteer(session, *here, first_name="Gwen", last_name="Ó Briain").volunteer.id
        for plan_id, who, days in (
            (plan.id, volunteer_id, 0),
            (plan.id, volunteer_id, 21),
            (small.id, other, 17),
            (small.id, volunteer_id, 17),
        ):
            day = first + timedelta(days=days)
            dated = find_dated_session(session, programme_id, plan_id, day)
            sign_up(session, programme_id, who, dated, actor_id=None, today=clock.today())
    link = make_link(session, programme_id, volunteer_id)
    if not is_open:
        close_activity(session, *here, tea.id, actor_id=actor_id)
    return {
        "open_activity": str(tea.id),
        "my_plan": str(plan.id),
        "my_day": (first + timedelta(days=28)).isoformat(),
        "calendar": calendar_codes(keyring, link).named,
    }
