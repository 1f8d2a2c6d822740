"""Inviting a venue in two fields: its name and an address. A venue that is known already is offered once, not made again.

National venues are shared by programmes, so one of that name may be there. What a programme does at a venue of its own is of no
concern to another: only a national one, or one of that name in the town that was typed, is offered. Such a venue is asked: it
takes part once somebody who runs it now has said yes, whoever the mail was sent to (network/shared_venues).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import Invited, invite
from timecredits.network.models import ProgrammeVenue, RoleKind, Venue
from timecredits.network.programmes import create_venue, join_programme
from timecredits.network.roles import Workplace
from timecredits.network.shared_venues import first_programme, takes_part
from timecredits.network.users import tidy_address

__all__ = ["LONGEST_VENUE", "KnownVenue", "invite_venue", "known_venues", "split_town"]

LONGEST_VENUE: Final = 100
_MOST_KNOWN: Final = 5
_ODD: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class KnownVenue:
    """A venue that may be the one that is meant. `is_here`: it takes part in this programme already."""

    id: UUID
    name: str
    town: str
    is_national: bool
    is_here: bool


def split_town(typed: str) -> tuple[str, str]:
    """A venue's name and its town from one field: "Parkside Pool, Ely"; the town may be empty."""
    name, _comma, town = typed.rpartition(",")
    name, town = " ".join((name or town).split()), " ".join(town.split()) if name else ""
    return name, town


def known_venues(session: Session, programme_id: UUID, typed: str) -> Sequence[KnownVenue]:
    """Venues of that name: this programme's, national ones, and those of the town that was typed. At most five."""
    name, town = split_town(typed)
    whole = " ".join(typed.split())
    here = ProgrammeVenue.id.is_not(None)
    rows = session.execute(
        select(Venue, ProgrammeVenue.id)
        .outerjoin(ProgrammeVenue, (ProgrammeVenue.venue_id == Venue.id) & (ProgrammeVenue.programme_id == programme_id))
        .where(
            func.lower(Venue.name).in_({name.lower(), whole.lower()}),
            or_(here, Venue.is_national, func.lower(Venue.town) == town.lower() if town else here),
        )
        .order_by(here.desc(), Venue.is_national.desc(), Venue.id)
        .limit(_MOST_KNOWN)
    )
    return [KnownVenue(venue.id, venue.name, venue.town, venue.is_national, joined is not None) for venue, joined in rows]


def invite_venue(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    *,
    invitation_id: UUID,
    typed: str,
    email: str,
    same_as: UUID | None = None,
    actor_id: UUID | None,
    base_url: str,
    today: date,
) -> Invited:
    """Make the venue, let it join, and invite whoever will run it. With `same_as` it is a venue that is known already.

    One that takes part elsewhere and not here does not join yet: whoever runs it is asked.

    The same id twice is one venue and one mail. Raises RuleError (fields `name` and `email`), NotFoundError for a `same_as` that
    was not offered for this name.
    """
    known = session.get(Invitation, invitation_id)
    if known is not None:
        if known.programme_id != programme_id or known.venue_id is None:
            raise NotFoundError
        return Invited(known, is_new=False)
    name, town = split_town(typed)
    if not name:
        raise RuleError(Sentence("Type the name of the venue. Nothing was sent."), field="name")
    if len(typed) > LONGEST_VENUE:
        raise RuleError(Sentence("Use at most %(most)s letters. Nothing was sent.", most=LONGEST_VENUE), field="name")
    address = tidy_address(email)
    if same_as is not None and same_as not in {each.id for each in known_venues(session, programme_id, typed)}:
        raise NotFoundError
    with session.begin_nested():
        venue_id = same_as
        if venue_id is None:
            venue_id = create_venue(session, name=name, slug=_free_slug(session, name, town), town=town).id
        asks = first_programme(session, venue_id) is not None and not takes_part(session, programme_id, venue_id)
        if not asks:
            join_programme(session, programme_id, venue_id)
        invited = invite(
            session,
            keyring,
            programme_id,
            Workplace(venue_id=venue_id),
            invitation_id=invitation_id,
            kind=RoleKind.VENUE_MANAGER,
            email=address,
            actor_id=actor_id,
            base_url=base_url,
            today=today,
            asks_venue=asks,
        )
        action = "venue asked to join" if asks else "venue invited"
        audit.record(session, programme_id, action, actor_id=actor_id, subject_id=venue_id)
    return invited


def _free_slug(session: Session, name: str, town: str) -> str:
    """A short name that no venue has: from the name, then with the town, then with a number."""
    base = _ODD.sub("-", fold(name)).strip("-")[:60] or "venue"
    with_town = f"{base}-{_ODD.sub('-', fold(town)).strip('-')}".strip("-")[:90]
    taken = set(session.scalars(select(Venue.slug).where(Venue.slug.startswith(base))))
    wanted = [base, with_town, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in wanted if slug not in taken)
