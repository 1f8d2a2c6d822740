"""The people of an organisation with their cards: who has one, who has none, what is still to be printed, what is locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.network.models import Enrolment, Volunteer
from timecredits.spending.card_models import Card, SecondCheck

__all__ = ["CardCounts", "CardsPage", "ListedCard", "Showing", "cards_to_print", "count_cards", "list_cards"]


class Showing(StrEnum):
    """Which people a list shows."""

    EVERYBODY = "all"
    NONE = "none"  # no card
    UNPRINTED = "unprinted"
    PIN = "pin"  # a PIN is still to be chosen
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class ListedCard:
    """Somebody enrolled here; `card_id` None and the rest empty for who has no card."""

    volunteer_id: UUID
    name: str
    number: str
    card_id: UUID | None
    check: SecondCheck | None
    needs_pin: bool
    printed_at: datetime | None
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardsPage:
    """One page of the list: `page` counts from 1; `found` is how many fit in all."""

    people: tuple[ListedCard, ...]
    page: int
    pages: int
    found: int


@dataclass(frozen=True, slots=True)
class CardCounts:
    """How many people here have a card, have none, have one to print, one without its PIN, one that is locked."""

    people: int
    cards: int
    unprinted: int
    without_pin: int
    locked: int

    @property
    def missing(self) -> int:
        """People without a card."""
        return self.people - self.cards


_NEEDS_PIN = (Card.check == SecondCheck.PIN) & Card.secret_hash.is_(None)


def list_cards(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    search: str = "",
    showing: Showing = Showing.EVERYBODY,
    page: int = 1,
    size: int = 25,
) -> CardsPage:
    """People enrolled here and not gone, by name, with their live card; every word of `search` stands in a name or number."""
    query = _people(programme_id, organisation_id)
    for word in fold(search).split():
        like = f"%{word.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        query = query.where(
            or_(Volunteer.folded_name.like(like, escape="/"), func.lower(Enrolment.number).like(like, escape="/"))
        )
    if showing is Showing.NONE:
        query = query.where(Card.id.is_(None))
    elif showing is Showing.UNPRINTED:
        query = query.where(Card.id.is_not(None), Card.printed_at.is_(None))
    elif showing is Showing.PIN:
        query = query.where(_NEEDS_PIN)
    elif showing is Showing.LOCKED:
        query = query.where(Card.locked_at.is_not(None))
    found = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-found // size))
    page = min(max(page, 1), pages)
    rows = session.execute(query.order_by(Volunteer.folded_name, Volunteer.id).limit(size).offset((page - 1) * size))
    return CardsPage(tuple(_listed(row) for row in rows), page, pages, found)


def count_cards(session: Session, programme_id: UUID, organisation_id: UUID) -> CardCounts:
    """The numbers above the list, in one question."""
    row = session.execute(
        _people(programme_id, organisation_id).with_only_columns(
            func.count(Volunteer.id),
            func.count(Card.id),
            func.count(Card.id).filter(Card.printed_at.is_(None)),
            func.count(Card.id).filter(_NEEDS_PIN),
            func.count(Card.locked_at),
        )
    ).one()
    return CardCounts(*row)


def cards_to_print(
    session: Session, programme_id: UUID, organisation_id: UUID, showing: Showing, volunteer_ids: Sequence[UUID] = ()
) -> dict[UUID, bool]:
    """The people whose cards are to be printed, by name, with whether they have one.

    Those named where some are, else those whom `showing` means; EVERYBODY is everybody who has a card.
    """
    query = _people(programme_id, organisation_id).with_only_columns(Volunteer.id, Card.id.label("card_id"))
    if volunteer_ids:
        query = query.where(Volunteer.id.in_(volunteer_ids))
    elif showing is Showing.NONE:
        query = query.where(Card.id.is_(None))
    elif showing is Showing.UNPRINTED:
        query = query.where(Card.id.is_not(None), Card.printed_at.is_(None))
    else:
        query = query.where(Card.id.is_not(None))
    rows = session.execute(query.order_by(Volunteer.folded_name, Volunteer.id))
    return {row.id: row.card_id is not None for row in rows}


def _people(programme_id: UUID, organisation_id: UUID) -> Select[Any, Any, Any, Any, Any]:
    return (
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Enrolment.number, Card)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .outerjoin(
            Card,
            (Card.programme_id == Volunteer.programme_id) & (Card.volunteer_id == Volunteer.id) & Card.ended_at.is_(None),
        )
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
    )


def _listed(row: Any) -> ListedCard:
    card: Card | None = row.Card
    return ListedCard(
        volunteer_id=row.id,
        name=f"{row.first_name} {row.last_name}".strip(),
        number=row.number or "",
        card_id=None if card is None else card.id,
        check=None if card is None else card.check,
        needs_pin=card is not None and card.check is SecondCheck.PIN and card.secret_hash is None,
        printed_at=None if card is None else card.printed_at,
        locked_at=None if card is None else card.locked_at,
    )
