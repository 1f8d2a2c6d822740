"""A register as it was saved: who is in it, who saved it, what of it still counts; and taking one save back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity, ActivitySession
from timecredits.hours.corrections import Corrected
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.hours.register.occasions import Occasion, occasion_of_session
from timecredits.hours.taking_away import take_away_hours
from timecredits.network.models import User, Volunteer


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One person's time. `counts` is False once it was corrected or taken away; `earned` is minutes of credit."""

    entry_id: UUID
    volunteer_id: UUID
    name: str
    minutes: int
    earned: int
    counts: bool
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Save:
    """What one tap on save added and still counts."""

    saved_by: str
    saved_at: datetime
    rows: tuple[SavedRow, ...]

    @property
    def minutes(self) -> int:
        """The time in all."""
        return sum(row.minutes for row in self.rows)


@dataclass(frozen=True, slots=True)
class SavedSheet:
    """The register, its rows by name, and what of it counts. `occasion` is None for one without an address of its own."""

    session_id: UUID
    activity_id: UUID
    activity: str
    earns_credits: bool
    day: date
    rows: tuple[SavedRow, ...]
    occasion: Occasion | None

    @property
    def minutes(self) -> int:
        """The time that counts."""
        return sum(row.minutes for row in self.rows if row.counts)

    @property
    def earned(self) -> int:
        """Minutes of credit that count."""
        return sum(row.earned for row in self.rows if row.counts)

    @property
    def people(self) -> int:
        """How many people have time that counts."""
        return len({row.volunteer_id for row in self.rows if row.counts})

    @property
    def saves(self) -> tuple[Save, ...]:
        """What was added together, newest first."""
        found: dict[tuple[datetime, str], list[SavedRow]] = {}
        for row in self.rows:
            if row.counts:
                found.setdefault((row.saved_at, row.saved_by), []).append(row)
        return tuple(Save(by, at, tuple(rows)) for (at, by), rows in sorted(found.items(), reverse=True))


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
        select(HourEntry, Volunteer, User.name, HourCorrection.id)
        .join(Volunteer, (Volunteer.programme_id == HourEntry.programme_id) & (Volunteer.id == HourEntry.volunteer_id))
        .outerjoin(User, User.id == HourEntry.recorded_by)
        .outerjoin(
            HourCorrection,
            (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.activity_session_id == session_id,
        )
        .order_by(Volunteer.folded_name, HourEntry.recorded_at, HourEntry.id)
    )
    return SavedSheet(
        session_id=session_id,
        activity_id=activity.id,
        activity=activity.name,
        earns_credits=activity.earns_credits,
        day=held.held_on,
        rows=tuple(
            SavedRow(
                entry_id=entry.id,
                volunteer_id=person.id,
                name=person.name,
                minutes=entry.minutes,
                earned=entry.earned,
                counts=correction_id is None,
                saved_by=saved_by or "",
                saved_at=entry.recorded_at,
            )
            for entry, person, saved_by, correction_id in rows
        ),
        occasion=occasion_of_session(session, programme_id, organisation_id, held),
    )


def undo_save(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    session_id: UUID,
    entry_ids: Iterable[UUID],
    *,
    reason: str,
    actor_id: UUID | None,
    today: date,
    agreed_to: int | None = None,
) -> list[Corrected]:
    """Take away these entries of a register as far as they still count, all or nothing. Twice takes away once.

    Entries of other registers are passed over. `agreed_to` is as in `take_away_hours`. Raises NotFoundError for a register of
    another organisation, and what `take_away_hours` raises.
    """
    sheet = read_register(session, programme_id, organisation_id, session_id)
    wanted = set(entry_ids)
    undone = take_away_hours(
        session,
        programme_id,
        organisation_id,
        [row.entry_id for row in sheet.rows if row.entry_id in wanted and row.counts],
        reason=reason,
        actor_id=actor_id,
        today=today,
        agreed_to=agreed_to,
    )
    if undone:
        audit.record(
            session, programme_id, "register undone", actor_id=actor_id, subject_id=session_id, organisation_id=organisation_id
        )
    return undone
