"""How tills are doing: when each was last heard of, when it last sent all it had saved, and which were lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import ProgrammeVenue, Venue
from timecredits.spending.models import RedemptionAttempt, Till, TillKind

A_PAGE = 30
REMOVED_FOR = timedelta(days=60)
"""So long a removed till is still shown: it may yet send what it saved."""


@dataclass(frozen=True, slots=True)
class TillState:
    """One till. `seen_at` None: never heard of since it was paired; `synced_at` None: it never worked with no signal."""

    id: UUID
    name: str
    venue_id: UUID
    venue: str
    paired_at: datetime
    seen_at: datetime | None
    synced_at: datetime | None
    removed_at: datetime | None
    lost_because: str

    @property
    def is_lost(self) -> bool:
        """Whether somebody marked it as lost or stolen."""
        return bool(self.lost_because)


def list_till_states(
    session: Session, programme_id: UUID, *, venue_id: UUID | None = None, search: str = "", page: int = 1
) -> tuple[list[TillState], bool]:
    """A page of the tills of a venue, or of all the programme's: those in use first; and whether more follow. One query.

    Every word of `search` has to be in the till's name, its venue's or the town's.
    """
    query = _states(programme_id).where(Till.revoked_at.is_(None) | (Till.revoked_at > clock.now() - REMOVED_FOR))
    if venue_id is not None:
        query = query.where(Till.venue_id == venue_id)
    for word in search.split():
        where = (column.icontains(word, autoescape=True) for column in (Till.name, Venue.name, Venue.town))
        query = query.where(or_(*where))
    rows = session.execute(
        query.order_by(Till.revoked_at.is_not(None), Venue.name, Till.paired_at, Till.id)
        .offset((max(page, 1) - 1) * A_PAGE)
        .limit(A_PAGE + 1)
    ).all()
    return [_state(row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


def find_till_state(session: Session, programme_id: UUID, till_id: UUID, *, venue_id: UUID | None = None) -> TillState:
    """One till, or NotFoundError for one of elsewhere."""
    query = _states(programme_id).where(Till.id == till_id)
    row = session.execute(query if venue_id is None else query.where(Till.venue_id == venue_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _state(row)


def _states(programme_id: UUID) -> Any:
    asked_at = (
        select(func.max(RedemptionAttempt.arrived_at))
        .where(RedemptionAttempt.programme_id == programme_id, RedemptionAttempt.till_id == Till.id)
        .correlate(Till)
        .scalar_subquery()
    )
    return (
        select(Till, Venue.name.label("venue"), asked_at.label("asked_at"))
        .join(Venue, Venue.id == Till.venue_id)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Till.venue_id)
        .where(ProgrammeVenue.programme_id == programme_id, Till.kind == TillKind.SCREEN)
    )


def _state(row: Any) -> TillState:
    till: Till = row.Till
    return TillState(
        id=till.id,
        name=till.name,
        venue_id=till.venue_id,
        venue=row.venue,
        paired_at=till.paired_at,
        seen_at=max((each for each in (till.last_seen_at, row.asked_at) if each is not None), default=None),
        synced_at=till.last_synced_at,
        removed_at=till.revoked_at,
        lost_because=till.revoked_because or "",
    )
