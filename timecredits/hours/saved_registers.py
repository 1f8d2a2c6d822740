"""A register as it was saved: who is in it and what of it still counts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity, ActivitySession
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.models import Volunteer


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One person's time. `counts` is False once it was corrected or taken away."""

    entry_id: UUID
    volunteer_id: UUID
    name: str
    minutes: int
    counts: bool


@dataclass(frozen=True, slots=True)
class SavedSheet:
    """The register, its rows by name, and what of it counts: minutes and people."""

    session_id: UUID
    activity_id: UUID
    activity: str
    earns_credits: bool
    day: date
    rows: tuple[SavedRow, ...]

    @property
    def minutes(self) -> int:
        """The time that counts."""
        return sum(row.minutes for row in self.rows if row.counts)

    @property
    def people(self) -> int:
        """How many people have time that counts."""
        return len({row.volunteer_id for row in self.rows if row.counts})


def read_register(session: Session, programme_id: UUID, organisation_id: UUID, session_id: UUID) -> SavedSheet:
    """One saved register of an organisation, or NotFoundError."""
    head = session.execute(
        select(ActivitySession, Activity)
        .join(Activity, (Activity.programme_id == ActivitySession.programme_id) & (Activity.id == ActivitySession.activity_id))
        .where(
            ActivitySession.programme_id == programme_id,
            ActivitySession.id == session_id,
            Activity.organisation_id == organisation_id,
        )
    ).one_or_none()
    if head is None:
        raise NotFoundError
    held, activity = head
    rows = session.execute(
        select(HourEntry.id, HourEntry.minutes, Volunteer.id, Volunteer.first_name, Volunteer.last_name, HourCorrection.id)
        .join(Volunteer, (Volunteer.programme_id == HourEntry.programme_id) & (Volunteer.id == HourEntry.volunteer_id))
        .outerjoin(
            HourCorrection,
            (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.activity_session_id == session_id,
        )
        .order_by(Volunteer.folded_name, HourEntry.id)
    )
    return SavedSheet(
        session_id=session_id,
        activity_id=activity.id,
        activity=activity.name,
        earns_credits=activity.earns_credits,
        day=held.held_on,
        rows=tuple(
            SavedRow(entry_id, volunteer_id, f"{first} {last}".strip(), minutes, counts=correction_id is None)
            for entry_id, minutes, volunteer_id, first, last, correction_id in rows
        ),
    )
