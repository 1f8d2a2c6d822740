"""Whom a live code belongs to, without using it: what a kiosk at an organisation's door needs to know."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.spending.answers import Outcome
from timecredits.spending.deciding import InProgrammeOf, find_holder

__all__ = ["Outcome", "who_shows"]


def who_shows(
    session: Session, keyring: Keyring, programme_id: UUID, device_id: UUID, code: str, now: datetime
) -> UUID | Outcome:
    """The volunteer who shows this code (scanned or typed), or why it leads to nobody. It stays good for its own use.

    A wrong typed code is counted against the device, as at a till.
    """
    programme = session.get_one(Programme, programme_id)
    holder = find_holder(session, keyring, device_id, [InProgrammeOf(programme.id, programme.number)], code, now)
    return holder if isinstance(holder, Outcome) else holder.volunteer_id
