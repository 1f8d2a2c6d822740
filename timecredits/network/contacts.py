"""Whom a volunteer can ask for help: the organisations where they give time, as these want to be reached."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import Enrolment, Organisation


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask; what is not known is empty."""

    name: str
    phone: str
    email: str


def contacts_of(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Contact]:
    """Where somebody is enrolled now, by name. One query."""
    rows = session.execute(
        select(Organisation.name, Organisation.contact_phone, Organisation.contact_email)
        .join(Enrolment, (Enrolment.programme_id == Organisation.programme_id) & (Enrolment.organisation_id == Organisation.id))
        .where(
            Organisation.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None),
        )
        .order_by(Organisation.name),
    )
    return [Contact(*row) for row in rows]
