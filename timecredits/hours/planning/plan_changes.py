"""Changing a plan from a day on, and ending it, without losing anybody who signed up for a later session.

The plan as it was ends the day before, and a new one begins: what took place stays as it was. Of the sessions after that day,
those that somebody did something with find their place in the new plan: on the same day, else on the nearest one of the same week
(of the same month, for a plan that goes by months). People signed up move along and are told by one letter. Where no place is
left the session is cancelled, its sign-ups are kept, and the coordinator reads whose they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, ActivityPlan, ActivitySession, Attendance, SessionMessage, SignUp
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.plan_holding import find_plan, hold_plan
from timecredits.hours.planning.plan_news import PlanNews
from timecredits.hours.planning.plans import FAR, PlanFacts, add_plan, shape_plan
from timecredits.hours.planning.session_keeping import change_in_words
from timecredits.hours.planning.session_messages import Told
from timecredits.hours.planning.session_words import when_words
from timecredits.hours.planning.sessions import DatedSession, days_of, find_dated_session, keep_session, planned_id
from timecredits.hours.planning.signing_up import SignedUp, fill_places, list_sign_ups

_ENDED = "This has come to an end."
_CHANGED = "The days have changed."
_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one session of the old plan: `to_day` is its day in the new one, None where there is none."""

    dated: DatedSession
    to_day: date | None
    people: tuple[SignedUp, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did: the plan that counts now, each step, and who was told."""

    plan: ActivityPlan
    steps: tuple[Step, ...]
    told: Told

    @property
    def left(self) -> tuple[Step, ...]:
        """Sessions that were cancelled though somebody had signed up."""
        return tuple(step for step in self.steps if step.to_day is None and step.people)


def look_at_change(
    session: Session, programme_id: UUID, organisation_id: UUID, plan_id: UUID, facts: PlanFacts
) -> tuple[ActivityPlan, tuple[Step, ...]]:
    """The plan that would count from `facts.first_day` on, and what would become of sessions with people. Writes nothing."""
    plan, activity = find_plan(session, programme_id, organisation_id, plan_id)
    _check_first(plan, facts.first_day)
    new = shape_plan(activity, facts, new_id())
    return new, _steps(session, plan, new, facts.first_day)


def change_plan(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    plan_id: UUID,
    facts: PlanFacts,
    *,
    actor_id: UUID | None,
    new_plan_id: UUID,
) -> Changed:
    """Let something else count from `facts.first_day` on. The same `new_plan_id` twice changes once.

    Raises RuleError for what can't be, such as a day before tomorrow; NotFoundError for another organisation's plan.
    """
    plan, activity = hold_plan(session, programme_id, organisation_id, plan_id)
    if session.get(ActivityPlan, (programme_id, new_plan_id)) is not None:
        return Changed(find_plan(session, programme_id, organisation_id, new_plan_id)[0], (), Told(again=True))
    _check_first(plan, facts.first_day)
    new = add_plan(session, activity, facts, actor_id=actor_id, plan_id=new_plan_id)
    steps = _steps(session, plan, new, facts.first_day)
    plan.ends_on = facts.first_day - timedelta(days=1)
    session.flush()
    news = PlanNews(session, activity, actor_id)
    for step in steps:
        if step.to_day is None:
            _call_off(session, step, _CHANGED, news)
        else:
            _carry_over(session, step, planned_id(new.id, step.to_day), new, news)
    _audit(session, plan, activity, "plan changed", actor_id)
    return Changed(new, steps, news.send())


def end_plan(
    session: Session, programme_id: UUID, organisation_id: UUID, plan_id: UUID, last_day: date, *, actor_id: UUID | None
) -> Changed:
    """Let a plan make no more sessions after `last_day`. Those after it that somebody signed up for are cancelled; they are told.

    Raises RuleError for a day that has gone by or is far off, NotFoundError for another organisation's plan.
    """
    plan, activity = hold_plan(session, programme_id, organisation_id, plan_id)
    if last_day < clock.today():
        raise RuleError(Sentence("That day has gone by. Nothing was changed. Choose today or later."), field="last_day")
    if last_day > clock.today() + FAR:
        raise RuleError(Sentence("That day is far from today. Nothing was changed. Check the year."), field="last_day")
    if plan.ends_on is not None and plan.ends_on <= last_day:
        return Changed(plan, (), Told(again=True))
    steps = tuple(Step(each.dated, None, each.people) for each in _later(session, plan, last_day + timedelta(days=1)))
    plan.ends_on = last_day
    session.flush()
    news = PlanNews(session, activity, actor_id)
    for step in steps:
        _call_off(session, step, _ENDED, news)
    _audit(session, plan, activity, "plan ended", actor_id)
    return Changed(plan, steps, news.send())


def match_days(old: Sequence[date], new: Sequence[date], *, by_month: bool) -> dict[date, date]:
    """Which new day stands for which old one: the same day, else the nearest free one of its week (or month), else none."""
    free = set(new)
    found = {day: day for day in old if day in free}
    free -= set(found)
    for day in sorted(set(old) - set(found)):
        near = [each for each in free if _span(each, by_month=by_month) == _span(day, by_month=by_month)]
        if near:
            found[day] = min(near, key=lambda each: (abs(each - day), each))
            free.remove(found[day])
    return found


def _span(day: date, *, by_month: bool) -> tuple[int, int]:
    return (day.year, day.month) if by_month else day.isocalendar()[:2]


def _check_first(plan: ActivityPlan, first: date) -> None:
    if first <= clock.today():
        raise RuleError(
            Sentence("Choose tomorrow or later. Nothing was changed. To change today only, open today's session."),
            field="first_day",
        )
    if plan.ends_on is not None and first > plan.ends_on:
        raise RuleError(Sentence("It has ended before that day. Nothing was changed. Add a new plan instead."), field="first_day")


def _steps(session: Session, plan: ActivityPlan, new: ActivityPlan, first: date) -> tuple[Step, ...]:
    later = _later(session, plan, first)
    if not later:
        return ()
    old_days = [step.dated.planned_on for step in later]
    new_days = list(days_of(new, first, max(old_days) + _MONTH))
    matched = match_days(old_days, new_days, by_month="MONTHLY" in plan.rule + new.rule)
    return tuple(Step(step.dated, matched.get(step.dated.planned_on), step.people) for step in later)


def _later(session: Session, plan: ActivityPlan, first: date) -> list[Step]:
    """A plan's sessions from `first` on that have a row, held; not those that somebody signed in to or has hours in already."""
    rows = session.scalars(
        select(ActivitySession)
        .where(
            ActivitySession.programme_id == plan.programme_id,
            ActivitySession.plan_id == plan.id,
            ActivitySession.planned_on >= first,
            ActivitySession.held_on >= first,
            ~select(Attendance.id)
            .where(Attendance.programme_id == plan.programme_id, Attendance.session_id == ActivitySession.id)
            .exists(),
            ~select(HourEntry.id)
            .where(HourEntry.programme_id == plan.programme_id, HourEntry.activity_session_id == ActivitySession.id)
            .exists(),
        )
        .order_by(ActivitySession.planned_on, ActivitySession.id)
        .with_for_update(key_share=True, of=ActivitySession)
        .execution_options(populate_existing=True)
    ).all()
    people = list_sign_ups(session, plan.programme_id, [row.id for row in rows])
    days = [row.planned_on for row in rows if row.planned_on is not None]
    return [
        Step(dated, None, tuple(people.get(dated.id, ())))
        for dated in (find_dated_session(session, plan.programme_id, plan.id, day) for day in days)
    ]


def _call_off(session: Session, step: Step, because: str, news: PlanNews) -> None:
    row = session.get_one(ActivitySession, (news.activity.programme_id, step.dated.id))
    if row.cancelled_at is None:
        row.cancelled_at, row.cancelled_because = clock.now(), because
        session.flush()
        news.add(
            step.people, step.dated.id, [Sentence("Your session on %(when)s will not take place.", when=when_words(step.dated))]
        )


def _carry_over(session: Session, step: Step, new_session_id: UUID, new: ActivityPlan, news: PlanNews) -> None:
    programme_id, to_day = new.programme_id, step.to_day or step.dated.planned_on
    old = session.get_one(ActivitySession, (programme_id, step.dated.id))
    moved_by_hand = old.held_on != old.planned_on
    dated = find_dated_session(session, programme_id, new.id, to_day)
    row = keep_session(session, programme_id, dated, actor_id=news.actor_id)
    row.held_on = old.held_on if moved_by_hand else to_day
    row.starts, row.minutes, row.place, row.capacity = old.starts, old.minutes, old.place, old.capacity
    row.cancelled_at, row.cancelled_because = old.cancelled_at, old.cancelled_because
    session.flush()
    for table in (SignUp, SessionMessage):
        session.execute(
            update(table)
            .where(table.programme_id == programme_id, table.session_id == old.id)
            .values(session_id=new_session_id)
            .execution_options(synchronize_session="fetch")
        )
    session.delete(old)
    session.flush()
    after = find_dated_session(session, programme_id, new.id, to_day)
    if after.is_on:
        news.add(step.people, new_session_id, change_in_words(step.dated, after))
        fill_places(session, programme_id, new_session_id)


def _audit(session: Session, plan: ActivityPlan, activity: Activity, action: str, actor_id: UUID | None) -> None:
    audit.record(
        session,
        plan.programme_id,
        action,
        actor_id=actor_id,
        subject_id=plan.id,
        organisation_id=activity.organisation_id,
    )
