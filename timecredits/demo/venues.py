"""Where the demo's venues stand: what was agreed with each, and one whose agreement ends soon."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.agreements import note_venue_agreement
from timecredits.network.models import ProgrammeVenue, Venue

__all__ = ["tell_venue_agreements"]

_YEARS = timedelta(days=2 * 365)


def tell_venue_agreements(session: Session, programme_id: UUID, *, today: date) -> None:
    """Note an agreement for every venue there is."""
    rows = session.scalars(
        select(ProgrammeVenue.venue_id)
        .join(Venue, Venue.id == ProgrammeVenue.venue_id)
        .where(ProgrammeVenue.programme_id == programme_id)
        .order_by(Venue.slug)
    ).all()
    for number, venue_id in enumerate(rows):
        signed = today - timedelta(days=400 + 30 * number)
        ends_on = today + timedelta(days=40) if number == 1 else signed + _YEARS
        note_venue_agreement(session, programme_id, venue_id, agreed_on=signed, ends_on=ends_on, today=today, actor_id=None)
