"""Places to use credits: what the venues of a programme offer, for a volunteer to look through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import first_moment
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.foundation.postcode_districts import miles_between
from timecredits.foundation.wording import Sentence
from timecredits.network.models import ProgrammeVenue, Venue
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_limits import places_left
from timecredits.spending.offers.offer_people import names_of, those_for
from timecredits.spending.offers.offer_words import OfferRule, Opening, opening_of, rules_of

_NOON = timedelta(hours=12)
_STEP_FREE = "step free"
_Rows = Select[Offer, Venue, datetime | None]


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Without anything it is everything.

    `words` are looked for in names, places and towns, without regard to accents; `affordable_minutes` keeps what costs an adult
    at most that; `town` keeps one town, and national places; `near` is a postcode district, and `within_miles` of it.
    `is_national` keeps national places, or local ones.
    """

    words: str = ""
    town: str = ""
    affordable_minutes: int | None = None
    good_first_step: bool = False
    step_free: bool = False
    quiet: bool = False
    alone_is_fine: bool = False
    is_national: bool | None = None
    near: str = ""
    within_miles: int | None = None
    venue_id: UUID | None = None


@dataclass(frozen=True)
class ListedOffer:
    """One offer with the venue it is at, and all that must be known first. Minutes are of credit, for one person.

    `paused_because` is None while it goes on. `miles` is None where we don't know how far it is, 0.0 in the same district.
    """

    id: UUID
    name: str
    adult_minutes: int
    under_16_minutes: int | None
    most_people: int
    good_first_step: bool
    paused_because: str | Sentence | None
    rules: tuple[OfferRule, ...]
    opening: Opening
    picture_id: UUID | None
    is_step_free: bool
    is_quiet: bool
    alone_is_fine: bool
    venue_id: UUID
    venue: str
    town: str
    address: tuple[str, ...]
    is_national: bool
    summary: str
    access_facts: tuple[str, ...]
    miles: float | None

    @property
    def asks_party(self) -> bool:
        """Whether more than one may come."""
        return self.most_people > 1


@dataclass(frozen=True)
class _Found:
    offer: Offer
    venue: Venue
    is_frozen: bool


def list_offers(
    session: Session,
    programme_id: UUID,
    wanted: Wanted | None = None,
    *,
    volunteer_id: UUID | None = None,
    today: date | None = None,
) -> list[ListedOffer]:
    """What can be had on `today` (default: now): the nearest first where it is known from where, else good first steps.

    What is paused comes last; what has ended or is over is left out, and for a volunteer what they can't use. Five queries at
    most, however many offers there are.
    """
    looked_for = wanted or Wanted()
    now = clock.now() if today is None else first_moment(today) + _NOON
    found = _rows(session, programme_id, _filtered(_current(programme_id, clock.local_day(now)), looked_for))
    found = [each for each in found if _speaks_of(each, fold(looked_for.words).split())]
    if looked_for.step_free:
        found = [each for each in found if _is_step_free(each)]
    if volunteer_id is not None:
        theirs = those_for(session, programme_id, [each.offer for each in found], volunteer_id, clock.local_day(now))
        usable = {offer.id for offer in theirs}
        found = [each for each in found if each.offer.id in usable]
    listed = _listed(session, programme_id, found, now, looked_for.near)
    if looked_for.near and looked_for.within_miles is not None:
        listed = [each for each in listed if each.miles is not None and each.miles <= looked_for.within_miles]
    return sorted(listed, key=lambda each: _order(each, near=bool(looked_for.near)))


def find_listed(session: Session, programme_id: UUID, offer_id: UUID, *, near: str = "") -> ListedOffer:
    """One offer that can be had today, also a paused one, or NotFoundError. Three queries at most."""
    now = clock.now()
    query = _current(programme_id, clock.local_day(now)).where(Offer.id == offer_id)
    found = _listed(session, programme_id, _rows(session, programme_id, query), now, near)
    if not found:
        raise NotFoundError
    return found[0]


