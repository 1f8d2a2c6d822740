"""A venue's offers: made, changed, priced, paused with a reason, taken up again, and ended."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.pictures import MadePicture
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation
from timecredits.network.pictures import drop_picture, keep_picture
from timecredits.network.scope import find
from timecredits.network.venue_facts import find_membership
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_facts import OfferFacts, check_price, facts_of, tidy

__all__ = [
    "OfferFacts",
    "change_price",
    "create_offer",
    "edit_offer",
    "end_offer",
    "facts_of",
    "find_offer",
    "list_venue_offers",
    "pause_offer",
    "resume_offer",
    "set_picture",
]

LONGEST_REASON = 120
LONGEST_SHOWN = 150


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
    kept = tidy(facts)
    if offer_id is not None and (known := session.get(Offer, (programme_id, offer_id))) is not None:
        return find(session, Offer, programme_id, known.id, venue_id=venue_id)
    offer = Offer(programme_id=programme_id, id=offer_id or new_id(), venue_id=venue_id, created_at=clock.now())
    _set(session, offer, kept)
    session.add(offer)
    session.flush()
    audit.record(session, programme_id, "offer made", actor_id=actor_id, subject_id=offer.id)
    return offer


def edit_offer(
    session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID, facts: OfferFacts, *, actor_id: UUID | None
) -> Offer:
    """Say something else about an offer from now on; what was taken stays. Raises NotFoundError, or RuleError as create_offer.

    Where places are counted another way than before, or the times are others, the count begins anew.
    """
    offer = find_offer(session, programme_id, venue_id, offer_id)
    _set(session, offer, tidy(facts))
    audit.record(session, programme_id, "offer changed", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def find_offer(session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID) -> Offer:
    """One of the venue's offers that has not ended, or NotFoundError."""
    return find(session, Offer, programme_id, offer_id, venue_id=venue_id, ended_at=None)


def list_venue_offers(session: Session, programme_id: UUID, venue_id: UUID, *, ended: bool = False) -> Sequence[Offer]:
    """A venue's offers to one programme, paused ones too, by name; or those that it ended, the last first."""
    query = select(Offer).where(Offer.programme_id == programme_id, Offer.venue_id == venue_id)
    if ended:
        return session.scalars(query.where(Offer.ended_at.is_not(None)).order_by(Offer.ended_at.desc(), Offer.id)).all()
    return session.scalars(query.where(Offer.ended_at.is_(None)).order_by(Offer.name, Offer.id)).all()


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
    offer = find_offer(session, programme_id, venue_id, offer_id)
    check_price(adult_minutes, "adult")
    if under_16_minutes:
        check_price(under_16_minutes, "under_16")
    offer.adult_minutes, offer.under_16_minutes = adult_minutes, under_16_minutes
    audit.record(session, programme_id, "offer priced", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def pause_offer(
    session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID, *, reason: str, actor_id: UUID | None
) -> Offer:
    """Take no credits for an offer for now, and say why to all who look. Raises NotFoundError, RuleError without a reason."""
    offer = find_offer(session, programme_id, venue_id, offer_id)
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
    offer = find_offer(session, programme_id, venue_id, offer_id)
    offer.paused_because = None
    audit.record(session, programme_id, "offer resumed", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def end_offer(session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID, *, actor_id: UUID | None) -> Offer:
    """Take an offer off every list for good; what was used stays. Ending it twice ends it once."""
    offer = find(session, Offer, programme_id, offer_id, venue_id=venue_id)
    ended: Any = session.execute(
        update(Offer)
        .where(Offer.programme_id == programme_id, Offer.id == offer_id, Offer.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(Offer.id),
        execution_options={"synchronize_session": "fetch"},
    ).one_or_none()
    if ended is not None:
        audit.record(session, programme_id, "offer ended", actor_id=actor_id, subject_id=offer.id)
    session.flush()
    return offer


def set_picture(
    session: Session,
    programme_id: UUID,
    venue_id: UUID,
    offer_id: UUID,
    made: MadePicture | None,
    *,
    shows: str,
    actor_id: UUID | None,
) -> Offer:
    """Show a picture with an offer in place of the one before; None shows none. `shows` is said to people who can't see it.

    Raises NotFoundError, or RuleError(field="shows") where a picture comes without words, or with too many.
    """
    offer = find_offer(session, programme_id, venue_id, offer_id)
    said = " ".join(shows.split())
    if made is not None and not said:
        raise RuleError(Sentence("Say in a few words what the picture shows. Some people hear it."), field="shows")
    if len(said) > LONGEST_SHOWN:
        raise RuleError(Sentence("Use at most %(most)s letters to say what it shows.", most=LONGEST_SHOWN), field="shows")
    before = offer.picture_id
    offer.picture_id = None if made is None else keep_picture(session, programme_id, new_id(), made, shows=said)
    session.flush()
    drop_picture(session, programme_id, before)
    audit.record(session, programme_id, "offer picture changed", actor_id=actor_id, subject_id=offer.id)
    return offer


def _set(session: Session, offer: Offer, facts: OfferFacts) -> None:
    values = asdict(facts)
    wanted = set(facts.organisation_ids)
    if wanted:
        known = session.scalars(
            select(Organisation.id).where(Organisation.programme_id == offer.programme_id, Organisation.id.in_(wanted)),
        )
        if wanted - set(known):
            raise RuleError(Sentence("Choose groups from the list."), field="organisation_ids")
    values["organisation_ids"] = sorted(str(each) for each in wanted)
    values["times"] = list(facts.times)
    for name, value in values.items():
        setattr(offer, name, value)
