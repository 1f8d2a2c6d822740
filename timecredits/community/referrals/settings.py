"""Whether people can ask an organisation on the programme's public page."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.network.models import Organisation
from timecredits.network.scope import find, find_and_hold

__all__ = ["set_takes_requests", "takes_requests"]


def takes_requests(session: Session, programme_id: UUID, organisation_id: UUID) -> bool:
    """Whether it takes requests now."""
    return find(session, Organisation, programme_id, organisation_id).takes_referrals


def set_takes_requests(
    session: Session, programme_id: UUID, organisation_id: UUID, *, takes: bool, actor_id: UUID | None
) -> None:
    """Take requests from now on, or no more; those that were sent stay. Twice is once."""
    organisation = find_and_hold(session, Organisation, programme_id, organisation_id)
    if organisation.takes_referrals is takes:
        return
    organisation.takes_referrals = takes
    session.flush()
    action = "referrals opened" if takes else "referrals closed"
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=organisation_id, organisation_id=organisation_id)
