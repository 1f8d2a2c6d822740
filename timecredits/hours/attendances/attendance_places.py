"""Where people may sign in at this moment: planned sessions that are on, and activities that have no plan today.

A planned session is open from an hour before it begins until three hours after it ends. An activity without one has a session of
the day, whose id follows from both as in the register, so that kiosk and register speak of the same one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.hours.activities import list_activities
from timecredits.hours.activity_models import Activity, ActivityKind, ActivityPlan, ActivitySession
from timecredits.hours.planning.sessions import DatedSession, keep_session, list_sessions
from timecredits.hours.register.occasions import day_session_id
from timecredits.network.scope import find

EARLY = timedelta(hours=1)
LATE = timedelta(hours=3)
_LONGEST_AGO = 2  # days: a session may last 24 hours, and is open for three more

_session_table: Any = ActivitySession.__table__
_INSERT = {
    name: dialect.insert(_session_table).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class AttendancePlace:
    """An activity at which one may sign in now; `dated` is its planned session, None for one without a plan today."""

    session_id: UUID
    activity_id: UUID
    activity: str
    organisation_id: UUID
    day: date
    dated: DatedSession | None = None

    @property
    def code_id(self) -> UUID:
        """What the code on the wall names: the plan, or the activity."""
        return self.activity_id if self.dated is None else self.dated.plan_id

    @property
    def planned_on(self) -> date | None:
        """The day that the plan's rule says."""
        return None if self.dated is None else self.dated.planned_on


@dataclass(frozen=True, slots=True)
class Places:
    """`planned` are on now, `unplanned` have no plan today (the latest used first), `later` begin today but not yet."""

    planned: tuple[AttendancePlace, ...]
    unplanned: tuple[AttendancePlace, ...]
    later: tuple[DatedSession, ...]

    @property
    def all(self) -> tuple[AttendancePlace, ...]:
        """Everywhere that one may sign in now."""
        return self.planned + self.unplanned

    @property
    def usual(self) -> AttendancePlace | None:
        """The one place that nobody has to choose: the only one planned now, or the only one at all."""
        for places in (self.planned, self.unplanned):
            if places:
                return places[0] if len(places) == 1 else None
        return None

    def find(self, session_id: UUID) -> AttendancePlace | None:
        """The place with this session, if it is among those of now."""
        return next((each for each in self.all if each.session_id == session_id), None)

    def find_code(self, code_id: UUID, planned_on: date | None) -> AttendancePlace | None:
        """The place that a code on the wall names, if it is among those of now."""
        return next((each for each in self.all if (each.code_id, each.planned_on) == (code_id, planned_on)), None)


def list_places(session: Session, programme_id: UUID, organisation_id: UUID, now: datetime) -> Places:
    """Where people may sign in at an organisation at this moment. At most four questions."""
    today = clock.local_day(now)
    first, last = today - timedelta(days=_LONGEST_AGO), today + timedelta(days=1)
    sessions = list_sessions(session, programme_id, first=first, last=last, organisation_id=organisation_id, only_open=True)
    planned_today = {each.activity_id for each in sessions if each.day == today}
    listed = list_activities(session, programme_id, organisation_id, today=today, only_open=True)
    return Places(
        planned=tuple(_planned(each) for each in sessions if each.is_on and each.begins - EARLY <= now < each.ends + LATE),
        unplanned=tuple(
            AttendancePlace(day_session_id(each.activity.id, today), each.activity.id, each.activity.name, organisation_id, today)
            for each in listed
            # An event is only on when it is planned.
            if each.activity.id not in planned_today and each.activity.kind is not ActivityKind.EVENT
        ),
        later=tuple(each for each in sessions if each.is_on and each.day == today and now < each.begins - EARLY),
    )


def find_code_place(
    session: Session, programme_id: UUID, code_id: UUID, planned_on: date | None, now: datetime
) -> AttendancePlace | None:
    """The place that a code on the wall names, or None when one may not sign in there now.

    Raises NotFoundError for what this programme doesn't have.
    """
    activity_id = code_id if planned_on is None else find(session, ActivityPlan, programme_id, code_id).activity_id
    activity = find(session, Activity, programme_id, activity_id)
    return list_places(session, programme_id, activity.organisation_id, now).find_code(code_id, planned_on)


def keep_place(session: Session, programme_id: UUID, place: AttendancePlace, *, actor_id: UUID | None) -> None:
    """Let the place's session have a row; two at once make one."""
    if place.dated is not None:
        keep_session(session, programme_id, place.dated, actor_id=actor_id)
        return
    connection = session.connection()
    connection.execute(
        _INSERT[connection.dialect.name],
        {
            "programme_id": programme_id,
            "id": place.session_id,
            "activity_id": place.activity_id,
            "held_on": place.day,
            "recorded_by": actor_id,
            "recorded_at": clock.now(),
            "place": "",
            "cancelled_because": "",
        },
    )


def _planned(dated: DatedSession) -> AttendancePlace:
    return AttendancePlace(dated.id, dated.activity_id, dated.activity, dated.organisation_id, dated.day, dated)
