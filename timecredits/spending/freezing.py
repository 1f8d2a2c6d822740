"""Stopping the use of credits, of one person or at one venue, and letting it go on. It counts from the next request.

A person whose credits are stopped goes on earning. They read whom to ask, never why; only staff of the organisation that stopped
it read that, because another might not know that the person is known there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.contacts import Contact
from timecredits.network.models import Organisation, ProgrammeVenue, Venue, Volunteer
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.expiry import GOES_ON

__all__ = [
    "LONGEST_REASON",
    "Hold",
    "VenueState",
    "find_hold",
    "find_venue_state",
    "freeze_person",
    "freeze_venue",
    "list_venue_states",
    "unfreeze_person",
    "unfreeze_venue",
    "whom_to_ask",
]

LONGEST_REASON = 200
STOPPED = "use of credits stopped"


@dataclass(frozen=True, slots=True)
class Hold:
    """That somebody's credits are stopped, as staff of one organisation see it; `reason` only where it is theirs to read."""

    since: datetime
    reason: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class VenueState:
    """A venue of a programme. `stopped_at` None: credits are taken there."""

    venue_id: UUID
    name: str
    town: str
    stopped_at: datetime | None
    reason: str


def find_hold(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Hold | None:
    """Whether the credits of somebody enrolled here are stopped. Raises NotFoundError for somebody who isn't."""
    volunteer = find_enrolled(session, programme_id, organisation_id, volunteer_id).volunteer
    if volunteer.frozen_at is None:
        return None
    is_ours = volunteer.frozen_by == organisation_id
    return Hold(volunteer.frozen_at, (volunteer.frozen_because or "") if is_ours else "", is_ours)


def whom_to_ask(session: Session, programme_id: UUID, volunteer: Volunteer) -> Contact | None:
    """Whom a person whose credits are stopped can ask, or None where they aren't stopped. No query for everybody else.

    Where nobody is known, every part of the contact is empty.
    """
    if volunteer.frozen_at is None:
        return None
    row = session.execute(
        select(Organisation.name, Organisation.contact_phone, Organisation.contact_email).where(
            Organisation.programme_id == programme_id, Organisation.id == volunteer.frozen_by
        )
    ).one_or_none()
    return Contact(row.name, row.contact_phone, row.contact_email) if row else Contact("", "", "")


def freeze_person(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, reason: str, actor_id: UUID | None
) -> bool:
    """Stop the use of somebody's credits; answers False when they are stopped already, and changes nothing then.

    Raises RuleError without a reason, NotFoundError for somebody who isn't enrolled here.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    values = {"frozen_at": clock.now(), "frozen_because": _tidy(reason), "frozen_by": organisation_id}
    changed = session.execute(
        update(Volunteer)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id, Volunteer.frozen_at.is_(None))
        .values(**values)
        .returning(Volunteer.id)
    ).one_or_none()
    return _recorded(
        session, changed is not None, programme_id, "use of credits stopped", actor_id, volunteer_id, organisation_id
    )


def unfreeze_person(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> bool:
    """Let somebody use their credits again; answers False when nothing was stopped.

    Raises NotFoundError for somebody who isn't enrolled here, RuleError where another organisation stopped it.
    """
    hold = find_hold(session, programme_id, organisation_id, volunteer_id)
    if hold is not None and not hold.is_ours:
        raise RuleError(Sentence("You can not change this here. Nothing was changed. Ask the people who run the programme."))
    changed = session.execute(
        update(Volunteer)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id, Volunteer.frozen_by == organisation_id)
        .values(frozen_at=None, frozen_because=None, frozen_by=None)
        .returning(Volunteer.id)
    ).one_or_none()
    return _recorded(session, changed is not None, programme_id, GOES_ON, actor_id, volunteer_id, organisation_id)


def list_venue_states(session: Session, programme_id: UUID, *, search: str = "") -> Sequence[VenueState]:
    """The programme's venues by name, the stopped ones first. One query. Every word of `search` is in the name or the town."""
    query = _states(programme_id)
    for word in search.split():
        query = query.where(Venue.name.icontains(word, autoescape=True) | Venue.town.icontains(word, autoescape=True))
    rows = session.execute(query.order_by(ProgrammeVenue.frozen_at.is_(None), Venue.name, Venue.id))
    return [_state(row) for row in rows]


def find_venue_state(session: Session, programme_id: UUID, venue_id: UUID) -> VenueState:
    """One venue of the programme. Raises NotFoundError."""
    row = session.execute(_states(programme_id).where(ProgrammeVenue.venue_id == venue_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _state(row)


def freeze_venue(session: Session, programme_id: UUID, venue_id: UUID, *, reason: str, actor_id: UUID | None) -> bool:
    """Let a venue take no credits of this programme; False when it is stopped already. Raises RuleError and NotFoundError."""
    find_venue_state(session, programme_id, venue_id)
    changed = session.execute(
        update(ProgrammeVenue)
        .where(
            ProgrammeVenue.programme_id == programme_id,
            ProgrammeVenue.venue_id == venue_id,
            ProgrammeVenue.frozen_at.is_(None),
        )
        .values(frozen_at=clock.now(), frozen_because=_tidy(reason))
        .returning(ProgrammeVenue.id)
    ).one_or_none()
    return _recorded(session, changed is not None, programme_id, "venue stopped", actor_id, venue_id)


def unfreeze_venue(session: Session, programme_id: UUID, venue_id: UUID, *, actor_id: UUID | None) -> bool:
    """Let a venue take credits again; False when nothing was stopped. Raises NotFoundError for a venue of elsewhere."""
    find_venue_state(session, programme_id, venue_id)
    changed = session.execute(
        update(ProgrammeVenue)
        .where(
            ProgrammeVenue.programme_id == programme_id,
            ProgrammeVenue.venue_id == venue_id,
            ProgrammeVenue.frozen_at.is_not(None),
        )
        .values(frozen_at=None, frozen_because=None)
        .returning(ProgrammeVenue.id)
    ).one_or_none()
    return _recorded(session, changed is not None, programme_id, "venue let go on", actor_id, venue_id)


def _tidy(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(Sentence("Say why. Nothing was stopped."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(Sentence("Use at most %(most)s letters. Nothing was stopped.", most=LONGEST_REASON), field="reason")
    return reason


def _recorded(
    session: Session,
    changed: bool,  # noqa: FBT001  what the UPDATE said
    programme_id: UUID,
    action: str,
    actor_id: UUID | None,
    subject_id: UUID,
    organisation_id: UUID | None = None,
) -> bool:
    if changed:
        audit.record(session, programme_id, action, actor_id=actor_id, subject_id=subject_id, organisation_id=organisation_id)
    return changed


def _states(programme_id: UUID) -> Any:
    return (
        select(ProgrammeVenue, Venue)
        .join(Venue, Venue.id == ProgrammeVenue.venue_id)
        .where(ProgrammeVenue.programme_id == programme_id)
    )


def _state(row: Any) -> VenueState:
    membership, venue = row
    return VenueState(venue.id, venue.name, venue.town, membership.frozen_at, membership.frozen_because or "")
