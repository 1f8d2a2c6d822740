"""A venue's days: people and credits, offer by offer, of one day or of a stretch of days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.clock import first_moment, local_day
from timecredits.spending.models import Redemption
from timecredits.spending.visits import Visit, visit_of, visits_query


@dataclass(frozen=True)
class Total:
    """Visits that stand, added up: of an offer, of a day or of all. `minutes` are of credit."""

    visits: int = 0
    people: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class VenueDays:
    """A venue's visits from `first` to `last`, both included, newest first, and what stands of them together."""

    first: date
    last: date
    visits: list[Visit]

    @property
    def total(self) -> Total:
        """What stands of them."""
        return _sum(self.visits)

    @property
    def by_offer(self) -> list[tuple[str, Total]]:
        """What stands, for each offer's name, the most people first."""
        found = _sums((visit.offer_name, visit) for visit in self.visits)
        return sorted(found.items(), key=lambda item: (-item[1].people, item[0]))

    @property
    def by_day(self) -> list[tuple[date, Total]]:
        """What stands, for each day that had visits, the last day first."""
        found = _sums((local_day(visit.used_at), visit) for visit in self.visits)
        return sorted(found.items(), reverse=True)


def venue_days(session: Session, programme_id: UUID, venue_id: UUID, first: date, last: date) -> VenueDays:
    """What was used at a venue from one day to another (Europe/London), by when it was scanned. One query."""
    return VenueDays(
        first, last, _read(session, programme_id, venue_id, first_moment(first), first_moment(last + timedelta(days=1)))
    )


def _read(session: Session, programme_id: UUID, venue_id: UUID, begins: datetime, ends: datetime) -> list[Visit]:
    rows = session.execute(
        visits_query().where(
            Redemption.programme_id == programme_id,
            Redemption.venue_id == venue_id,
            Redemption.used_at >= begins,
            Redemption.used_at < ends,
        ),
    )
    return [visit_of(row) for row in rows]


def _sums(visits: Iterable[tuple[Any, Visit]]) -> dict[Any, Total]:
    grouped: dict[Any, list[Visit]] = {}
    for key, visit in visits:
        if visit.undone_because is None:
            grouped.setdefault(key, []).append(visit)
    return {key: _sum(each) for key, each in grouped.items()}


def _sum(visits: Iterable[Visit]) -> Total:
    standing = [visit for visit in visits if visit.undone_because is None]
    return Total(len(standing), sum(visit.people for visit in standing), sum(visit.minutes for visit in standing))
