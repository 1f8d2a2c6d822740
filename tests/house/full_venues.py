"""Venues for the full world: an agreement that ends soon, a national venue of two programmes, and months that were counted."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.insight.counting.months import add_months, month_of
from timecredits.insight.roll_up_models import VenueSettlement
from timecredits.network.agreements import note_venue_agreement

VENUE_PAGES = {
    "programme.venue": {"venue_id": "any_venue"},
    "programme.venue_agreement": {"venue_id": "any_venue"},
    "programme.venue_leave": {"venue_id": "any_venue"},
    "programme.venue_prices": {"venue_id": "any_venue"},
    "programme.venue_totals": {"venue_id": "any_venue"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def venue_things(session: Session, programme_id: UUID, venue_id: UUID, *, actor_id: UUID) -> None:
    """What is noted about one venue, and three months of it, one with few people."""
    today = clock.today()
    note_venue_agreement(
        session,
        programme_id,
        venue_id,
        agreed_on=today - timedelta(days=400),
        ends_on=today + timedelta(days=30),
        today=today,
        actor_id=actor_id,
    )
    for ago, visitors in ((1, 14), (2, 3), (3, 22), (4, 9)):
        session.add(
            VenueSettlement(
                id=new_id(),
                venue_id=venue_id,
                programme_id=programme_id,
                month=add_months(month_of(today), -ago),
                uses=visitors,
                visitors=visitors,
                minutes=visitors * 60,
                counted_to=clock.now(),
            )
        )
    session.flush()
