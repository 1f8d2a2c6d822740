"""Planning when an activity takes place: once, or again and again, and until when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import DAY
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_facts import LONGEST_TEXT, check_capacity
from timecredits.hours.activity_models import Activity, ActivityPlan
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.hours.planning.plan_holding import find_plan
from timecredits.hours.planning.repeating import MOST_TIMES, Repeats, rule_for, rule_words
from timecredits.hours.planning.sessions import days_of

FAR = timedelta(days=2 * 366)
"""How far from today a plan may begin or end: further off it is more likely a slip of the finger."""

_DAYS_SHOWN = 5
_EARLIER = "The last day is before the first. Nothing was saved. Choose a later day, or leave it empty."


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """When something takes place. `starts` is minutes after midnight on the wall; `weekdays` 0 to 6, 0 is Monday.

    It ends after `last_day` or after so many `times`; neither: it goes on. Empty `place` and None `capacity` are the activity's.
    """

    first_day: date
    starts: int
    minutes: int
    repeats: Repeats = Repeats.ONCE
    weekdays: tuple[int, ...] = ()
    last_day: date | None = None
    times: int | None = None
    place: str = ""
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class ListedPlan:
    """A plan with its rule in words and the next day on which it makes a session; None when it has come to an end."""

    plan: ActivityPlan
    words: Sentence
    next_day: date | None


def make_plan(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    activity_id: UUID,
    facts: PlanFacts,
    *,
    actor_id: UUID | None,
    plan_id: UUID | None = None,
) -> ActivityPlan:
    """Add when an activity takes place. The same `plan_id` twice adds once.

    Raises RuleError for what can't be, NotFoundError for another organisation's activity.
    """
    activity = find_activity(session, programme_id, organisation_id, activity_id)
    if plan_id is not None and session.get(ActivityPlan, (programme_id, plan_id)) is not None:
        return find_plan(session, programme_id, organisation_id, plan_id)[0]
    return add_plan(session, activity, facts, actor_id=actor_id, plan_id=plan_id)


def add_plan(
    session: Session, activity: Activity, facts: PlanFacts, *, actor_id: UUID | None, plan_id: UUID | None = None
) -> ActivityPlan:
    """Add a plan to an activity at hand. Raises RuleError for what can't be."""
    plan = shape_plan(activity, facts, plan_id or new_id())
    plan.made_by, plan.made_at = actor_id, clock.now()
    session.add(plan)
    session.flush()
    audit.record(
        session,
        activity.programme_id,
        "plan made",
        actor_id=actor_id,
        subject_id=plan.id,
        organisation_id=activity.organisation_id,
    )
    return plan


def shape_plan(activity: Activity, facts: PlanFacts, plan_id: UUID) -> ActivityPlan:
    """The plan that these facts make, stored nowhere yet. Raises RuleError for what can't be."""
    _check(facts)
    count = facts.times if facts.repeats is not Repeats.ONCE else None
    starts_on, rule = rule_for(facts.repeats, facts.first_day, facts.weekdays, count)
    last_day = facts.last_day if facts.repeats is not Repeats.ONCE else None
    if last_day is not None and last_day < starts_on:
        raise RuleError(Sentence(_EARLIER), field="last_day")
    return ActivityPlan(
        programme_id=activity.programme_id,
        id=plan_id,
        activity_id=activity.id,
        starts_on=starts_on,
        starts=facts.starts,
        minutes=facts.minutes,
        rule=rule,
        ends_on=last_day,
        place=" ".join(facts.place.split()),
        capacity=facts.capacity,
        made_at=clock.now(),
    )


def next_days(plan: ActivityPlan, first: date, number: int = _DAYS_SHOWN) -> list[date]:
    """The next few days, from `first` on, on which a plan makes a session."""
    return list(islice(_days_from(plan, first), number))


def list_plans(
    session: Session, programme_id: UUID, activity_ids: Iterable[UUID], *, today: date
) -> dict[UUID, list[ListedPlan]]:
    """The plans of activities, by activity: those that go on first, in order of their next day. Ones never begun are left out."""
    rows = session.scalars(
        select(ActivityPlan)
        .where(ActivityPlan.programme_id == programme_id, ActivityPlan.activity_id.in_(set(activity_ids)))
        .order_by(ActivityPlan.starts_on.desc(), ActivityPlan.id)
    )
    found: dict[UUID, list[ListedPlan]] = {}
    for plan in rows:
        if plan.ends_on is None or plan.ends_on >= plan.starts_on:
            upcoming = next(_days_from(plan, today), None)
            words = rule_words(plan.rule, plan.starts_on, plan.ends_on)
            found.setdefault(plan.activity_id, []).append(ListedPlan(plan, words, upcoming))
    for plans in found.values():
        plans.sort(key=lambda each: (each.next_day or date.max, each.plan.starts))
    return found


def _days_from(plan: ActivityPlan, first: date) -> Iterator[date]:
    return days_of(plan, first, date.max - timedelta(days=1) if plan.ends_on is None else plan.ends_on)


def _check(facts: PlanFacts) -> None:
    today = clock.today()
    for field, day in (("first_day", facts.first_day), ("last_day", facts.last_day)):
        if day is not None and not today - FAR <= day <= today + FAR:
            raise RuleError(Sentence("That day is far from today. Nothing was saved. Check the year."), field=field)
    if not 0 <= facts.starts < DAY:
        raise RuleError(Sentence("Type when it starts, like 10am or 14:30. Nothing was saved."), field="starts")
    if not 0 < facts.minutes <= LONGEST_DAY:
        raise RuleError(Sentence("Type how long it is, from 1 minute to 24 hours."), field="length")
    if any(not 0 <= each < len("MTWTFSS") for each in facts.weekdays):
        raise RuleError(Sentence("Choose days from Monday to Sunday. Nothing was saved."), field="weekdays")
    if facts.last_day is not None and facts.times is not None:
        raise RuleError(Sentence("Give the last day or how many times, not both. Nothing was saved."), field="times")
    if facts.times is not None and not 0 < facts.times <= MOST_TIMES:
        raise RuleError(Sentence("Type how many times, from 1 to %(most)s. Nothing was saved.", most=MOST_TIMES), field="times")
    if facts.last_day is not None and facts.last_day < facts.first_day:
        raise RuleError(Sentence(_EARLIER), field="last_day")
    if len(facts.place) > LONGEST_TEXT:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_TEXT), field="place")
    check_capacity(facts.capacity)
