"""Events in the sample: a weekly lunch, a fair that is full, a film with entry, one for volunteers, one that earns, a draft."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.community.events.booking import Booker, book
from timecredits.community.events.door import check_in
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import make_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.hours.planning.plans import PlanFacts
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting

_STEP_FREE = ("Step-free", "Accessible toilet", "You can sit down")
LUNCH = EventFacts(
    "Long table lunch",
    "Soup, bread and company. Come for ten minutes or for all of it. Nobody has to talk.",
    "St Mary's hall",
    "Bus 9 stops at the door. Come in by the blue door on the left.",
    (*_STEP_FREE, "Near a bus stop or station", "Bring your children"),
    capacity=30,
    most_guests=3,
    asks_needs=True,
)
FAIR = EventFacts(
    "Winter makers' fair",
    "A small room, a big pot of tea, and things that people made. You can try some of it.",
    "The old library",
    "Up the ramp from Mill Road. The lift is by the desk.",
    _STEP_FREE,
    capacity=6,
    most_guests=1,
    asks_needs=True,
)
FILM = EventFacts(
    "Film and a cup of tea",
    "An old film with subtitles. The lights stay half on, and you can leave at any time.",
    "The reading room",
    "Ring the bell. Somebody comes down.",
    ("Step-free", "Hearing loop", "Bring somebody to support you"),
    capacity=20,
    most_guests=2,
    entry_minutes=60,
)
TEA = EventFacts("Thank-you tea", "For everybody who helps. There is cake.", "The garden room", capacity=40, is_public=False)
MENDING = EventFacts(
    "Mending day",
    "Help mend clothes, lamps and bikes, or learn how. Your time counts.",
    "The long shed",
    access_facts=("You can sit down", "A quiet place to take a break"),
    capacity=12,
    counts_hours=True,
)
DRAFT = EventFacts("Spring seed swap", "Bring seeds, take seeds.", "The walled garden", capacity=25, most_guests=2)

_SATURDAY, _FRIDAY, _WEDNESDAY = 5, 4, 2


class Holds(Protocol):
    """An organisation of the sample, who keeps it, and the people who come."""

    organisation_id: UUID
    coordinator_id: UUID
    regulars: list[Volunteer]


def hold_sample_events(session: Session, keyring: Keyring, programme_id: UUID, groups: Sequence[Holds], visitor_id: UUID) -> None:
    """Make them, and let people book and come. The demo's visitor has booked lunch, and went to a film."""
    change_setting(session, programme_id, "event_entry", value=True, actor_id=None)
    home = groups[0]
    second = next((each for each in groups if each.organisation_id != home.organisation_id), home)
    with clock.standing_at(clock.now() - timedelta(days=21)):
        lunch = _make(session, programme_id, home, LUNCH, _weekly(_WEDNESDAY, 12 * 60 + 30))
        film = _make(session, programme_id, home, FILM, _weekly(_FRIDAY, 18 * 60))
        fair = _make(session, programme_id, home, FAIR, _once(35, _SATURDAY, 13 * 60))
        _make(session, programme_id, second, TEA, _once(42, _SATURDAY, 15 * 60))
        _make(session, programme_id, second, MENDING, _once(28, _SATURDAY, 10 * 60, 180))
        _make(session, programme_id, home, DRAFT, _once(110, _SATURDAY, 11 * 60), shown=False)
    others = [each.id for each in home.regulars if each.id != visitor_id]
    last_film = _day_before_today(_FRIDAY)
    people = [visitor_id, *others[:4]]
    _book(session, keyring, programme_id, film, last_film, people)
    begins = find_dated_session(session, programme_id, film, last_film).begins
    with clock.standing_at(begins - timedelta(minutes=10)):
        _let_in(session, programme_id, home, film, last_film, people[:4])
    today = clock.today()
    next_lunch = today + timedelta(days=(_WEDNESDAY - today.weekday() - 1) % 7 + 1)
    _book(session, keyring, programme_id, lunch, next_lunch, [visitor_id, *others[:6]], guests=1, needs="No nuts, please")
    fair_day = _once_day(14, _SATURDAY)
    _book(session, keyring, programme_id, fair, fair_day, others[:5], guests=1, needs="A seat near the door")


def _make(session: Session, programme_id: UUID, group: Holds, facts: EventFacts, when: PlanFacts, *, shown: bool = True) -> UUID:
    """The plan of a new event."""
    event_id, here = new_id(), (session, programme_id, group.organisation_id)
    make_event(*here, facts, when, event_id=event_id, actor_id=group.coordinator_id)
    if shown:
        show_event(*here, event_id, shown=True, actor_id=group.coordinator_id)
    return uuid5(event_id, "plan")


def _weekly(weekday: int, starts: int) -> PlanFacts:
    first = clock.today() + timedelta(days=(weekday - clock.today().weekday()) % 7)
    return PlanFacts(first, starts, 120, Repeats.WEEKLY)


def _once_day(days: int, weekday: int) -> date:
    """The first such weekday, at least so many days from today."""
    day = clock.today() + timedelta(days=days)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _once(days: int, weekday: int, starts: int, minutes: int = 120) -> PlanFacts:
    return PlanFacts(_once_day(days, weekday), starts, minutes)


def _day_before_today(weekday: int) -> date:
    today = clock.today()
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def _book(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    plan_id: UUID,
    day: date,
    people: Sequence[UUID],
    *,
    guests: int = 0,
    needs: str = "",
) -> None:
    """Let them book, the first with guests and needs, some days before."""
    dated = find_dated_session(session, programme_id, plan_id, day)
    moment = min(clock.now(), dated.begins) - timedelta(days=2)
    for number, each in enumerate(people):
        with clock.standing_at(moment + timedelta(minutes=7 * number)):
            try:
                said = needs if number == 0 else ""
                book(session, keyring, programme_id, dated, Booker(each, None), guests=guests, needs=said)
            except RuleError:
                continue


def _let_in(session: Session, programme_id: UUID, group: Holds, plan_id: UUID, day: date, people: Sequence[UUID]) -> None:
    dated = find_dated_session(session, programme_id, plan_id, day)
    for each in people:
        for without_entry in (False, True):
            answer = check_in(
                session,
                dated,
                each,
                programme_id=programme_id,
                organisation_id=group.organisation_id,
                guests=0,
                without_entry=without_entry,
                actor_id=group.coordinator_id,
            )
            if answer.why is None:
                break
