"""Numbers that a till counted and that never came: scans that were lost with it, or that it still holds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.wall import everywhere
from timecredits.network.models import ProgrammeVenue, Venue
from timecredits.spending.models import Till
from timecredits.spending.offline_models import OfflineUse

MOST_GAPS = 100
SHOWN_FOR = timedelta(days=60)
"""So long after what came behind it a gap is worth a word."""

_offline: Any = OfflineUse.__table__


@dataclass(frozen=True, slots=True)
class Gap:
    """From `first` to `last`, both counted, nothing came of a till."""

    till_id: UUID
    till: str
    venue: str
    first: int
    last: int

    @property
    def missing(self) -> int:
        """How many never came."""
        return self.last - self.first + 1


def find_gaps(session: Session, programme_id: UUID, *, venue_id: UUID | None = None) -> list[Gap]:
    """Where numbers are missing among what the tills of the programme's venues, or of one of them, sent lately. One query.

    A till counts through whatever programme a use is of, so those of a venue's other programmes are counted too, and nothing else
    of them is looked at.
    """
    venues = select(ProgrammeVenue.venue_id).where(ProgrammeVenue.programme_id == programme_id)
    if venue_id is not None:
        venues = venues.where(ProgrammeVenue.venue_id == venue_id)
    served = select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id.in_(venues))
    wanted = [_offline.c.programme_id.in_(served), _offline.c.venue_id.in_(venues)]
    before = func.lag(_offline.c.sequence, 1, 0).over(partition_by=_offline.c.till_id, order_by=_offline.c.sequence)
    came = (
        select(_offline.c.till_id, _offline.c.sequence, _offline.c.arrived_at, before.label("before")).where(*wanted).subquery()
    )
    query = (
        select(came.c.till_id, Till.name.label("till"), Venue.name.label("venue"), came.c.before, came.c.sequence)
        .join(Till, Till.id == came.c.till_id)
        .join(Venue, Venue.id == Till.venue_id)
        .where(came.c.sequence - came.c.before > 1, came.c.arrived_at > clock.now() - SHOWN_FOR)
        .order_by(Venue.name, Till.name, came.c.till_id, came.c.sequence)
        .limit(MOST_GAPS)
    )
    with everywhere(session):
        rows = session.execute(query).all()
    return [Gap(row.till_id, row.till, row.venue, row.before + 1, row.sequence - 1) for row in rows]
