"""Who may be given credits by an organisation: everybody enrolled there who has not said no to credits."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.network.models import Enrolment, Volunteer


@dataclass(frozen=True, slots=True)
class MayGet:
    """One of them, by name, with the number they have here or ""."""

    volunteer_id: UUID
    name: str
    number: str


def list_who_may_get(session: Session, programme_id: UUID, organisation_id: UUID) -> list[MayGet]:
    """All of them, by name, in one query."""
    rows = session.execute(
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Enrolment.number)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Volunteer.wants_credits.is_(True),
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
        .order_by(Volunteer.folded_name, Volunteer.id)
    )
    return [MayGet(row.id, f"{row.first_name} {row.last_name}".strip(), row.number or "") for row in rows]


def count_unwilling(session: Session, programme_id: UUID, organisation_id: UUID) -> int:
    """How many people here said no thank you to credits."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Volunteer)
            .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
            .where(
                Volunteer.programme_id == programme_id,
                Volunteer.wants_credits.is_(False),
                Enrolment.programme_id == programme_id,
                Enrolment.organisation_id == organisation_id,
                Enrolment.left_on.is_(None),
            )
        )
        or 0
    )
