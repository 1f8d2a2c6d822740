"""What was used, as a venue and its tills see it: first name and initial, never a balance or a whole name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import LONDON
from timecredits.network.models import Programme, ProgrammeVenue, Volunteer
from timecredits.spending.deciding import name_at_venue
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.redemption import AtTill
from timecredits.spending.undoing import UNDO_WITHIN


@dataclass(frozen=True)
class Visit:
    """One use of credits. `may_undo`: its till may still take it back. `undone_because` is None while it stands."""

    id: UUID
    used_at: datetime
    name: str
    offer_name: str
    adults: int
    under_16s: int
    minutes: int
    undone_because: str | None
    may_undo: bool

    @property
    def people(self) -> int:
        """How many came."""
        return self.adults + self.under_16s


@dataclass(frozen=True)
class VenueDay:
    """A venue's visits on one day, newest first, and what stands of them together."""

    day: date
    visits: list[Visit]

    @property
    def standing(self) -> list[Visit]:
        """Those that were not undone."""
        return [visit for visit in self.visits if visit.undone_because is None]

    @property
    def people(self) -> int:
        """How many people came."""
        return sum(visit.people for visit in self.standing)

    @property
    def minutes(self) -> int:
        """How many minutes of credit were used."""
        return sum(visit.minutes for visit in self.standing)


@dataclass(frozen=True)
class TillOffer:
    """An offer as a till shows it. `programme_name` is empty where the venue serves one programme only."""

    id: UUID
    name: str
    adult_minutes: int
    under_16_minutes: int | None
    most_people: int
    restrictions: str
    programme_name: str


def venue_day(session: Session, programme_id: UUID, venue_id: UUID, day: date) -> VenueDay:
    """What was used at a venue on one day (Europe/London). One query."""
    begin = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    next_day = day + timedelta(days=1)
    end = datetime(next_day.year, next_day.month, next_day.day, tzinfo=LONDON)
    rows = session.execute(
        _visits().where(
            Redemption.programme_id == programme_id,
            Redemption.venue_id == venue_id,
            Redemption.used_at >= begin,
            Redemption.used_at < end,
        ),
    )
    return VenueDay(day, [_visit(row) for row in rows])


def last_at_till(session: Session, till: AtTill, *, limit: int = 5) -> list[Visit]:
    """What this till took last, newest first. One query."""
    programmes = select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == till.venue_id)
    rows = session.execute(
        _visits()
        .where(
            Redemption.programme_id.in_(programmes),
            Redemption.venue_id == till.venue_id,
            Redemption.till_id == till.till_id,
            Redemption.used_at > clock.now() - timedelta(hours=24),
        )
        .limit(limit),
    )
    return [_visit(row) for row in rows]


def list_till_offers(session: Session, venue_id: UUID) -> list[TillOffer]:
    """The offers that a venue's tills can take credits for today, by programme and name. One query."""
    today = clock.today()
    rows = session.execute(
        select(Offer, Programme.name)
        .join(ProgrammeVenue, (ProgrammeVenue.programme_id == Offer.programme_id) & (ProgrammeVenue.venue_id == Offer.venue_id))
        .join(Programme, Programme.id == Offer.programme_id)
        .where(
            Offer.venue_id == venue_id,
            Offer.paused_because.is_(None),
            Offer.starts_on.is_(None) | (Offer.starts_on <= today),
            Offer.ends_on.is_(None) | (Offer.ends_on >= today),
        )
        .order_by(Programme.number, Offer.name, Offer.id),
    ).all()
    several = len({offer.programme_id for offer, _name in rows}) > 1
    return [
        TillOffer(
            id=offer.id,
            name=offer.name,
            adult_minutes=offer.adult_minutes,
            under_16_minutes=offer.under_16_minutes,
            most_people=offer.most_people,
            restrictions=offer.restrictions,
            programme_name=programme_name if several else "",
        )
        for offer, programme_name in rows
    ]


def _visits() -> Any:
    return (
        select(Redemption, Volunteer, Offer.name)
        .join(Volunteer, (Volunteer.programme_id == Redemption.programme_id) & (Volunteer.id == Redemption.volunteer_id))
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .order_by(Redemption.used_at.desc(), Redemption.id.desc())
    )


def _visit(row: Any) -> Visit:
    redemption, volunteer, offer_name = row
    undone = None if redemption.undone_at is None else redemption.undone_because or ""
    return Visit(
        id=redemption.id,
        used_at=redemption.used_at,
        name=name_at_venue(volunteer),
        offer_name=offer_name,
        adults=redemption.adults,
        under_16s=redemption.under_16s,
        minutes=redemption.minutes,
        undone_because=undone,
        may_undo=undone is None and clock.now() - redemption.used_at <= UNDO_WITHIN,
    )
