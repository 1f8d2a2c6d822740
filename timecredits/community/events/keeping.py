"""Events as their organisation keeps them: made as a draft, shown, changed, taken off the list again.

A draft's activity is closed, so that nobody can sign up for it, see it in a list, or sign in to it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.community.events.event_facts import EventFacts, activity_facts, check_event, tidied_event
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import create_activity, edit_activity
from timecredits.hours.activity_facts import facts_of
from timecredits.hours.activity_models import Activity, ActivityPlan, SignUp, SignUpStatus
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.session_rosters import Turnout, list_turnouts
from timecredits.hours.planning.sessions import DatedSession, list_sessions
from timecredits.hours.planning.signing_up import count_coming, fill_places, hold_session
from timecredits.network.scope import find

__all__ = ["KeptEvent", "edit_event", "event_of_session", "find_event", "list_events", "make_event", "show_event"]

_AHEAD: Final = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event with its activity; `coming_up` is its next session that is not over, None when there is none."""

    event: Event
    activity: Activity
    coming_up: Turnout | None = None


def make_event(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    facts: EventFacts,
    when: PlanFacts,
    *,
    event_id: UUID,
    actor_id: UUID | None,
) -> Event:
    """Make a draft, with when it takes place. The same `event_id` twice makes one.

    Raises RuleError for what can't be said (facts, days) and for a name that an activity of the organisation has.
    """
    if session.get(Event, (programme_id, event_id)) is not None:
        return find(session, Event, programme_id, event_id, organisation_id=organisation_id)
    facts = replace(tidied_event(facts), minutes=when.minutes)
    check_event(facts)
    here = (session, programme_id, organisation_id)
    activity = create_activity(*here, activity_facts(facts), actor_id=actor_id, activity_id=uuid5(event_id, "activity"))
    activity.is_open = False
    make_plan(*here, activity.id, when, actor_id=actor_id, plan_id=uuid5(event_id, "plan"))
    event = Event(
        programme_id=programme_id,
        id=event_id,
        organisation_id=organisation_id,
        activity_id=activity.id,
        made_by=actor_id,
        made_at=clock.now(),
        **_columns(facts),
    )
    session.add(event)
    session.flush()
    _note(session, event, "event made", actor_id)
    return event


def edit_event(
    session: Session, programme_id: UUID, organisation_id: UUID, event_id: UUID, facts: EventFacts, *, actor_id: UUID | None
) -> Event:
    """Say something else about an event. More room takes in who waits. Its days are changed where its plans are.

    Raises NotFoundError, and RuleError as `make_event` does, for fewer places than are taken, and for hours that would count no
    more although some were given.
    """
    event = find(session, Event, programme_id, event_id, organisation_id=organisation_id)
    facts = tidied_event(facts)
    check_event(facts)
    activity = find(session, Activity, programme_id, event.activity_id)
    if activity.counts_hours and not facts.counts_hours and _has_hours(session, programme_id, activity.id):
        raise RuleError(
            Sentence("People have hours from this event. Nothing was saved. Leave the tick in place."), field="counts_hours"
        )
    _hold_plans(session, event)
    ahead = [each for each in _to_come(session, event) if each.is_kept]
    for each in sorted(ahead, key=lambda each: each.id):  # one order, so that two who do this don't wait for each other
        hold_session(session, programme_id, each.id)
    now_said = facts_of(activity)
    said = replace(
        activity_facts(facts),
        when_text=now_said.when_text,
        talking=now_said.talking,
        good_first_step=now_said.good_first_step,
    )
    edit_activity(session, programme_id, organisation_id, activity.id, said, actor_id=actor_id)
    for column, value in _columns(facts).items():
        setattr(event, column, value)
    session.flush()
    ahead = [each for each in _to_come(session, event) if each.is_kept]
    taken = count_coming(session, programme_id, [each.id for each in ahead])
    if any(each.capacity is not None and taken.get(each.id, 0) > each.capacity for each in ahead):
        raise RuleError(Sentence("More people are coming than that. Nothing was saved. Type a higher number."), field="capacity")
    for each in ahead:
        fill_places(session, programme_id, each.id)
    _note(session, event, "event changed", actor_id)
    return event


