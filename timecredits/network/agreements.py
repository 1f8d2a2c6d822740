"""What is agreed with an organisation or a venue: when it was signed and its last day.

Nothing stops by itself when that day has passed. Both days stand on the organisation, and on the venue's part in the programme.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation, ProgrammeVenue
from timecredits.network.scope import find_and_hold
from timecredits.network.venue_facts import find_membership

__all__ = [
    "ENDS_SOON",
    "Agreement",
    "agreement_of",
    "check_past",
    "end_venue_agreement",
    "forget_agreement",
    "forget_venue_agreement",
    "note_agreement",
    "note_venue_agreement",
    "venue_agreements_to_tell",
]

ENDS_SOON: Final = timedelta(days=60)
"""So long before its end an agreement is said to end soon."""
_EARLIEST: Final = date(1990, 1, 1)


class Agreement(StrEnum):
    """How an agreement with the programme stands on a day."""

    NONE = "none"
    GOOD = "good"
    ENDING = "ending"  # within 60 days
    ENDED = "ended"


def agreement_of(agreed: Organisation | ProgrammeVenue, today: date) -> Agreement:
    """How it stands on a day. The last day still counts."""
    if agreed.agreed_on is None:
        return Agreement.NONE
    ends_on = agreed.agreement_ends_on
    if ends_on is None or ends_on > today + ENDS_SOON:
        return Agreement.GOOD
    return Agreement.ENDED if ends_on < today else Agreement.ENDING


def venue_agreements_to_tell(session: Session, programme_id: UUID, today: date) -> Mapping[UUID, Agreement]:
    """The agreements that end soon or ended in the last 60 days, by venue. What is older is no news in a list. One query."""
    rows = session.scalars(
        select(ProgrammeVenue).where(
            ProgrammeVenue.programme_id == programme_id,
            ProgrammeVenue.agreed_on.is_not(None),
            ProgrammeVenue.agreement_ends_on.between(today - ENDS_SOON, today + ENDS_SOON),
        )
    )
    return {row.venue_id: agreement_of(row, today) for row in rows}


def note_agreement(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    agreed_on: date,
    ends_on: date | None,
    today: date,
    actor_id: UUID | None,
) -> bool:
    """Note when an organisation's agreement was signed, and its last day (None: no end). False where that stands already.

    Raises RuleError at `agreed_on` for a day to come or long ago, at `ends_on` for one that is not after it; NotFoundError.
    """
    row = find_and_hold(session, Organisation, programme_id, organisation_id)
    changed = _set(row, agreed_on, ends_on, today)
    if changed:
        _record(session, row, "agreement noted", actor_id)
    return changed


def forget_agreement(session: Session, programme_id: UUID, organisation_id: UUID, *, actor_id: UUID | None) -> bool:
    """Take back that there is an agreement with an organisation. False where there was none."""
    row = find_and_hold(session, Organisation, programme_id, organisation_id)
    changed = _clear(row)
    if changed:
        _record(session, row, "agreement taken back", actor_id)
    return changed


def note_venue_agreement(
    session: Session,
    programme_id: UUID,
    venue_id: UUID,
    *,
    agreed_on: date,
    ends_on: date | None,
    today: date,
    actor_id: UUID | None,
) -> bool:
    """The same for a venue."""
    part = find_membership(session, programme_id, venue_id, hold=True)
    changed = _set(part, agreed_on, ends_on, today)
    if changed:
        _record(session, part, "venue agreement noted", actor_id)
    return changed


def forget_venue_agreement(session: Session, programme_id: UUID, venue_id: UUID, *, actor_id: UUID | None) -> bool:
    """Take back that there is an agreement with a venue. False where there was none."""
    part = find_membership(session, programme_id, venue_id, hold=True)
    changed = _clear(part)
    if changed:
        _record(session, part, "venue agreement taken back", actor_id)
    return changed


def end_venue_agreement(session: Session, programme_id: UUID, venue_id: UUID, day: date, *, actor_id: UUID | None) -> bool:
    """Let a venue's agreement end on a day, if it would go on after it. False where it does not."""
    part = find_membership(session, programme_id, venue_id, hold=True)
    if part.agreed_on is None or part.agreed_on >= day or (part.agreement_ends_on is not None and part.agreement_ends_on <= day):
        return False
    part.agreement_ends_on = day
    _record(session, part, "venue agreement ended", actor_id)
    return True


def check_past(day: date, today: date, field: str) -> None:
    """Raise RuleError at `field` for a day to come, or before there were time credits."""
    if day > today:
        raise RuleError(Sentence("That day has not come yet. Nothing was saved. Type today or a day before."), field=field)
    if day < _EARLIEST:
        raise RuleError(Sentence("That is very long ago. Nothing was saved. Check the year."), field=field)


def _set(agreed: Organisation | ProgrammeVenue, agreed_on: date, ends_on: date | None, today: date) -> bool:
    check_past(agreed_on, today, "agreed_on")
    if ends_on is not None and ends_on <= agreed_on:
        raise RuleError(Sentence("It can't end before it was signed. Nothing was saved. Check both days."), field="ends_on")
    if (agreed.agreed_on, agreed.agreement_ends_on) == (agreed_on, ends_on):
        return False
    agreed.agreed_on, agreed.agreement_ends_on = agreed_on, ends_on
    return True


def _clear(agreed: Organisation | ProgrammeVenue) -> bool:
    if agreed.agreed_on is None:
        return False
    agreed.agreed_on = agreed.agreement_ends_on = None
    return True


def _record(session: Session, agreed: Organisation | ProgrammeVenue, action: str, actor_id: UUID | None) -> None:
    session.flush()
    at = agreed.id if isinstance(agreed, Organisation) else None
    about = agreed.id if isinstance(agreed, Organisation) else agreed.venue_id
    audit.record(session, agreed.programme_id, action, actor_id=actor_id, subject_id=about, organisation_id=at)
