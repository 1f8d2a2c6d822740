"""Proof that the places and turns counted for offers are those of the uses that stand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.ledger.books import BookFault
from timecredits.spending.models import OfferPlaces, OfferTurn, Redemption

_places: Any = OfferPlaces.__table__
_turn: Any = OfferTurn.__table__
_redemption: Any = Redemption.__table__


def check_offers(session: Session, programme_id: UUID) -> list[BookFault]:
    """Every fault between one programme's uses and what its offers counted.

    `places_differ`: a period with more or fewer people than its standing uses brought. `places_missing`: a standing use whose
    period was never counted. `turn_differs`: a turn still held by a use that was undone, or that never was.
    """
    found: dict[str, Sequence[UUID]] = {
        "places_differ": _places_differ(session, programme_id),
        "places_missing": _places_missing(session, programme_id),
        "turn_differs": _turns_differ(session, programme_id),
    }
    return [BookFault(rule, programme_id, tuple(ids)) for rule, ids in found.items() if ids]


def _places_differ(session: Session, programme_id: UUID) -> Sequence[UUID]:
    brought = (
        select(
            _redemption.c.offer_id,
            _redemption.c.places_period.label("period"),
            func.sum(_redemption.c.adults + _redemption.c.under_16s).label("people"),
        )
        .where(
            _redemption.c.programme_id == programme_id,
            _redemption.c.places_period.is_not(None),
            _redemption.c.undone_at.is_(None),
        )
        .group_by(_redemption.c.offer_id, _redemption.c.places_period)
        .subquery()
    )
    return session.scalars(
        select(_places.c.id)
        .outerjoin(brought, (brought.c.offer_id == _places.c.offer_id) & (brought.c.period == _places.c.period))
        .where(_places.c.programme_id == programme_id, _places.c.taken != func.coalesce(brought.c.people, 0)),
    ).all()


def _places_missing(session: Session, programme_id: UUID) -> Sequence[UUID]:
    counted = select(_places.c.id).where(
        _places.c.programme_id == programme_id,
        _places.c.offer_id == _redemption.c.offer_id,
        _places.c.period == _redemption.c.places_period,
    )
    return session.scalars(
        select(_redemption.c.id).where(
            _redemption.c.programme_id == programme_id,
            _redemption.c.places_period.is_not(None),
            _redemption.c.undone_at.is_(None),
            ~counted.exists(),
        ),
    ).all()


def _turns_differ(session: Session, programme_id: UUID) -> Sequence[UUID]:
    standing = select(_redemption.c.id).where(
        _redemption.c.programme_id == programme_id,
        _redemption.c.id == _turn.c.redemption_id,
        _redemption.c.undone_at.is_(None),
    )
    return session.scalars(
        select(_turn.c.id).where(_turn.c.programme_id == programme_id, _turn.c.released_at.is_(None), ~standing.exists()),
    ).all()
