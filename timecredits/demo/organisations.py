"""Where the demo's organisations stand: agreements and first talks, one that ends soon, one that has just begun."""

from datetime import date, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.agreements import note_agreement
from timecredits.network.models import Organisation
from timecredits.network.organisations import OrganisationFacts, add_organisation, note_brief

__all__ = ["tell_agreements"]

_YEARS = timedelta(days=3 * 365)


def tell_agreements(session: Session, programme_id: UUID, *, today: date, actor_id: UUID | None) -> None:
    """Note them for every organisation there is, and take one in that is still getting ready."""
    rows = session.scalars(
        select(Organisation).where(Organisation.programme_id == programme_id).order_by(Organisation.slug)
    ).all()
    for number, row in enumerate(rows):
        signed = today - timedelta(days=500 + 40 * number)
        ends_on = today + timedelta(days=35) if number == 1 else signed + _YEARS
        note_agreement(session, programme_id, row.id, agreed_on=signed, ends_on=ends_on, today=today, actor_id=actor_id)
        note_brief(session, programme_id, row.id, signed + timedelta(days=14), today=today, actor_id=actor_id)
    made = add_organisation(
        session,
        programme_id,
        OrganisationFacts("Sutton Repair Shed", town="Sutton", contact_email="hello@repair-shed.example"),
        organisation_id=uuid5(programme_id, "Sutton Repair Shed"),
        actor_id=actor_id,
    )
    signed = today - timedelta(days=6)
    note_agreement(session, programme_id, made.id, agreed_on=signed, ends_on=signed + _YEARS, today=today, actor_id=actor_id)
