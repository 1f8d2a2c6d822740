"""When the sample activities happen: every week, with one day full, one moved and one cancelled, as weeks go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.demo.places import SampleActivity
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import edit_activity, find_activity
from timecredits.hours.activity_facts import facts_of
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.session_keeping import NewTerms, cancel_session, move_session
from timecredits.hours.planning.session_messages import write_to_signed_up
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import sign_up
from timecredits.network.models import Volunteer

_WEEK = timedelta(weeks=1)
_PLACES = 6
_ACCESS = (
    ("Step-free", "Accessible toilet", "You can sit down"),
    ("Step-free", "Near a bus stop or station", "Bring somebody to support you"),
    ("You can sit down", "A quiet place to take a break", "Hearing loop"),
)
_ROLE = (
    "We meet at the gate and share out the jobs. You can dig, sow, water, or make the tea.\n"
    "You need not know about plants. You can stop when you like."
)


class Planned(Protocol):
    """An activity of the sample data, with who comes to it."""

    activity_id: UUID
    organisation_id: UUID
    coordinator_id: UUID
    sample: SampleActivity
    regulars: list[Volunteer]


def plan_sample_activities(session: Session, programme_id: UUID, groups: Sequence[Planned]) -> None:
    """Plan each activity every week from tomorrow on; the second one's days show what weeks bring."""
    plans = []
    for number, group in enumerate(groups):
        here = (session, programme_id, group.organisation_id)
        facts = facts_of(find_activity(*here, group.activity_id))
        said = replace(facts, access_facts=_ACCESS[number % len(_ACCESS)], role=_ROLE if number == 1 else "")
        edit_activity(*here, group.activity_id, said, actor_id=group.coordinator_id)
        first = _next(group.sample.weekday)
        weekly = PlanFacts(
            first, group.sample.starts, group.sample.minutes, Repeats.WEEKLY, capacity=_PLACES if number == 1 else None
        )
        plan = make_plan(*here, group.activity_id, weekly, actor_id=group.coordinator_id)
        plans.append((group, plan.id, first))
    group, plan_id, first = plans[1]
    here = (session, programme_id, group.organisation_id)
    for week in range(3):
        _come(session, programme_id, group, plan_id, first + week * _WEEK, most=_PLACES + 2 if week == 0 else 3)
    dated = find_dated_session(session, programme_id, plan_id, first)
    words = "Please bring boots. It will be muddy."
    write_to_signed_up(*here, dated, words, message_id=new_id(), actor_id=group.coordinator_id)
    terms = NewTerms(first + _WEEK + timedelta(days=1), group.sample.starts, group.sample.minutes, capacity=_PLACES)
    move_session(*here, plan_id, first + _WEEK, terms, actor_id=group.coordinator_id)
    cancel_session(*here, plan_id, first + 2 * _WEEK, because="The gate is being mended.", actor_id=group.coordinator_id)


def _next(weekday: int) -> date:
    tomorrow = clock.today() + timedelta(days=1)
    return tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % 7)


def _come(session: Session, programme_id: UUID, group: Planned, plan_id: UUID, day: date, *, most: int) -> None:
    dated = find_dated_session(session, programme_id, plan_id, day)
    for number, person in enumerate(group.regulars[:most]):
        with clock.standing_at(clock.now() - timedelta(minutes=60 - number)):
            try:
                sign_up(session, programme_id, person.id, dated, actor_id=None, today=clock.today())
            except RuleError:  # the role asks for something they haven't shown
                continue