def list_towns(session: Session, programme_id: UUID) -> Sequence[str]:
    """The towns in which a programme has venues, in order."""
    return session.scalars(
        select(Venue.town)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .where(ProgrammeVenue.programme_id == programme_id, Venue.town != "")
        .distinct()
        .order_by(Venue.town),
    ).all()


def _current(programme_id: UUID, day: date) -> _Rows:
    return (
        select(Offer, Venue, ProgrammeVenue.frozen_at)
        .join(Venue, Venue.id == Offer.venue_id)
        .join(ProgrammeVenue, (ProgrammeVenue.venue_id == Offer.venue_id) & (ProgrammeVenue.programme_id == Offer.programme_id))
        .where(
            Offer.programme_id == programme_id,
            Offer.ended_at.is_(None),
            or_(Offer.starts_on.is_(None), Offer.starts_on <= day),
            or_(Offer.ends_on.is_(None), Offer.ends_on >= day),
        )
    )


def _filtered(query: _Rows, wanted: Wanted) -> _Rows:
    if wanted.affordable_minutes is not None:
        query = query.where(Offer.adult_minutes <= wanted.affordable_minutes)
    for is_wanted, column in (
        (wanted.good_first_step, Offer.good_first_step),
        (wanted.quiet, Offer.is_quiet),
        (wanted.alone_is_fine, Offer.alone_is_fine),
    ):
        if is_wanted:
            query = query.where(column)
    if wanted.venue_id is not None:
        query = query.where(Offer.venue_id == wanted.venue_id)
    if wanted.is_national is not None:
        query = query.where(Venue.is_national.is_(wanted.is_national))
    if wanted.town:
        query = query.where(or_(Venue.town == wanted.town, Venue.is_national))
    return query


def _rows(session: Session, programme_id: UUID, query: _Rows) -> list[_Found]:
    rows = session.execute(query.where(ProgrammeVenue.programme_id == programme_id))
    return [_Found(offer, venue, frozen_at is not None) for offer, venue, frozen_at in rows]


def _listed(session: Session, programme_id: UUID, found: Sequence[_Found], now: datetime, near: str) -> list[ListedOffer]:
    offers = [each.offer for each in found]
    left = places_left(session, programme_id, offers, now)
    groups = names_of(session, [programme_id], offers)
    return [
        ListedOffer(
            id=offer.id,
            name=offer.name,
            adult_minutes=offer.adult_minutes,
            under_16_minutes=offer.under_16_minutes,
            most_people=offer.most_people,
            good_first_step=offer.good_first_step,
            paused_because=Sentence("No credits can be used there for now") if is_frozen else offer.paused_because,
            rules=rules_of(offer, now, left=left.get(offer.id), groups=groups.get(offer.id, ())),
            opening=opening_of(offer, now),
            picture_id=offer.picture_id,
            is_step_free=_is_step_free(each),
            is_quiet=offer.is_quiet,
            alone_is_fine=offer.alone_is_fine,
            venue_id=venue.id,
            venue=venue.name,
            town=venue.town,
            address=tuple(venue.address),
            is_national=venue.is_national,
            summary=venue.summary,
            access_facts=tuple(fact for fact in venue.access_facts if fold(fact) != _STEP_FREE),
            miles=miles_between(near, venue.postcode_district) if near else None,
        )
        for each in found
        for offer, venue, is_frozen in [(each.offer, each.venue, each.is_frozen)]
    ]


def _order(listed: ListedOffer, *, near: bool) -> tuple[Any, ...]:
    by_name = (fold(listed.venue), fold(listed.name), listed.id)
    paused = listed.paused_because is not None
    if near:
        return paused, inf if listed.miles is None else listed.miles, *by_name
    return paused, not listed.good_first_step, *by_name


def _is_step_free(found: _Found) -> bool:
    return found.offer.is_step_free or any(fold(fact) == _STEP_FREE for fact in found.venue.access_facts)


def _speaks_of(found: _Found, words: Sequence[str]) -> bool:
    offer, venue = found.offer, found.venue
    said = fold(f"{offer.name} {venue.name} {venue.town} {venue.summary}")
    return all(word in said for word in words)
