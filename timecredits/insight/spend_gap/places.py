"""What is wrong with the places: offers nobody takes, offers that are always full, venues where no credits are taken.

Read as things stand now, in bounded questions. No number here is of people: times and periods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import first_moment, local_day
from timecredits.insight.counting.months import add_months, month_of
from timecredits.insight.reports.published import FEWEST
from timecredits.insight.spend_gap.shapes import FindingKind
from timecredits.network.models import ProgrammeVenue, Venue
from timecredits.spending.answers import Outcome
from timecredits.spending.models import Offer, OfferPlaces, Per, Redemption, RedemptionAttempt, Till

__all__ = ["FULL_FROM", "LEAST_FULL", "MOST_LINES", "PlaceFinding", "PlaceLine", "find_places"]

MOST_LINES: Final = 20
MONTHS: Final = 3
LEAST_FULL: Final = 3
"""So many full periods make an offer full again and again, if they are at least half of those in which anybody came."""
FULL_FROM: Final = 90
"""Hundredths of its places from which on a period counts as full."""
_LENGTHS: Final = {Per.SLOT: len("2026-11-21 10:00"), Per.DAY: len("2026-11-21"), Per.MONTH: len("2026-11")}
_WEIGHTS: Final = {FindingKind.STOPPED: 70, FindingKind.FULL: 40, FindingKind.UNTAKEN: 30}


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One offer or venue. `since`: on offer or stopped since. `last_month`: the first of the month in which it was used last.

    `refused` is how often somebody was turned away for want of places; 0 also where it was less than five times.
    """

    venue_id: UUID
    venue: str
    offer: str = ""
    since: date | None = None
    last_month: date | None = None
    ended_on: date | None = None
    full: int = 0
    periods: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """One finding about places: the first MOST_LINES of them, and how many there are."""

    kind: FindingKind
    number: int
    weight: int
    lines: tuple[PlaceLine, ...]


def find_places(session: Session, programme_id: UUID, today: date) -> list[PlaceFinding]:
    """Everything that was found, in no order. Six questions at most."""
    found = (
        (FindingKind.STOPPED, _stopped(session, programme_id, today)),
        (FindingKind.FULL, _full(session, programme_id, today)),
        (FindingKind.UNTAKEN, _untaken(session, programme_id, today)),
    )
    return [PlaceFinding(kind, len(lines), _WEIGHTS[kind], tuple(lines[:MOST_LINES])) for kind, lines in found if lines]


def _stopped(session: Session, programme_id: UUID, today: date) -> list[PlaceLine]:
    """Venues that are stopped, and those whose agreement has ended."""
    rows = session.execute(
        select(Venue.id, Venue.name, ProgrammeVenue.frozen_at, ProgrammeVenue.agreement_ends_on)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .where(
            ProgrammeVenue.programme_id == programme_id,
            or_(ProgrammeVenue.frozen_at.is_not(None), ProgrammeVenue.agreement_ends_on < today),
        )
        .order_by(ProgrammeVenue.frozen_at.is_(None), Venue.name, Venue.id)
    )
    return [
        PlaceLine(
            venue_id,
            name,
            since=None if frozen_at is None else local_day(frozen_at),
            ended_on=ends_on if ends_on is not None and ends_on < today else None,
        )
        for venue_id, name, frozen_at, ends_on in rows
    ]


def _on(programme_id: UUID, today: date) -> list[Any]:
    """Conditions for offers that can be had today, joined to their venue in the programme."""
    return [
        Offer.programme_id == programme_id,
        ProgrammeVenue.programme_id == programme_id,
        ProgrammeVenue.frozen_at.is_(None),
        Offer.ended_at.is_(None),
        Offer.paused_because.is_(None),
        or_(Offer.ends_on.is_(None), Offer.ends_on >= today),
    ]


