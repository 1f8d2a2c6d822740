"""What a volunteer used lately, for the coordinator whom they ask to put something right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Enrolment, Venue
from timecredits.spending.models import Offer, PaidBy, Redemption

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class VolunteerUse:
    """One use of somebody's credits. `arrived_at` is set where it was scanned with no signal."""

    id: UUID
    used_at: datetime
    arrived_at: datetime | None
    offer: str
    venue: str
    minutes: int
    people: int
    paid_by: PaidBy
    undone_at: datetime | None
    undone_because: str


def list_volunteer_uses(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, page: int = 1
) -> tuple[list[VolunteerUse], bool]:
    """A page of uses, newest first, and whether there are older ones. Empty for somebody who isn't enrolled here. One query."""
    rows = session.execute(
        _uses(programme_id, organisation_id)
        .where(Redemption.volunteer_id == volunteer_id)
        .order_by(Redemption.used_at.desc(), Redemption.id.desc())
        .offset((max(page, 1) - 1) * A_PAGE)
        .limit(A_PAGE + 1)
    ).all()
    return [_use(row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


def find_volunteer_use(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, redemption_id: UUID
) -> VolunteerUse:
    """One use, or NotFoundError for one of somebody else, or of somebody who isn't enrolled here."""
    row = session.execute(
        _uses(programme_id, organisation_id).where(Redemption.volunteer_id == volunteer_id, Redemption.id == redemption_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return _use(row)


def _uses(programme_id: UUID, organisation_id: UUID) -> Any:
    enrolled = select(Enrolment.volunteer_id).where(
        Enrolment.programme_id == programme_id,
        Enrolment.organisation_id == organisation_id,
        Enrolment.left_on.is_(None),
    )
    return (
        select(Redemption, Offer.name, Venue.name)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .join(Venue, Venue.id == Redemption.venue_id)
        .where(Redemption.programme_id == programme_id, Redemption.volunteer_id.in_(enrolled))
    )


def _use(row: Any) -> VolunteerUse:
    each, offer, venue = row
    return VolunteerUse(
        id=each.id,
        used_at=each.used_at,
        arrived_at=each.arrived_at,
        offer=offer,
        venue=venue,
        minutes=each.minutes,
        people=each.adults + each.under_16s,
        paid_by=each.paid_by,
        undone_at=each.undone_at,
        undone_because=each.undone_because or "",
    )
