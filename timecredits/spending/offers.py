"""Places to use credits: what the venues of a programme offer today, for a volunteer to look through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.folding import fold
from timecredits.network.models import ProgrammeVenue, Venue
from timecredits.spending.models import Offer


@dataclass(frozen=True)
class ListedOffer:
    """One offer with the venue it is at. `adult_minutes` and `under_16_minutes` are minutes of credit for one person."""

    id: UUID
    name: str
    adult_minutes: int
    under_16_minutes: int | None
    most_people: int
    restrictions: str
    good_first_step: bool
    ends_on: date | None
    paused_because: str | None
    venue_id: UUID
    venue: str
    town: str
    is_national: bool
    summary: str
    access_facts: tuple[str, ...]


def list_offers(
    session: Session,
    programme_id: UUID,
    *,
    search: str = "",
    town: str = "",
    affordable_minutes: int | None = None,
    good_first_step: bool = False,
    today: date | None = None,
) -> list[ListedOffer]:
    """What can be had on `today` (default: now), good first steps first, then by venue; paused offers last.

    `search` looks in names, places and towns, without regard to accents; `affordable_minutes` keeps what costs at most that.
    National venues count for every town.
    """
    day = today or clock.today()
    query = (
        select(Offer, Venue)
        .join(Venue, Venue.id == Offer.venue_id)
        .join(ProgrammeVenue, (ProgrammeVenue.venue_id == Offer.venue_id) & (ProgrammeVenue.programme_id == Offer.programme_id))
        .where(
            Offer.programme_id == programme_id,
            or_(Offer.starts_on.is_(None), Offer.starts_on <= day),
            or_(Offer.ends_on.is_(None), Offer.ends_on >= day),
        )
    )
    if affordable_minutes is not None:
        query = query.where(Offer.adult_minutes <= affordable_minutes)
    if good_first_step:
        query = query.where(Offer.good_first_step)
    if town:
        query = query.where(or_(Venue.town == town, Venue.is_national))
    wanted = fold(search).split()
    found = [_listed(offer, venue) for offer, venue in session.execute(query)]
    kept = [each for each in found if _speaks_of(each, wanted)]
    return sorted(
        kept, key=lambda each: (each.paused_because is not None, not each.good_first_step, fold(each.venue), fold(each.name))
    )


def list_towns(session: Session, programme_id: UUID) -> Sequence[str]:
    """The towns in which a programme has venues, in order."""
    return session.scalars(
        select(Venue.town)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .where(ProgrammeVenue.programme_id == programme_id, Venue.town != "")
        .distinct()
        .order_by(Venue.town),
    ).all()


def _listed(offer: Offer, venue: Venue) -> ListedOffer:
    return ListedOffer(
        id=offer.id,
        name=offer.name,
        adult_minutes=offer.adult_minutes,
        under_16_minutes=offer.under_16_minutes,
        most_people=offer.most_people,
        restrictions=offer.restrictions,
        good_first_step=offer.good_first_step,
        ends_on=offer.ends_on,
        paused_because=offer.paused_because,
        venue_id=venue.id,
        venue=venue.name,
        town=venue.town,
        is_national=venue.is_national,
        summary=venue.summary,
        access_facts=tuple(venue.access_facts),
    )


def _speaks_of(offer: ListedOffer, wanted: Sequence[str]) -> bool:
    said = fold(f"{offer.name} {offer.venue} {offer.town} {offer.summary}")
    return all(word in said for word in wanted)
