"""A venue's price list as a whole: what each offer is called and costs, saved together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_facts import OfferFacts, facts_of, tidy
from timecredits.spending.offers.offer_keeping import create_offer, edit_offer, end_offer

__all__ = ["MOST_ROWS", "PriceRow", "SavedPrices", "check_prices", "save_prices"]

MOST_ROWS: Final = 100
_SHOWN_AT: Final = {"places": "most_people", "places_per": "most_people"}


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line. Prices are minutes of credit a person; `under_16_minutes` None: no under-16s. `is_off`: it ends for good.

    An `id` that no offer has makes a new one under it.
    """

    id: UUID
    name: str
    adult_minutes: int
    under_16_minutes: int | None = None
    most_people: int = 1
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class SavedPrices:
    """How many offers were changed, made and ended."""

    changed: int = 0
    made: int = 0
    ended: int = 0


def check_prices(session: Session, programme_id: UUID, venue_id: UUID, rows: Sequence[PriceRow]) -> dict[int, RuleError]:
    """What is wrong, by the number of the row from 0: at its name, adult, under_16 or most_people. Empty where all can be saved.

    Raises NotFoundError for an offer that is another venue's.
    """
    known = _known(session, programme_id, venue_id, rows)
    faults: dict[int, RuleError] = {}
    for number, row in enumerate(rows):
        if row.is_off:
            continue
        try:
            tidy(_facts(known.get(row.id), row))
        except RuleError as fault:
            faults[number] = RuleError(fault.sentence, field=_SHOWN_AT.get(fault.field, fault.field))
    return faults


def save_prices(
    session: Session, programme_id: UUID, venue_id: UUID, rows: Sequence[PriceRow], *, actor_id: UUID | None
) -> SavedPrices:
    """Save every row. The same rows twice change nothing more. Offers that no row names stay as they are.

    Raises the first RuleError of `check_prices`, or one for more than MOST_ROWS rows, and then saves nothing.
    """
    if len(rows) > MOST_ROWS:
        raise RuleError(Sentence("A price list has at most %(most)s offers. Nothing was saved.", most=MOST_ROWS))
    for fault in check_prices(session, programme_id, venue_id, rows).values():
        raise fault
    known = _known(session, programme_id, venue_id, rows)
    changed = made = ended = 0
    for row in rows:
        offer = known.get(row.id)
        if offer is None:
            if not row.is_off:
                create_offer(session, programme_id, venue_id, _facts(None, row), actor_id=actor_id, offer_id=row.id)
                made += 1
        elif offer.ended_at is not None:
            continue  # saved before
        elif row.is_off:
            end_offer(session, programme_id, venue_id, row.id, actor_id=actor_id)
            ended += 1
        elif (facts := tidy(_facts(offer, row))) != facts_of(offer):
            edit_offer(session, programme_id, venue_id, row.id, facts, actor_id=actor_id)
            changed += 1
    return SavedPrices(changed, made, ended)


def _facts(offer: Offer | None, row: PriceRow) -> OfferFacts:
    facts = facts_of(offer) if offer is not None else OfferFacts(name="", adult_minutes=0)
    return replace(
        facts,
        name=row.name,
        adult_minutes=row.adult_minutes,
        under_16_minutes=row.under_16_minutes,
        most_people=row.most_people,
    )


def _known(session: Session, programme_id: UUID, venue_id: UUID, rows: Sequence[PriceRow]) -> Mapping[UUID, Offer]:
    found = session.scalars(
        select(Offer).where(Offer.programme_id == programme_id, Offer.id.in_([row.id for row in rows[: MOST_ROWS + 1]]))
    ).all()
    if any(offer.venue_id != venue_id for offer in found):
        raise NotFoundError
    return {offer.id: offer for offer in found}
