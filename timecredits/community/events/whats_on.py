"""What is on: the events that people may look at, week by week, and one of them with its dates.

Drafts are in no list and at no address. What is not public is for volunteers of the programme. Nothing here names a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import Activity
from timecredits.hours.planning.sessions import DatedSession, list_sessions
from timecredits.hours.planning.signing_up import free_places
from timecredits.network.models import Organisation
from timecredits.network.settings import read_settings

__all__ = ["AHEAD", "EventDate", "ShownEvent", "choices", "dates_of", "find_shown", "whats_on"]

AHEAD: Final = timedelta(days=366)
"""How far ahead people may look."""
_MOST_DATES: Final = 12


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event as anybody reads it, and whom to ask. `entry_minutes` is 0 where it is free, or no credits may be asked for."""

    id: UUID
    activity_id: UUID
    name: str
    words: str
    place: str
    way_there: str
    access_facts: tuple[str, ...]
    is_public: bool
    most_guests: int
    asks_needs: bool
    entry_minutes: int
    counts_hours: bool
    organisation_id: UUID
    organisation: str
    town: str
    contact_email: str
    contact_phone: str


@dataclass(frozen=True, slots=True)
class EventDate:
    """One date of an event; `free` places, None for any number."""

    event: ShownEvent
    dated: DatedSession
    free: int | None


def whats_on(
    session: Session,
    programme_id: UUID,
    *,
    first: date,
    last: date,
    public_only: bool,
    volunteer_id: UUID | None = None,
    search: str = "",
    town: str = "",
    access: str = "",
    free_entry: bool = False,
) -> list[EventDate]:
    """The dates from `first` to `last` that are not over, in order of time; cancelled ones too, so that nobody goes in vain.

    `search` looks in all that is said; `town` and `access` keep one town's, and those with one access fact. For a `volunteer_id`
    the places are those that they could have.
    """
    wanted, fact = fold(search).split(), fold(access)
    events = {
        each.activity_id: each
        for each in _shown(session, programme_id, public_only=public_only)
        if _speaks_of(each, wanted)
        and (not town or each.town == town)
        and (not fact or fact in map(fold, each.access_facts))
        and not (free_entry and each.entry_minutes)
    }
    now = clock.now()
    dated = list_sessions(session, programme_id, first=first, last=last, activity_ids=set(events), only_open=True)
    dated = [each for each in dated if each.ends > now]
    free = free_places(session, programme_id, dated, volunteer_id=volunteer_id)
    return [EventDate(events[each.activity_id], each, free[each.id]) for each in dated]


def find_shown(session: Session, programme_id: UUID, event_id: UUID, *, public_only: bool) -> ShownEvent:
    """One event. Raises NotFoundError for a draft, and for one that is not for everybody where `public_only`."""
    found = _shown(session, programme_id, public_only=public_only, event_id=event_id)
    if not found:
        raise NotFoundError
    return found[0]


def dates_of(session: Session, programme_id: UUID, event: ShownEvent, *, volunteer_id: UUID | None = None) -> list[EventDate]:
    """The next dates of an event that are not over, at most 12, within a year."""
    today, now = clock.today(), clock.now()
    dated = list_sessions(
        session,
        programme_id,
        first=today - timedelta(days=1),
        last=today + AHEAD,
        activity_id=event.activity_id,
        only_open=True,
    )
    dated = [each for each in dated if each.ends > now][:_MOST_DATES]
    free = free_places(session, programme_id, dated, volunteer_id=volunteer_id)
    return [EventDate(event, each, free[each.id]) for each in dated]


def choices(session: Session, programme_id: UUID, *, public_only: bool) -> tuple[list[str], list[str]]:
    """The towns and the access facts to choose from: those of events that are shown, in order."""
    events = _shown(session, programme_id, public_only=public_only)
    facts = {fold(fact): fact for each in events for fact in each.access_facts}
    return sorted({each.town for each in events if each.town}, key=fold), [facts[each] for each in sorted(facts)]


def _shown(session: Session, programme_id: UUID, *, public_only: bool, event_id: UUID | None = None) -> Sequence[ShownEvent]:
    query: Select[Event, Activity, Organisation] = (
        select(Event, Activity, Organisation)
        .join(Activity, (Activity.programme_id == Event.programme_id) & (Activity.id == Event.activity_id))
        .join(Organisation, (Organisation.programme_id == Event.programme_id) & (Organisation.id == Event.organisation_id))
        .where(Event.programme_id == programme_id, Event.shown_at.is_not(None), Activity.is_open)
    )
    if public_only:
        query = query.where(Event.is_public)
    if event_id is not None:
        query = query.where(Event.id == event_id)
    asks_credits = read_settings(session, programme_id).event_entry
    return list(_as_shown(session.execute(query), asks_credits=asks_credits))


def _as_shown(rows: Iterable[tuple[Event, Activity, Organisation]], *, asks_credits: bool) -> Iterable[ShownEvent]:
    for event, activity, organisation in rows:
        yield ShownEvent(
            id=event.id,
            activity_id=activity.id,
            name=activity.name,
            words=event.words,
            place=activity.place,
            way_there=activity.role,
            access_facts=tuple(activity.access_facts),
            is_public=event.is_public,
            most_guests=event.most_guests,
            asks_needs=event.asks_needs,
            entry_minutes=(event.entry_minutes or 0) if asks_credits else 0,
            counts_hours=activity.counts_hours,
            organisation_id=organisation.id,
            organisation=organisation.name,
            town=organisation.town,
            contact_email=organisation.contact_email,
            contact_phone=organisation.contact_phone,
        )


def _speaks_of(event: ShownEvent, wanted: list[str]) -> bool:
    said = fold(
        f"{event.name} {event.words} {event.organisation} {event.town} {event.place} {event.way_there} "
        f"{' '.join(event.access_facts)}"
    )
    return all(word in said for word in wanted)
