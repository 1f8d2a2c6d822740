"""What somebody used at a poster, as they see it themselves and show it at the counter."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Venue, Volunteer
from timecredits.spending.models import CodeKind, Offer, Redemption
from timecredits.spending.undoing import UNDO_WITHIN


@dataclass(frozen=True, slots=True)
class PosterVisit:
    """One use at a poster. `minutes` were taken at `used_at` (UTC), and given back at `undone_at` where that is not None."""

    id: UUID
    first_name: str
    venue_name: str
    offer_name: str
    adults: int
    under_16s: int
    minutes: int
    used_at: datetime
    undone_at: datetime | None

    @property
    def undo_until(self) -> datetime:
        """Until when it can be taken back here."""
        return self.used_at + UNDO_WITHIN

    @property
    def is_fresh(self) -> bool:
        """Whether it stands, and was a moment ago: what the counter goes by."""
        return self.undone_at is None and clock.now() <= self.undo_until


def find_poster_visit(session: Session, programme_id: UUID, volunteer_id: UUID, redemption_id: UUID) -> PosterVisit:
    """Somebody's own use at a poster. Raises NotFoundError for anybody else's and for one at a till. One query."""
    row = session.execute(
        select(Redemption, Volunteer.first_name, Venue.name, Offer.name)
        .join(Volunteer, (Volunteer.programme_id == Redemption.programme_id) & (Volunteer.id == Redemption.volunteer_id))
        .join(Venue, Venue.id == Redemption.venue_id)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .where(
            Redemption.programme_id == programme_id,
            Redemption.volunteer_id == volunteer_id,
            Redemption.id == redemption_id,
            Redemption.way == CodeKind.POSTER,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    used, first_name, venue_name, offer_name = row
    return PosterVisit(
        id=used.id,
        first_name=first_name,
        venue_name=venue_name,
        offer_name=offer_name,
        adults=used.adults,
        under_16s=used.under_16s,
        minutes=used.minutes,
        used_at=used.used_at,
        undone_at=used.undone_at,
    )