def show_event(
    session: Session, programme_id: UUID, organisation_id: UUID, event_id: UUID, *, shown: bool, actor_id: UUID | None
) -> Event:
    """Show an event to people, or take it off again. Twice is once.

    Raises NotFoundError; RuleError to take one off that people are coming to: its dates are cancelled, and they are told.
    """
    event = find(session, Event, programme_id, event_id, organisation_id=organisation_id)
    if (event.shown_at is not None) is shown:
        return event
    if not shown:
        _hold_plans(session, event)
    if not shown and _is_booked(session, event):
        raise RuleError(Sentence("People have booked. Nothing was changed. Cancel the dates, then everybody is told."))
    event.shown_at = clock.now() if shown else None
    find(session, Activity, programme_id, event.activity_id).is_open = shown
    session.flush()
    _note(session, event, "event shown" if shown else "event taken off", actor_id)
    return event


def find_event(session: Session, programme_id: UUID, organisation_id: UUID, event_id: UUID) -> KeptEvent:
    """One event of an organisation, drafts too. Raises NotFoundError."""
    row = session.execute(_events(programme_id, organisation_id).where(Event.id == event_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return KeptEvent(row[0], row[1])


def event_of_session(session: Session, programme_id: UUID, dated: DatedSession) -> Event:
    """The event that a session belongs to. Raises NotFoundError for another activity's."""
    event = session.scalars(
        select(Event).where(Event.programme_id == programme_id, Event.activity_id == dated.activity_id)
    ).one_or_none()
    if event is None:
        raise NotFoundError
    return event


def list_events(session: Session, programme_id: UUID, organisation_id: UUID) -> list[KeptEvent]:
    """An organisation's events: what is on next comes first, what is over last. A handful of questions."""
    rows = session.execute(_events(programme_id, organisation_id)).all()
    today, now = clock.today(), clock.now()
    dated = list_sessions(
        session,
        programme_id,
        first=today - timedelta(days=1),
        last=today + _AHEAD,
        activity_ids={activity.id for _, activity in rows},
    )
    following: dict[UUID, DatedSession] = {}
    for each in dated:
        if each.ends > now and each.is_on:
            following.setdefault(each.activity_id, each)
    turnouts = {each.dated.activity_id: each for each in list_turnouts(session, programme_id, following.values())}
    found = [KeptEvent(event, activity, turnouts.get(activity.id)) for event, activity in rows]
    return sorted(found, key=lambda each: (each.coming_up is None, each.coming_up.dated.begins if each.coming_up else now))


def _to_come(session: Session, event: Event) -> list[DatedSession]:
    today, now = clock.today(), clock.now()
    found = list_sessions(
        session,
        event.programme_id,
        first=today - timedelta(days=1),
        last=today + _AHEAD,
        activity_id=event.activity_id,
    )
    return [each for each in found if each.ends > now]


def _hold_plans(session: Session, event: Event) -> None:
    """Let whoever books just now finish first, and whoever comes after read how it stands then (planning/plan_holding)."""
    session.execute(
        select(ActivityPlan.id)
        .where(ActivityPlan.programme_id == event.programme_id, ActivityPlan.activity_id == event.activity_id)
        .order_by(ActivityPlan.id)
        .with_for_update()
    )


def _is_booked(session: Session, event: Event) -> bool:
    ahead = [each.id for each in _to_come(session, event) if each.is_kept and each.is_on]
    query = select(func.count()).where(
        SignUp.programme_id == event.programme_id, SignUp.session_id.in_(ahead), SignUp.status != SignUpStatus.CANCELLED
    )
    return bool(session.scalar(query))


def _has_hours(session: Session, programme_id: UUID, activity_id: UUID) -> bool:
    query = select(HourEntry.id).where(HourEntry.programme_id == programme_id, HourEntry.activity_id == activity_id)
    return session.scalar(query.limit(1)) is not None


def _events(programme_id: UUID, organisation_id: UUID) -> Select[Event, Activity]:
    return (
        select(Event, Activity)
        .join(Activity, (Activity.programme_id == Event.programme_id) & (Activity.id == Event.activity_id))
        .where(Event.programme_id == programme_id, Event.organisation_id == organisation_id)
        .order_by(Event.made_at.desc(), Event.id.desc())
    )


def _columns(facts: EventFacts) -> dict[str, Any]:
    return {
        "words": facts.words,
        "is_public": facts.is_public,
        "most_guests": facts.most_guests,
        "asks_needs": facts.asks_needs,
        "entry_minutes": facts.entry_minutes,
    }


def _note(session: Session, event: Event, action: str, actor_id: UUID | None) -> None:
    audit.record(
        session,
        event.programme_id,
        action,
        actor_id=actor_id,
        subject_id=event.id,
        organisation_id=event.organisation_id,
    )