def _untaken(session: Session, programme_id: UUID, today: date) -> list[PlaceLine]:
    """Offers that were there for all of the last months and that nobody took; those longest on offer first."""
    begins = add_months(month_of(today), -MONTHS)
    since = first_moment(begins)
    taken = exists().where(
        Redemption.programme_id == programme_id,
        Redemption.venue_id == Offer.venue_id,
        Redemption.used_at >= since,
        Redemption.offer_id == Offer.id,
        Redemption.undone_at.is_(None),
    )
    rows = session.execute(
        select(Offer.id, Offer.name, Offer.venue_id, Venue.name, Offer.created_at, Offer.starts_on)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Offer.venue_id)
        .join(Venue, Venue.id == Offer.venue_id)
        .where(
            *_on(programme_id, today),
            Offer.created_at < since,
            or_(Offer.starts_on.is_(None), Offer.starts_on < begins),
            ~taken,
        )
        .order_by(Offer.created_at, Offer.id)
    ).all()
    last = _last_used(session, programme_id, [(row[2], row[0]) for row in rows[:MOST_LINES]], begins)
    return [
        PlaceLine(venue_id, venue, offer, since=max(local_day(created_at), starts_on or date.min), last_month=last.get(offer_id))
        for offer_id, offer, venue_id, venue, created_at, starts_on in rows
    ]


def _last_used(session: Session, programme_id: UUID, offers: Sequence[tuple[UUID, UUID]], before: date) -> Mapping[UUID, date]:
    """In which month these were used last, within a year."""
    if not offers:
        return {}
    rows = session.execute(
        select(Redemption.offer_id, func.max(Redemption.used_at))
        .where(
            Redemption.programme_id == programme_id,
            Redemption.venue_id.in_({venue_id for venue_id, _offer in offers}),
            Redemption.used_at >= first_moment(add_months(before, -12)),
            Redemption.used_at < first_moment(before),
            Redemption.offer_id.in_([offer_id for _venue, offer_id in offers]),
            Redemption.undone_at.is_(None),
        )
        .group_by(Redemption.offer_id)
    )
    return {offer_id: month_of(local_day(used_at)) for offer_id, used_at in rows}


def _full(session: Session, programme_id: UUID, today: date) -> list[PlaceLine]:
    """Offers that were full in most of the periods of the last months in which anybody came; the fullest first."""
    begins = add_months(month_of(today), -MONTHS)
    length: Any = case(dict(_LENGTHS.items()), value=Offer.places_per, else_=0)
    full = func.sum(case((OfferPlaces.taken * 100 >= Offer.places * FULL_FROM, 1), else_=0))
    rows = session.execute(
        select(Offer.id, Offer.name, Offer.venue_id, Venue.name, full, func.count())
        .join(OfferPlaces, (OfferPlaces.programme_id == Offer.programme_id) & (OfferPlaces.offer_id == Offer.id))
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Offer.venue_id)
        .join(Venue, Venue.id == Offer.venue_id)
        .where(
            *_on(programme_id, today),
            Offer.places.is_not(None),
            OfferPlaces.taken > 0,
            OfferPlaces.period >= begins.isoformat()[: _LENGTHS[Per.MONTH]],
            func.length(OfferPlaces.period) == length,
        )
        .group_by(Offer.id, Offer.name, Offer.venue_id, Venue.name)
        .having(full >= LEAST_FULL, full * 2 >= func.count())
        .order_by(full.desc(), Offer.id)
    ).all()
    refused = _refused(session, programme_id, [(row[2], row[0]) for row in rows[:MOST_LINES]], begins)
    return [
        PlaceLine(venue_id, venue, offer, full=int(times), periods=periods, refused=refused.get(offer_id, 0))
        for offer_id, offer, venue_id, venue, times, periods in rows
    ]


def _refused(session: Session, programme_id: UUID, offers: Sequence[tuple[UUID, UUID]], begins: date) -> Mapping[UUID, int]:
    """How often a till turned somebody away because these were full; left out where that was seldom."""
    if not offers:
        return {}
    tills = session.scalars(select(Till.id).where(Till.venue_id.in_({venue_id for venue_id, _offer in offers}))).all()
    rows = session.execute(
        select(RedemptionAttempt.offer_id, func.count())
        .where(
            RedemptionAttempt.programme_id == programme_id,
            RedemptionAttempt.till_id.in_(tills),
            RedemptionAttempt.arrived_at >= first_moment(begins),
            RedemptionAttempt.outcome == Outcome.FULL,
            RedemptionAttempt.offer_id.in_([offer_id for _venue, offer_id in offers]),
        )
        .group_by(RedemptionAttempt.offer_id)
        .having(func.count() >= FEWEST)
    )
    return {offer_id: times for offer_id, times in rows if offer_id is not None}
