"""The checks on an offer and a party, in the order of docs/redemption.md. Nothing here writes a movement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.db import Id
from timecredits.network.models import Enrolment, Programme, ProgrammeVenue, SettingChange
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_limits import is_on
from timecredits.spending.showing import InProgrammeOf, Shown, name_at_venue

__all__ = [
    "InProgrammeOf",
    "Place",
    "check_eligible",
    "check_offer",
    "check_party",
    "find_places",
    "name_at_venue",
    "price",
]


@dataclass(frozen=True, slots=True)
class Place(InProgrammeOf):
    """One programme at a venue, with the account its credits arrive at, and the chosen offer if it is one of these.

    `uses_a_day` and `used_a_day` (minutes) are the programme's caps for one person; None: no cap.
    """

    account_id: UUID
    is_frozen: bool
    uses_a_day: int | None
    used_a_day: int | None
    offer: Offer | None


def _newest(name: str) -> Any:
    return (
        select(SettingChange.value)
        .where(SettingChange.programme_id == ProgrammeVenue.programme_id, SettingChange.name == name)
        .order_by(SettingChange.changed_at.desc(), SettingChange.id.desc())
        .limit(1)
        .correlate(ProgrammeVenue)
        .scalar_subquery()
    )


# Built once: putting a statement together takes longer than running it, and every use of credits asks this.
_PLACES = (
    select(
        ProgrammeVenue.programme_id,
        Programme.number,
        ProgrammeVenue.account_id,
        ProgrammeVenue.frozen_at.is_not(None),
        _newest("uses_a_day"),
        _newest("used_a_day"),
        Offer,
    )
    .join(Programme, Programme.id == ProgrammeVenue.programme_id)
    .outerjoin(
        Offer,
        (Offer.programme_id == ProgrammeVenue.programme_id)
        & (Offer.venue_id == ProgrammeVenue.venue_id)
        & (Offer.id == bindparam("offer", type_=Id)),
    )
    .where(ProgrammeVenue.venue_id == bindparam("venue", type_=Id))
    .order_by(Programme.number)
)


def find_places(session: Session, venue_id: UUID, offer_id: UUID | None) -> list[Place]:
    """The programmes that a venue serves, the offer's own first. One query."""
    rows = session.execute(_PLACES, {"venue": venue_id, "offer": offer_id})
    return sorted((Place(*row) for row in rows), key=lambda place: place.offer is None)


def check_offer(place: Place, now: datetime) -> Facts | None:
    """Why the chosen offer can't be used now, or None."""
    offer = place.offer
    if place.is_frozen:
        return Facts(Outcome.FROZEN, reason="venue")
    if offer is None or offer.ended_at is not None:
        return Facts(Outcome.NOT_AT_THIS_VENUE)
    if offer.paused_because is not None:
        return Facts(Outcome.PAUSED, reason=offer.paused_because)
    today = local_day(now)
    if (offer.starts_on and today < offer.starts_on) or (offer.ends_on and today > offer.ends_on):
        return Facts(Outcome.NOT_TODAY)
    return None if is_on(offer, now) else Facts(Outcome.NOT_TODAY, reason="time")


def check_eligible(session: Session, programme_id: UUID, offer: Offer, shown: Shown, now: datetime) -> Facts | None:
    """Why the offer isn't for whoever this is, or None. Somebody whose age isn't known is the venue's to judge."""
    if offer.least_age is not None and shown.born_month is not None and _age(shown.born_month, local_day(now)) < offer.least_age:
        return Facts(Outcome.NOT_FOR_THEM, reason="age", most=offer.least_age)
    if not offer.organisation_ids:
        return None
    if shown.volunteer_id is None:
        return Facts(Outcome.NOT_FOR_THEM, reason="note")
    enrolled = session.scalar(
        select(Enrolment.id)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id == shown.volunteer_id,
            Enrolment.organisation_id.in_([UUID(each) for each in offer.organisation_ids]),
            Enrolment.left_on.is_(None),
        )
        .limit(1)
    )
    return None if enrolled else Facts(Outcome.NOT_FOR_THEM)


def check_party(offer: Offer, adults: int | None, under_16s: int | None) -> Facts | int:
    """What the party costs in minutes, or why it can't come. Nobody counted on an offer for one person means one adult."""
    if adults is None and under_16s is None:
        if offer.most_people > 1:
            return Facts(Outcome.INCOMPLETE)
        adults = 1
    adults, under_16s = adults or 0, under_16s or 0
    if adults < 0 or under_16s < 0 or adults + under_16s == 0:
        return Facts(Outcome.PARTY, reason="nobody")
    if adults + under_16s > offer.most_people:
        return Facts(Outcome.PARTY, most=offer.most_people)
    if under_16s and offer.under_16_minutes is None:
        return Facts(Outcome.PARTY, reason="no_under_16s")
    return price(offer, adults, under_16s) or Facts(Outcome.FREE)


def price(offer: Offer, adults: int, under_16s: int) -> int:
    """What a party costs, in minutes."""
    return adults * offer.adult_minutes + under_16s * (offer.under_16_minutes or 0)


def _age(born_month: date, day: date) -> int:
    """Whole years, if the birthday is on the first of its month: nobody is turned away for a day that isn't known."""
    return day.year - born_month.year - ((day.month, day.day) < (born_month.month, 1))
