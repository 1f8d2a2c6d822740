"""How full an offer was and is: the people counted in each slot, day or month, for the venue to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.wording import Sentence
from timecredits.spending.models import Offer, OfferPlaces, Per
from timecredits.spending.offers.offer_limits import period_of
from timecredits.spending.offers.offer_times import slots_on
from timecredits.spending.offers.offer_words import clock_words

_LENGTHS = {Per.SLOT: len("2026-11-21 10:00"), Per.DAY: len("2026-11-21"), Per.MONTH: len("2026-11")}


@dataclass(frozen=True)
class Filled:
    """How many people came in one period. `day` is its first day; `starts` is a slot's time in words, else None."""

    day: date
    starts: Sentence | None
    is_month: bool
    taken: int


def list_filled(session: Session, programme_id: UUID, offer: Offer, now: datetime, *, most: int = 12) -> list[Filled]:
    """What is counted today or this month, also where it is nobody yet, and the periods before; the newest first. One query.

    Only the kind of period that the offer counts by now; none where it doesn't count places.
    """
    if offer.places is None or offer.places_per is None:
        return []
    rows = session.execute(
        select(OfferPlaces.period, OfferPlaces.taken)
        .where(OfferPlaces.programme_id == programme_id, OfferPlaces.offer_id == offer.id)
        .order_by(OfferPlaces.period.desc())
        .limit(most * len(_LENGTHS)),
    )
    kept = {row.period: row.taken for row in rows if len(row.period) == _LENGTHS[offer.places_per]}
    found = dict.fromkeys(_current(offer, now), 0) | kept
    return [_filled(period, found[period]) for period in sorted(found, reverse=True)[:most]]


def _current(offer: Offer, now: datetime) -> Sequence[str]:
    per = offer.places_per or Per.DAY
    if per is Per.SLOT and offer.times:
        return [slot.key for slot in slots_on(offer.times, local_day(now))]
    period = period_of(offer, now, per)
    return [period] if period else []


def _filled(period: str, taken: int) -> Filled:
    day, _space, starts = period.partition(" ")
    is_month = len(day) == _LENGTHS[Per.MONTH]
    return Filled(date.fromisoformat(f"{day}-01" if is_month else day), clock_words(starts) if starts else None, is_month, taken)
