"""A venue that several programmes share: in which of them somebody works there, and who speaks for the venue itself.

What belongs to one programme, such as offers and totals, is for those who have a role at the venue in that programme. What
all of them share, such as tills and what the venue says of itself, is for those who have one in the programme that the venue
joined first: each programme names whom it likes, and one that joins later must get no hold of what the others rely on.
"""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wall import everywhere
from timecredits.foundation.wording import Sentence
from timecredits.network.models import ProgrammeVenue, RoleKind, StaffRole
from timecredits.network.roles import in_force

__all__ = ["count_programmes", "first_programme", "need_to_speak_for", "programmes_served", "speaks_for", "takes_part"]

_REFUSED: Final = Sentence("Only somebody who runs this venue in its first programme can do that. Nothing was changed.")


def takes_part(session: Session, programme_id: UUID, venue_id: UUID) -> bool:
    """Whether a venue takes part in a programme."""
    query = select(ProgrammeVenue.id).where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.venue_id == venue_id)
    return session.scalar(query) is not None


def first_programme(session: Session, venue_id: UUID) -> UUID | None:
    """The programme that a venue joined first; None where it takes part in none."""
    with everywhere(session):
        return session.scalar(
            select(ProgrammeVenue.programme_id)
            .where(ProgrammeVenue.venue_id == venue_id)
            .order_by(ProgrammeVenue.joined_on, ProgrammeVenue.id)
            .limit(1)
        )


def count_programmes(session: Session, venue_id: UUID) -> int:
    """In how many programmes a venue takes part."""
    with everywhere(session):
        return session.scalar(select(func.count()).select_from(ProgrammeVenue).where(ProgrammeVenue.venue_id == venue_id)) or 0


def programmes_served(session: Session, venue_id: UUID, user_id: UUID, *, today: date) -> frozenset[UUID]:
    """The programmes in which a user runs this venue today: of no others do they see totals or offers there."""
    with everywhere(session):
        return frozenset(
            session.scalars(
                select(StaffRole.programme_id).where(
                    StaffRole.venue_id == venue_id,
                    StaffRole.kind == RoleKind.VENUE_MANAGER,
                    StaffRole.user_id == user_id,
                    in_force(today),
                )
            )
        )


def speaks_for(session: Session, venue_id: UUID, user_id: UUID, *, today: date) -> bool:
    """Whether a user runs the venue in the programme that it joined first."""
    return first_programme(session, venue_id) in programmes_served(session, venue_id, user_id, today=today)


def need_to_speak_for(session: Session, venue_id: UUID, actor_id: UUID | None) -> None:
    """Raise RuleError for somebody who doesn't speak for the venue. None is no person, and may (commands, sample data)."""
    if actor_id is not None and not speaks_for(session, venue_id, actor_id, today=clock.today()):
        raise RuleError(_REFUSED)
