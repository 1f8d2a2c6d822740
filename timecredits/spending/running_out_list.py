"""Whose credits run out soon, for staff who would like to remind them: names and days, never how many.

A number would tell one organisation of hours given at another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import Enrolment, Volunteer
from timecredits.spending.expiry import MOST_AT_ONCE, horizon_of, run_days_ahead, running_out_soon

__all__ = ["LosingPerson", "anything_runs_out", "list_running_out"]


@dataclass(frozen=True, slots=True)
class LosingPerson:
    """Somebody enrolled here, and the day on which some of their credits run out."""

    volunteer_id: UUID
    name: str
    day: date


def anything_runs_out(session: Session, programme_id: UUID, today: date) -> bool:
    """Whether the programme lets credits run out within the next 30 days at all."""
    return any(horizon_of(session, programme_id, day) is not None for day in run_days_ahead(today))


def list_running_out(session: Session, programme_id: UUID, organisation_id: UUID, today: date) -> list[LosingPerson]:
    """People enrolled here and not gone whose credits run out within 30 days, by name. A few queries for every 500 people."""
    if not anything_runs_out(session, programme_id, today):
        return []
    rows = session.execute(
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
        .order_by(Volunteer.folded_name, Volunteer.id)
    ).all()
    first: dict[UUID, date] = {}
    for group in _groups([row.id for row in rows]):
        first |= {who: lines[0].day for who, lines in running_out_soon(session, programme_id, group, today).items()}
    return [LosingPerson(row.id, f"{row.first_name} {row.last_name}".strip(), first[row.id]) for row in rows if row.id in first]


def _groups(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + MOST_AT_ONCE] for start in range(0, len(ids), MOST_AT_ONCE)]
