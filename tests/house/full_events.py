"""Events for the full world: one every day from today on, with guests, needs and entry, booked by the volunteer; and a draft.

The others' event is a draft, so that its pages aren't there for anybody but its own staff.
"""

from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.community.events.booking import Booker, book
from timecredits.community.events.door import check_in
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import make_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.planning.plans import PlanFacts
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer

EVENT_PAGES = {
    "coordinator.event": {"event_id": "event"},
    "coordinator.event_bookings": {"plan_id": "event_plan", "planned_on": "event_day"},
    "coordinator.event_door": {"plan_id": "event_plan", "planned_on": "event_today"},
    "coordinator.event_edit": {"event_id": "event"},
    "coordinator.event_poster": {"event_id": "event"},
    "public.event": {"area": "event_area", "event_id": "event"},
    "public.events": {"area": "event_area"},
    "volunteer.event": {"event_id": "event"},
    "volunteer.event_book": {"event_id": "event", "plan_id": "event_plan", "planned_on": "event_day"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""

_LATEST = 22 * 60


def event_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID, is_shown: bool
) -> dict[str, str]:
    """A winter fair every day, and a draft of a spring one."""
    programme_id, today = here[0], clock.today()
    change_setting(session, programme_id, "event_entry", value=True, actor_id=None)
    facts = EventFacts(
        name="Winter fair",
        words="Music, soup and stalls.\n\nYou can just sit and listen.",
        place="The long room, up the stairs on the left",
        way_there="Take bus 9 to the market. Ring the bell.",
        access_facts=("Step-free", "You can sit down"),
        capacity=4,
        most_guests=2,
        asks_needs=True,
        entry_minutes=30,
    )
    now = clock.now().astimezone(clock.LONDON)
    daily = PlanFacts(today, min(now.hour * 60 + now.minute, _LATEST), 90, Repeats.DAILY)
    event_id, draft_id = new_id(), new_id()
    with clock.standing_at(clock.now() - timedelta(days=3)):
        make_event(session, *here, facts, daily, event_id=event_id, actor_id=actor_id)
        make_event(session, *here, EventFacts("Spring fair"), daily, event_id=draft_id, actor_id=actor_id)
        show_event(session, *here, event_id, shown=True, actor_id=actor_id)
        other = enrol_volunteer(session, *here, first_name="Gwenllian", last_name="Ó Briain").volunteer.id
        plan_id = uuid5(event_id, "plan")
        for day in (today, today + timedelta(days=3)):
            dated = find_dated_session(session, programme_id, plan_id, day)
            book(session, keyring, programme_id, dated, Booker(other, None), guests=2, needs="A seat near the door")
            book(session, keyring, programme_id, dated, Booker(volunteer_id, None), needs="No nuts, please")
            late = enrol_volunteer(session, *here, first_name="محمد", last_name="علي").volunteer.id
            book(session, keyring, programme_id, dated, Booker(late, None), guests=1)
    dated = find_dated_session(session, programme_id, plan_id, today)
    if clock.now() < dated.ends:
        scope = {"programme_id": programme_id, "organisation_id": here[1]}
        check_in(session, dated, other, guests=2, without_entry=True, actor_id=actor_id, **scope)
    if not is_shown:
        session.get_one(Event, (programme_id, event_id)).shown_at = None
    return {
        "event": str(event_id),
        "event_plan": str(plan_id),
        "event_day": (today + timedelta(days=3)).isoformat(),
        "event_today": today.isoformat(),
        "event_area": "fenland",
        "event_draft": str(draft_id),
    }
