"""Whom a live code or a card belongs to, without using it: what a kiosk at an organisation's door needs to know."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.spending.answers import Outcome
from timecredits.spending.showing import InProgrammeOf, read_code, refusal_of

__all__ = ["Outcome", "who_shows"]


def who_shows(
    session: Session, keyring: Keyring, programme_id: UUID, device_id: UUID, code: str, now: datetime
) -> UUID | Outcome:
    """The volunteer who shows this code or card (scanned or typed), or why it leads to nobody. It stays good for its own use.

    No second check: nothing of theirs can be taken here. Somebody whose credits are stopped gives time as before. A code on a
    helper's phone is not the person, and a note is nobody. A wrong typed code is counted against the device, as at a till.
    """
    programme = session.get_one(Programme, programme_id)
    shown = read_code(session, keyring, InProgrammeOf(programme.id, programme.number), code, now, device_id=device_id)
    if isinstance(shown, Outcome):
        return shown
    if shown.volunteer_id is None or shown.helper_id is not None:
        return Outcome.WRONG_CODE
    refusal = refusal_of(shown, now)
    return shown.volunteer_id if refusal is None or refusal.outcome is Outcome.FROZEN else refusal.outcome
