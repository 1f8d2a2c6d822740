"""A venue's offers: made, priced, paused with a reason, and taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import ProgrammeVenue
from timecredits.network.scope import find
from timecredits.spending.models import Offer

LONGEST_NAME = 100
LONGEST_REASON = 120
MOST_MINUTES = 40 * 60
MOST_PEOPLE = 30
QUARTER = 15


@dataclass(frozen=True)
class OfferFacts:
    """What a venue says about an offer. Prices are minutes of credit a person; under_16_minutes None: no under-16s."""

    name: str
    adult_minutes: int
    under_16_minutes: int | None = None
    most_people: int = 1
    restrictions: str = ""
    good_first_step: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


def create_offer(
    session: Session,
    programme_id: UUID,
    venue_id: UUID,
    facts: OfferFacts,
    *,
    actor_id: UUID | None = None,
    offer_id: UUID | None = None,
) -> Offer:
    """Add an offer at a venue that takes part in the programme. The same `offer_id` twice adds one.

    Raises NotFoundError for a venue that doesn't take part, RuleError for facts that can't be.
    """
    find_membership(session, programme_id, venue_id)
    _check(facts)
    if offer_id is not None and (known := session.get(Offer, (programme_id, offer_id))) is not None:
        return find(session, Offer, programme_id, known.id, venue_id=venue_id)
    offer = Offer(
        programme_id=programme_id,
        id=offer_id or new_id(),
        venue_id=venue_id,
        name=" ".join(facts.name.split()),
        adult_minutes=facts.adult_minutes,
        under_16_minutes=facts.under_16_minutes,
        most_people=facts.most_people,
        restrictions=facts.restrictions.strip(),
        good_first_step=facts.good_first_step,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        created_at=clock.now(),
    )
    session.add(offer)
    session.flush()
    audit.record(session, programme_id, "offer made", actor_id=actor_id, subject_id=offer.id)
    return offer


def list_venue_offers(session: Session, programme_id: UUID, venue_id: UUID) -> Sequence[Offer]:
    """A venue's offers to one programme, paused ones too, by name."""
    return session.scalars(
        select(Offer).where(Offer.programme_id == programme_id, Offer.venue_id == venue_id).order_by(Offer.name, Offer.id),
    ).all()


def change_price(
    session: Session,
    programme_id: UUID,
    venue_id: UUID,
    offer_id: UUID,
    *,
    adult_minutes: int,
    under_16_minutes: int | None,
    actor_id: UUID | None,
) -> Offer:
    """Set what an offer costs from now on; what was taken stays. Raises NotFoundError, or RuleError for a price that can't be."""
    offer = find(session, Offer, programme_id, offer_id, venue_id=venue_id)
    _check_price(adult_minutes, "adult")
    if under_16_minutes:
        _check_price(under_16_minutes, "under_16")
    offer.adult_minutes, offer.under_16_minutes = adult_minutes, under_16_minutes
    audit.record(session, programme_id, "offer priced", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def pause_offer(
    session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID, *, reason: str, actor_id: UUID | None
) -> Offer:
    """Take no credits for an offer for now, and say why to all who look. Raises NotFoundError, RuleError without a reason."""
    offer = find(session, Offer, programme_id, offer_id, venue_id=venue_id)
    reason = " ".join(reason.split()).rstrip(".")
    if not reason:
        raise RuleError(Sentence("Say why the offer is paused. People will read it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(Sentence("Use at most %(most)s letters to say why.", most=LONGEST_REASON), field="reason")
    offer.paused_because = reason
    audit.record(session, programme_id, "offer paused", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def resume_offer(session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID, *, actor_id: UUID | None) -> Offer:
    """Take credits for a paused offer again."""
    offer = find(session, Offer, programme_id, offer_id, venue_id=venue_id)
    offer.paused_because = None
    audit.record(session, programme_id, "offer resumed", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def find_membership(session: Session, programme_id: UUID, venue_id: UUID) -> ProgrammeVenue:
    """The venue's part in the programme, or NotFoundError."""
    membership = session.scalars(
        select(ProgrammeVenue).where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.venue_id == venue_id),
    ).one_or_none()
    if membership is None:
        raise NotFoundError
    return membership


def _check(facts: OfferFacts) -> None:
    if not facts.name.strip():
        raise RuleError(Sentence("Give the offer a name, such as Swim, one hour."), field="name")
    if len(facts.name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name.", most=LONGEST_NAME), field="name")
    _check_price(facts.adult_minutes, "adult")
    if facts.under_16_minutes:
        _check_price(facts.under_16_minutes, "under_16")
    if not 1 <= facts.most_people <= MOST_PEOPLE:
        raise RuleError(Sentence("Say how many people may come at once: 1 to %(most)s.", most=MOST_PEOPLE), field="most_people")
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise RuleError(Sentence("The last day is before the first. Change one of them."), field="ends_on")


def _check_price(minutes: int, name: str) -> None:
    if not 0 < minutes <= MOST_MINUTES or minutes % QUARTER:
        raise RuleError(Sentence("Type the price in credits, like 1 or 1.5. The least is a quarter."), field=name)
