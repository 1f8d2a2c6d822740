"""A venue's totals by month from the settlement table: over all programmes for a national venue, or of one programme.

Few visitors are hidden, and so is enough beside them that what is hidden can't be worked out from what is shown. A total is
the sum of what is shown, never more. Of other programmes only months that are over are shown: from one day to the next a month
that still grows would tell of single visits.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.insight.counting.months import month_of, year_of
from timecredits.insight.roll_up_models import VenueSettlement
from timecredits.network.models import Programme, ProgrammeVenue, Venue

__all__ = ["FEW", "Sum", "VenueMonth", "VenueTotals", "all_programmes", "kept_back", "one_programme"]

FEW: Final = 5
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum:
    """Uses that stand, people who came on them, and minutes of credit."""

    uses: int = 0
    visitors: int = 0
    minutes: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.uses + other.uses, self.visitors + other.visitors, self.minutes + other.minutes)


@dataclass(frozen=True, slots=True)
class VenueMonth:
    """One month: by programme what is shown (None: hidden), what the hidden ones come to together, and all of it.

    `together` and `total` are None where they would tell what is hidden.
    """

    month: date
    of: Mapping[UUID, Sum | None]
    together: Sum | None
    total: Sum | None


@dataclass(frozen=True, slots=True)
class VenueTotals:
    """The newest month first. `programmes` are (id, name), one's own first. `as_of` None: nothing was counted yet."""

    programmes: Sequence[tuple[UUID, str]]
    months: Sequence[VenueMonth]
    as_of: datetime | None

    @property
    def shown(self) -> Sum:
        """The sum of the months' totals that are shown."""
        return sum((month.total for month in self.months if month.total is not None), Sum())


def kept_back(visitors: Mapping[_Key, int], known: frozenset[_Key] = frozenset()) -> tuple[frozenset[_Key], bool]:
    """Which of these are hidden, and whether their sum may be shown. What the reader knows anyway is not hidden.

    Hidden are those with fewer than FEW visitors, and with them the next smallest, with all that are as many. So among what is
    hidden there are two different numbers, and nothing says which is whose: each may be any of them. Where there is nobody to
    hide beside the few, the sum is hidden too.
    """
    others = {key: count for key, count in visitors.items() if key not in known and count > 0}
    few = {key for key, count in others.items() if count < FEW}
    if not few:
        return frozenset(), True
    next_smallest = min((count for count in others.values() if count >= FEW), default=None)
    return frozenset(few | {key for key, count in others.items() if count == next_smallest}), next_smallest is not None


def all_programmes(
    session: Session,
    programme_id: UUID,
    venue_id: UUID,
    *,
    today: date,
    served: Collection[UUID] | None = None,
    months: int = 24,
) -> VenueTotals:
    """What a venue's manager sees: every programme's months where the venue is national, else their own programme's. Two queries.

    `served` are the programmes in which they run the venue (network/shared_venues): of no others is anything shown; None: of all.
    Their own programme's months are never hidden from them: they see each of its visits.
    """
    named = session.execute(
        select(Programme.id, Programme.name, Venue.is_national)
        .join(ProgrammeVenue, ProgrammeVenue.programme_id == Programme.id)
        .join(Venue, Venue.id == ProgrammeVenue.venue_id)
        .where(ProgrammeVenue.venue_id == venue_id)
        .order_by(Programme.number)
    ).all()
    shown = [
        (row.id, row.name)
        for row in named
        if row.id == programme_id or (row.is_national and (served is None or row.id in served))
    ]
    shown.sort(key=lambda each: each[0] != programme_id)
    rows = _rows(session, venue_id, [each for each, _name in shown])
    by_month: defaultdict[date, dict[UUID, Sum]] = defaultdict(dict)
    for row in rows:
        if row.programme_id == programme_id or row.month < month_of(today):
            by_month[row.month][row.programme_id] = Sum(row.uses, row.visitors, row.minutes)
    found = [_month(month, sums, programme_id) for month, sums in sorted(by_month.items(), reverse=True)[:months]]
    return VenueTotals(shown, found, max((row.counted_to for row in rows), default=None))


def one_programme(
    session: Session, programme_id: UUID, venue_id: UUID, *, starts_in: int, today: date, months: int = 24
) -> VenueTotals:
    """What a programme's manager sees: their own programme's months that are over, each reporting year hidden by itself."""
    name = session.execute(select(Programme.name).where(Programme.id == programme_id)).scalar_one()
    rows = _rows(session, venue_id, [programme_id])
    years: defaultdict[date, dict[date, Sum]] = defaultdict(dict)
    for row in rows:
        if row.month < month_of(today):
            years[year_of(row.month, starts_in)][row.month] = Sum(row.uses, row.visitors, row.minutes)
    found = []
    for sums in years.values():
        hidden, _safe = kept_back({month: each.visitors for month, each in sums.items()})
        for month, each in sums.items():
            seen = None if month in hidden else each
            found.append(VenueMonth(month, {programme_id: seen}, None, seen))
    found.sort(key=lambda each: each.month, reverse=True)
    return VenueTotals([(programme_id, name)], found[:months], max((row.counted_to for row in rows), default=None))


def _month(month: date, sums: Mapping[UUID, Sum], own: UUID) -> VenueMonth:
    hidden, is_safe = kept_back({who: each.visitors for who, each in sums.items()}, frozenset({own}))
    together = sum((sums[each] for each in hidden), Sum())
    return VenueMonth(
        month,
        {who: None if who in hidden else each for who, each in sums.items()},
        together if hidden and is_safe else None,
        sum(sums.values(), Sum()) if is_safe else None,
    )


def _rows(session: Session, venue_id: UUID, programmes: Sequence[UUID]) -> Sequence[VenueSettlement]:
    return session.scalars(
        select(VenueSettlement).where(VenueSettlement.venue_id == venue_id, VenueSettlement.programme_id.in_(programmes))
    ).all()
