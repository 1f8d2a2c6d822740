"""What was used, as a venue and its tills see it: first name and initial, never a balance or a whole name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.network.models import Programme, ProgrammeVenue, Volunteer
from timecredits.spending.deciding import name_at_venue
from timecredits.spending.models import CodeKind, Offer, Redemption
from timecredits.spending.offers.offer_limits import places_left_in
from timecredits.spending.offers.offer_words import OfferRule, Opening, opening_of, rules_of
from timecredits.spending.redemption import AtTill
from timecredits.spending.undoing import UNDO_WITHIN


@dataclass(frozen=True)
class Visit:
    """One use of credits. `may_undo`: its till may still take it back. `undone_because` is None while it stands.

    `name` is empty for a note, which is nobody's. `used_at` is when it was scanned; `arrived_at` when we heard of it, where that
    was later: it was scanned with no signal.
    """

    id: UUID
    used_at: datetime
    name: str
    offer_name: str
    adults: int
    under_16s: int
    minutes: int
    undone_because: str | None
    may_undo: bool
    way: CodeKind = CodeKind.LIVE
    arrived_at: datetime | None = None

    @property
    def people(self) -> int:
        """How many came."""
        return self.adults + self.under_16s


@dataclass(frozen=True)
class TillOffer:
    """An offer as a till shows it. `programme_name` is empty where the venue serves one programme only."""

    programme_id: UUID
    id: UUID
    name: str
    adult_minutes: int
    under_16_minutes: int | None
    most_people: int
    restrictions: str
    programme_name: str
    rules: tuple[OfferRule, ...]
    """All that must be known first, the venue's own words too (offer_words)."""
    opening: Opening
    """Whether it is on at this moment."""
    places_left: int | None
    """How many can still come in the slot, day or month; None where places are not counted."""


def last_at_till(session: Session, till: AtTill, *, limit: int = 5) -> list[Visit]:
    """What this till took last, and what was used at the venue's posters, newest first. One query."""
    programmes = select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == till.venue_id)
    rows = session.execute(
        visits_query()
        .where(
            Redemption.programme_id.in_(programmes),
            Redemption.venue_id == till.venue_id,
            (Redemption.till_id == till.till_id) | (Redemption.way == CodeKind.POSTER),
            Redemption.used_at > clock.now() - timedelta(hours=24),
        )
        .limit(limit),
    )
    return [visit_of(row) for row in rows]


def list_till_offers(session: Session, venue_id: UUID) -> list[TillOffer]:
    """The offers that a venue's tills can take credits for today, by programme and name. Two queries, however many there are."""
    now = clock.now()
    today = clock.local_day(now)
    rows = session.execute(
        select(Offer, Programme.name)
        .join(ProgrammeVenue, (ProgrammeVenue.programme_id == Offer.programme_id) & (ProgrammeVenue.venue_id == Offer.venue_id))
        .join(Programme, Programme.id == Offer.programme_id)
        .where(
            Offer.venue_id == venue_id,
            Offer.paused_because.is_(None),
            Offer.ended_at.is_(None),
            Offer.starts_on.is_(None) | (Offer.starts_on <= today),
            Offer.ends_on.is_(None) | (Offer.ends_on >= today),
        )
        .order_by(Programme.number, Offer.name, Offer.id),
    ).all()
    programmes = {offer.programme_id for offer, _name in rows}
    left = places_left_in(session, list(programmes), [offer for offer, _name in rows], now)
    return [
        TillOffer(
            programme_id=offer.programme_id,
            id=offer.id,
            name=offer.name,
            adult_minutes=offer.adult_minutes,
            under_16_minutes=offer.under_16_minutes,
            most_people=offer.most_people,
            restrictions=offer.restrictions,
            programme_name=programme_name if len(programmes) > 1 else "",
            rules=rules_of(offer, now, left=left.get(offer.id)),
            opening=opening_of(offer, now),
            places_left=left.get(offer.id),
        )
        for offer, programme_name in rows
    ]


def visits_query() -> Any:
    """Redemptions with whose they were and the offer's name, newest first; to be narrowed, and read by `visit_of`."""
    return (
        select(Redemption, Volunteer, Offer.name)
        .outerjoin(Volunteer, (Volunteer.programme_id == Redemption.programme_id) & (Volunteer.id == Redemption.volunteer_id))
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .order_by(Redemption.used_at.desc(), Redemption.id.desc())
    )


def visit_of(row: Any) -> Visit:
    """One row of `visits_query`."""
    redemption, volunteer, offer_name = row
    undone = None if redemption.undone_at is None else redemption.undone_because or ""
    return Visit(
        id=redemption.id,
        used_at=redemption.used_at,
        name=name_at_venue(volunteer) if volunteer else "",
        offer_name=offer_name,
        adults=redemption.adults,
        under_16s=redemption.under_16s,
        minutes=redemption.minutes,
        undone_because=undone,
        may_undo=undone is None and clock.now() - (redemption.arrived_at or redemption.used_at) <= UNDO_WITHIN,
        way=redemption.way,
        arrived_at=redemption.arrived_at,
    )
