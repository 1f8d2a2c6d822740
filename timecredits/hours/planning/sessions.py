"""When activities take place: the sessions that plans make, worked out when they are looked at.

A planned session is known by its plan and the day the rule says (`planned_on`); its id follows from both. It gets a row only
when something is done with it: somebody signs up, a coordinator moves or cancels it, hours are recorded. So a plan without an
end needs no job to run ahead of it. Times are those on the wall, so a Tuesday at ten stays at ten when the clocks change.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from dateutil.rrule import rrulestr
from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.local_times import end_of, instant_at
from timecredits.hours.activity_models import Activity, ActivityPlan, ActivitySession

_session_table: Any = ActivitySession.__table__
_INSERT = {
    name: dialect.insert(_session_table).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class DatedSession:
    """One planned occurrence as it stands. `starts` is minutes after midnight; `capacity` None is any number.

    `cancelled_because` is None while it is on, else the reason, which may be empty. `is_kept` says whether it has a row;
    `counts_hours` whether being there is time given.
    """

    id: UUID
    plan_id: UUID
    planned_on: date
    activity_id: UUID
    activity: str
    organisation_id: UUID
    day: date
    starts: int
    minutes: int
    place: str
    capacity: int | None
    cancelled_because: str | None
    is_kept: bool
    counts_hours: bool = True

    @property
    def is_on(self) -> bool:
        """Whether it takes place."""
        return self.cancelled_because is None

    @property
    def begins(self) -> datetime:
        """The instant it begins."""
        return instant_at(self.day, self.starts)

    @property
    def ends(self) -> datetime:
        """The instant it ends."""
        return end_of(self.day, self.starts, self.minutes)


def planned_id(plan_id: UUID, planned_on: date) -> UUID:
    """The id of the session that a plan makes on a day."""
    return uuid5(plan_id, planned_on.isoformat())


def days_of(plan: ActivityPlan, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` on which a plan's rule makes a session."""
    last = min(last, plan.ends_on) if plan.ends_on is not None else last
    if not plan.rule:
        if first <= plan.starts_on <= last:
            yield plan.starts_on
        return
    rule = rrulestr(plan.rule, dtstart=datetime.combine(plan.starts_on, time.min))
    for moment in rule.xafter(datetime.combine(first, time.min), inc=True):
        if moment.date() > last:
            return
        yield moment.date()


def list_sessions(
    session: Session,
    programme_id: UUID,
    *,
    first: date,
    last: date,
    organisation_id: UUID | None = None,
    activity_id: UUID | None = None,
    activity_ids: Collection[UUID] | None = None,
    only_open: bool = False,
) -> list[DatedSession]:
    """Sessions that take place from `first` to `last`, and those cancelled there, in order of time. At most three questions."""
    plans = _plans(programme_id, organisation_id, activity_id)
    if activity_ids is not None:
        plans = plans.where(Activity.id.in_(activity_ids))
    if only_open:
        plans = plans.where(Activity.is_open)
    known = {plan.id: (plan, activity) for plan, activity in session.execute(plans)}
    kept = {
        row.id: row
        for row in session.scalars(
            select(ActivitySession).where(
                ActivitySession.programme_id == programme_id,
                ActivitySession.activity_id.in_({activity.id for _, activity in known.values()}),
                ActivitySession.plan_id.is_not(None),
                ActivitySession.planned_on.between(first, last) | ActivitySession.held_on.between(first, last),
            )
        )
    }
    found = {}
    for plan, activity in known.values():
        for day in days_of(plan, first, last):
            key = planned_id(plan.id, day)
            found[key] = _dated(plan, activity, day, kept.get(key))
    for key, row in kept.items():
        if key not in found and row.plan_id in known and row.planned_on is not None:  # moved here from outside, or its plan ended
            plan, activity = known[row.plan_id]
            found[key] = _dated(plan, activity, row.planned_on, row)
    here = (each for each in found.values() if first <= each.day <= last)
    return sorted(here, key=lambda each: (each.day, each.starts, each.activity, each.id))


