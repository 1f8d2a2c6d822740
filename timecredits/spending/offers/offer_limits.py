"""When an offer is on, how many may come and how often: what is held while credits are taken, also by many at once.

Places are counted in a row for each slot, day or month, turns in a row for each person; a row's own database keeps them true, so
nothing is read before it is written. A redemption keeps the period that its places were counted in (`places_period`), because
an undo must find it even when the offer was changed since. Both are taken before, and given back before, anything is posted:
everybody locks places first, then accounts (docs/adr/0014).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.db import new_id
from timecredits.spending.models import Offer, OfferPlaces, OfferTurn, Per
from timecredits.spending.offers.offer_times import coming_slot, slot_at

_places: Any = OfferPlaces.__table__
_turn: Any = OfferTurn.__table__
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def period_of(offer: Offer, now: datetime, per: Per) -> str | None:
    """What places or turns are counted under at `now`: "2026-11-21 10:00", "2026-11-21", "2026-W47" or "2026-11", local time.

    None for a slot when none of the offer's times is on. An offer without times has one slot a day.
    """
    day = local_day(now)
    if per is Per.SLOT and offer.times:
        slot = slot_at(offer.times, now)
        return slot.key if slot else None
    if per is Per.WEEK:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()[:7] if per is Per.MONTH else day.isoformat()


def is_on(offer: Offer, now: datetime) -> bool:
    """Whether `now` is within the offer's days and times. A pause and an end are asked apart."""
    day = local_day(now)
    if (offer.starts_on and day < offer.starts_on) or (offer.ends_on and day > offer.ends_on):
        return False
    return not offer.times or slot_at(offer.times, now) is not None


def take_places(session: Session, programme_id: UUID, offer: Offer, period: str, people: int) -> bool:
    """Count `people` into a period, or answer False and count nobody where they don't all fit. One statement.

    Only for an offer with `places`; `period` is `period_of(offer, now, offer.places_per)`. Keep it as the redemption's
    `places_period`.
    """
    if offer.places is None or people > offer.places:
        return offer.places is None
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](_places)
    row = connection.execute(
        statement.values(programme_id=programme_id, id=new_id(), offer_id=offer.id, period=period, taken=people)
        .on_conflict_do_update(
            index_elements=["programme_id", "offer_id", "period"],
            set_={"taken": _places.c.taken + people},
            where=_places.c.taken + people <= offer.places,
        )
        .returning(_places.c.id),
    ).one_or_none()
    return row is not None


def give_places_back(session: Session, programme_id: UUID, offer_id: UUID, period: str | None, people: int) -> None:
    """Count `people` out of the period they were counted into (a redemption's `places_period`); None: nothing to do."""
    if period is None:
        return
    session.connection().execute(
        update(_places)
        .where(_places.c.programme_id == programme_id, _places.c.offer_id == offer_id, _places.c.period == period)
        .values(taken=_places.c.taken - people),
    )


def take_turn(session: Session, programme_id: UUID, offer: Offer, volunteer_id: UUID, period: str, redemption_id: UUID) -> bool:
    """Keep that somebody had their turn in a period, or answer False if they had it already. One statement.

    Only for an offer with `once_a`; `period` is `period_of(offer, now, offer.once_a)`.
    """
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](_turn)
    values = {
        "programme_id": programme_id,
        "id": new_id(),
        "offer_id": offer.id,
        "volunteer_id": volunteer_id,
        "period": period,
        "redemption_id": redemption_id,
        "released_at": None,
    }
    # Without naming the index: a partial one can't be named the same way on both databases, and the id is fresh.
    row = connection.execute(statement.values(**values).on_conflict_do_nothing().returning(_turn.c.id)).one_or_none()
    return row is not None


def give_turn_back(session: Session, programme_id: UUID, redemption_id: UUID, now: datetime) -> None:
    """Let the person have the turn again that this redemption was."""
    session.connection().execute(
        update(_turn)
        .where(_turn.c.programme_id == programme_id, _turn.c.redemption_id == redemption_id, _turn.c.released_at.is_(None))
        .values(released_at=now),
    )


def places_left(session: Session, programme_id: UUID, offers: Iterable[Offer], now: datetime) -> dict[UUID, int]:
    """How many more can come, for each of a programme's offers that has places: in the period that is on, else the coming one.

    One query, none where no offer has places.
    """
    return places_left_in(session, [programme_id], offers, now)


def places_left_in(session: Session, programme_ids: Sequence[UUID], offers: Iterable[Offer], now: datetime) -> dict[UUID, int]:
    """The same for the offers of several programmes, as at a venue that serves them all."""
    wanted = {offer.id: (offer, _coming_period(offer, now)) for offer in offers if offer.places is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(OfferPlaces.offer_id, OfferPlaces.taken).where(
            OfferPlaces.programme_id.in_(programme_ids),
            tuple_(OfferPlaces.offer_id, OfferPlaces.period).in_([(key, period) for key, (_offer, period) in wanted.items()]),
        ),
    )
    taken = {row.offer_id: row.taken for row in rows}
    return {key: max(0, (offer.places or 0) - taken.get(key, 0)) for key, (offer, _period) in wanted.items()}


def _coming_period(offer: Offer, now: datetime) -> str:
    per = offer.places_per or Per.DAY
    when = now
    if offer.times:
        slot = coming_slot(offer.times, now, first=offer.starts_on, last=offer.ends_on)
        when = max(now, slot.begins) if slot else now
    return period_of(offer, when, per) or local_day(when).isoformat()
