"""Which register is meant: that of a planned session, or that of an activity on a day without one.

A register's session id follows from what it is about, so two coordinators who write down the same afternoon write into one
register. When an activity took place twice on a day without a plan, `time` 2 is the second.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import Activity, ActivitySession
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, list_sessions

MOST_TIMES = 4
"""How often an activity without a plan may take place in a day."""

GONE = Sentence("This session is no longer planned. Did people come all the same? Save who came.")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One register. `planned` is None without a plan; `also` are other sessions planned that day.

    `called_off` says that the session asked for was cancelled or is gone; the register is then that of the day.
    """

    session_id: UUID
    activity: Activity
    day: date
    time: int = 1
    planned: DatedSession | None = None
    also: tuple[DatedSession, ...] = ()
    called_off: Sentence | None = None

    @property
    def usual_minutes(self) -> int:
        """How long it usually takes."""
        return self.activity.usual_minutes if self.planned is None else self.planned.minutes


def day_session_id(activity_id: UUID, day: date, time: int = 1) -> UUID:
    """The id of the session of an activity on a day without a plan: the first, or a further `time`."""
    return uuid5(activity_id, day.isoformat() if time == 1 else f"{day.isoformat()} {time}")


def find_occasion(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    activity_id: UUID,
    day: date,
    *,
    plan_id: UUID | None = None,
    time: int | None = None,
) -> Occasion:
    """The register that this address means. `day` is the day a plan says, or the day it took place.

    Without `plan_id` and `time` it is the session planned that day that began last, else the day's own. Raises NotFoundError
    for another organisation's activity.
    """
    activity = find_activity(session, programme_id, organisation_id, activity_id)
    unplanned = Occasion(day_session_id(activity_id, day, time or 1), activity, day, time or 1)
    if plan_id is not None:
        return _of_plan(session, programme_id, unplanned, plan_id)
    if time is not None:
        return unplanned
    planned = _planned(session, programme_id, unplanned)
    if not planned:
        return unplanned
    now = clock.now()
    chosen = max((each for each in planned if each.begins <= now), key=lambda each: each.begins, default=planned[0])
    return _occasion(activity, chosen, tuple(each for each in planned if each != chosen))


def occasion_of_session(session: Session, programme_id: UUID, organisation_id: UUID, held: ActivitySession) -> Occasion | None:
    """The register that a stored session belongs to; None for one that has no address of its own."""
    activity = find_activity(session, programme_id, organisation_id, held.activity_id)
    if held.plan_id is not None and held.planned_on is not None:
        try:
            return _occasion(activity, find_dated_session(session, programme_id, held.plan_id, held.planned_on))
        except NotFoundError:
            return None
    for time in range(1, MOST_TIMES + 1):
        if day_session_id(activity.id, held.held_on, time) == held.id:
            return Occasion(held.id, activity, held.held_on, time)
    return None


def _of_plan(session: Session, programme_id: UUID, unplanned: Occasion, plan_id: UUID) -> Occasion:
    activity = unplanned.activity
    try:
        dated = find_dated_session(session, programme_id, plan_id, unplanned.day, organisation_id=activity.organisation_id)
    except NotFoundError:  # moved to this day, perhaps
        moved = [each for each in _planned(session, programme_id, unplanned) if each.plan_id == plan_id]
        if not moved:
            return replace(unplanned, called_off=GONE)
        dated = moved[0]
    if dated.activity_id != activity.id:
        return replace(unplanned, called_off=GONE)
    if not dated.is_on:
        day = dated.day
        return Occasion(
            day_session_id(activity.id, day),
            activity,
            day,
            called_off=Sentence(
                "The session on %(day)s was cancelled. Did people come all the same? Save who came.", day=display_day(day)
            ),
        )
    also = tuple(each for each in _planned(session, programme_id, replace(unplanned, day=dated.day)) if each.id != dated.id)
    return _occasion(activity, dated, also)


def _planned(session: Session, programme_id: UUID, occasion: Occasion) -> list[DatedSession]:
    listed = list_sessions(
        session,
        programme_id,
        first=occasion.day,
        last=occasion.day,
        organisation_id=occasion.activity.organisation_id,
        activity_id=occasion.activity.id,
    )
    return [each for each in listed if each.is_on]


def _occasion(activity: Activity, dated: DatedSession, also: tuple[DatedSession, ...] = ()) -> Occasion:
    return Occasion(dated.id, activity, dated.day, planned=dated, also=also)