def find_dated_session(
    session: Session, programme_id: UUID, plan_id: UUID, planned_on: date, *, organisation_id: UUID | None = None
) -> DatedSession:
    """The session of a plan on a day, or NotFoundError where there is no such plan (here) or its rule makes none that day."""
    found = session.execute(_plans(programme_id, organisation_id, None).where(ActivityPlan.id == plan_id)).one_or_none()
    if found is None:
        raise NotFoundError
    plan, activity = found
    row = session.get(ActivitySession, (programme_id, planned_id(plan_id, planned_on)))
    if row is None and planned_on not in days_of(plan, planned_on, planned_on):
        raise NotFoundError
    return _dated(plan, activity, planned_on, row)


def find_kept_sessions(session: Session, programme_id: UUID, ids: Iterable[UUID]) -> dict[UUID, DatedSession]:
    """Planned sessions that have a row, by id; others are left out."""
    rows = session.execute(
        select(ActivitySession, ActivityPlan, Activity)
        .join(
            ActivityPlan,
            (ActivityPlan.programme_id == ActivitySession.programme_id) & (ActivityPlan.id == ActivitySession.plan_id),
        )
        .join(Activity, (Activity.programme_id == ActivitySession.programme_id) & (Activity.id == ActivitySession.activity_id))
        .where(ActivitySession.programme_id == programme_id, ActivitySession.id.in_(set(ids)))
    )
    return {row.id: _dated(plan, activity, row.planned_on or row.held_on, row) for row, plan, activity in rows}


def keep_session(session: Session, programme_id: UUID, dated: DatedSession, *, actor_id: UUID | None) -> ActivitySession:
    """The session's row, made if there is none yet; two at once make one."""
    connection = session.connection()
    connection.execute(
        _INSERT[connection.dialect.name],
        {
            "programme_id": programme_id,
            "id": dated.id,
            "activity_id": dated.activity_id,
            "held_on": dated.day,
            "recorded_by": actor_id,
            "recorded_at": clock.now(),
            "plan_id": dated.plan_id,
            "planned_on": dated.planned_on,
            "place": "",
            "cancelled_because": "",
        },
    )
    return session.get_one(ActivitySession, (programme_id, dated.id))


def soon(today: date) -> tuple[date, date]:
    """The four weeks from today that lists show unless asked for others."""
    return today, today + timedelta(days=27)


def _plans(programme_id: UUID, organisation_id: UUID | None, activity_id: UUID | None) -> Select[ActivityPlan, Activity]:
    query = (
        select(ActivityPlan, Activity)
        .join(Activity, (Activity.programme_id == ActivityPlan.programme_id) & (Activity.id == ActivityPlan.activity_id))
        .where(ActivityPlan.programme_id == programme_id)
    )
    if organisation_id is not None:
        query = query.where(Activity.organisation_id == organisation_id)
    if activity_id is not None:
        query = query.where(Activity.id == activity_id)
    return query


def _dated(plan: ActivityPlan, activity: Activity, planned_on: date, row: ActivitySession | None) -> DatedSession:
    def said(column: str) -> Any:
        return getattr(row, column) if row is not None else None

    starts, minutes = said("starts"), said("minutes")
    capacity = next((each for each in (said("capacity"), plan.capacity, activity.capacity) if each is not None), None)
    return DatedSession(
        id=planned_id(plan.id, planned_on),
        plan_id=plan.id,
        planned_on=planned_on,
        activity_id=activity.id,
        activity=activity.name,
        organisation_id=activity.organisation_id,
        day=said("held_on") or planned_on,
        starts=plan.starts if starts is None else starts,
        minutes=minutes or plan.minutes,
        place=said("place") or plan.place or activity.place,
        capacity=capacity,
        cancelled_because=row.cancelled_because if row is not None and row.cancelled_at is not None else None,
        is_kept=row is not None,
        counts_hours=activity.counts_hours,
    )
