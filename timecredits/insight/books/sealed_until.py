"""Up to when what moved is sealed (docs/adr/0040): the page of the books says so."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.ledger.seals import last_seal

__all__ = ["sealed_until"]


def sealed_until(session: Session, programme_id: UUID) -> datetime | None:
    """The moment before which every movement of credits is sealed; None before the first seal."""
    newest = last_seal(session, programme_id)
    return None if newest is None else newest.covers_until
