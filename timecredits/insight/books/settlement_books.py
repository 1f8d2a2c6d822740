"""Proof that what venues are told they are owed for is what was used there, as it was at the watermark."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.insight.counting.months import add_months, moments, month_of
from timecredits.insight.counting.recount import use_stands_at
from timecredits.insight.roll_up_models import RollUp, VenueDay, VenueSettlement
from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Transfer
from timecredits.spending.models import Redemption

__all__ = ["check_settlements"]

_transfer: Any = Transfer.__table__
_redemption: Any = Redemption.__table__
_Sums = dict[UUID, tuple[int, int, int]]


def check_settlements(session: Session, programme_id: UUID, *, months: int | None) -> list[BookFault]:
    """Every fault between settled months and the uses they are of, in the newest months (None: in all).

    `settlement_differs`: venues where a month's total is not what was used. `venue_days_differ`: those where the days don't add
    up to the month's total.
    """
    counted_to = session.scalar(select(RollUp.counted_to).where(RollUp.programme_id == programme_id))
    if counted_to is None:
        return []
    last = month_of(local_day(counted_to - timedelta(microseconds=1)))
    first = add_months(last, 1 - months) if months is not None else _first_month(session, programme_id, last)
    wrong: set[UUID] = set()
    of_days: set[UUID] = set()
    month = first
    while month <= last:
        settled = _settled(session, programme_id, month)
        wrong |= _differ(settled, _used(session, programme_id, month, counted_to))
        of_days |= _differ(settled, _by_days(session, programme_id, month))
        month = add_months(month, 1)
    found = {"settlement_differs": wrong, "venue_days_differ": of_days}
    return [BookFault(rule, programme_id, tuple(sorted(ids))) for rule, ids in found.items() if ids]


def _first_month(session: Session, programme_id: UUID, last: date) -> date:
    settled = session.scalar(select(func.min(VenueSettlement.month)).where(VenueSettlement.programme_id == programme_id))
    used = session.scalar(select(func.min(Redemption.used_at)).where(Redemption.programme_id == programme_id))
    return min(each for each in (last, settled, month_of(local_day(used)) if used is not None else None) if each is not None)


def _settled(session: Session, programme_id: UUID, month: date) -> _Sums:
    rows = session.execute(
        select(VenueSettlement.venue_id, VenueSettlement.uses, VenueSettlement.visitors, VenueSettlement.minutes).where(
            VenueSettlement.programme_id == programme_id, VenueSettlement.month == month
        )
    )
    return _sums(rows)


def _used(session: Session, programme_id: UUID, month: date, counted_to: Any) -> _Sums:
    begins, ends = moments(month)
    rows = session.execute(
        select(
            _redemption.c.venue_id,
            func.count(),
            func.sum(_redemption.c.adults + _redemption.c.under_16s),
            func.sum(_redemption.c.minutes),
        )
        .join(_transfer, and_(_transfer.c.programme_id == _redemption.c.programme_id, _transfer.c.id == _redemption.c.id))
        .where(
            _redemption.c.programme_id == programme_id,
            _redemption.c.used_at >= begins,
            _redemption.c.used_at < ends,
            use_stands_at(counted_to),
        )
        .group_by(_redemption.c.venue_id)
    )
    return _sums(rows)


def _by_days(session: Session, programme_id: UUID, month: date) -> _Sums:
    rows = session.execute(
        select(VenueDay.venue_id, func.sum(VenueDay.uses), func.sum(VenueDay.visitors), func.sum(VenueDay.minutes))
        .where(VenueDay.programme_id == programme_id, VenueDay.day >= month, VenueDay.day < add_months(month, 1))
        .group_by(VenueDay.venue_id)
    )
    return _sums(rows)


def _sums(rows: Iterable[Any]) -> _Sums:
    return {venue_id: (int(uses), int(visitors), int(minutes)) for venue_id, uses, visitors, minutes in rows}


def _differ(ones: _Sums, others: _Sums) -> set[UUID]:
    return {venue_id for venue_id in ones.keys() | others.keys() if ones.get(venue_id) != others.get(venue_id)}
