"""A venue leaves a programme: it takes no credits from now on, its offers end, and so does its agreement. What was used stays."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.network.agreements import end_venue_agreement
from timecredits.spending.freezing import freeze_venue
from timecredits.spending.offers.offer_keeping import end_offer, list_venue_offers

__all__ = ["leave_programme"]


def leave_programme(session: Session, programme_id: UUID, venue_id: UUID, *, reason: str, actor_id: UUID | None) -> int:
    """Stop the venue with a reason and end all its offers to this programme; answers how many ended. Twice is once.

    Other programmes at the venue go on. Raises NotFoundError for a venue of elsewhere, RuleError(field="reason") without a
    reason. The venue can be let go on (freezing.unfreeze_venue); its offers are then made anew.
    """
    stopped = freeze_venue(session, programme_id, venue_id, reason=reason, actor_id=actor_id)
    ended = [
        end_offer(session, programme_id, venue_id, offer.id, actor_id=actor_id)
        for offer in list_venue_offers(session, programme_id, venue_id)
    ]
    closed = end_venue_agreement(session, programme_id, venue_id, clock.today(), actor_id=actor_id)
    if stopped or ended or closed:
        audit.record(session, programme_id, "venue left", actor_id=actor_id, subject_id=venue_id)
    return len(ended)
