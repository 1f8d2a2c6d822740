"""Which registers wait to be written: sessions planned today, and those of the past week that nobody wrote down."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.sessions import DatedSession, list_sessions

_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DueRegister:
    """A session and how many people have hours in its register."""

    dated: DatedSession
    saved: int


def due_registers(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> list[DueRegister]:
    """Today's sessions in order of time, then those of the past week that nobody wrote down, newest first. Four questions.

    A day on which the activity has hours from anywhere, an import say, counts as written down.
    """
    first = today - _BACK
    listed = list_sessions(session, programme_id, first=first, last=today, organisation_id=organisation_id, only_open=True)
    on = [each for each in listed if each.is_on and each.counts_hours]
    if not on:
        return []
    rows = session.execute(
        select(
            HourEntry.activity_id, HourEntry.done_on, HourEntry.activity_session_id, func.count(HourEntry.volunteer_id.distinct())
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.done_on.between(first, today),
            in_force(),
        )
        .group_by(HourEntry.activity_id, HourEntry.done_on, HourEntry.activity_session_id)
    ).all()
    saved = {session_id: count for _, _, session_id, count in rows}
    written = {(activity_id, day) for activity_id, day, _, _ in rows}
    now = [DueRegister(each, saved.get(each.id, 0)) for each in on if each.day == today]
    missed = [DueRegister(each, 0) for each in reversed(on) if each.day < today and (each.activity_id, each.day) not in written]
    return now + missed
