"""Whether a venue is national: offered to other programmes by its name, with one sheet of totals for all that it serves."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Venue
from timecredits.network.shared_venues import count_programmes, first_programme
from timecredits.network.venue_facts import find_venue

__all__ = ["may_share", "share_venue"]


def may_share(session: Session, programme_id: UUID, venue_id: UUID) -> bool:
    """Whether this programme says if the venue is national: the one that it joined first does."""
    return first_programme(session, venue_id) == programme_id


def share_venue(session: Session, programme_id: UUID, venue_id: UUID, *, is_national: bool, actor_id: UUID | None) -> bool:
    """Say whether a venue is national. False where that stands already.

    Raises NotFoundError; RuleError, and nothing is changed, for a programme that it joined later, and while others still use a
    national one.
    """
    find_venue(session, programme_id, venue_id)
    venue = session.scalars(
        select(Venue).where(Venue.id == venue_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()
    if not may_share(session, programme_id, venue_id):
        raise RuleError(Sentence("Only the programme that this venue joined first can say that. Nothing was changed."))
    if venue.is_national is is_national:
        return False
    if not is_national and count_programmes(session, venue_id) > 1:
        raise RuleError(Sentence("Other programmes use this venue, so it stays national. Nothing was changed."))
    venue.is_national = is_national
    action = "venue made national" if is_national else "venue made local"
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=venue_id)
    session.flush()
    return True
