"""What was used at each venue on each day, and by month for the venue itself, which may serve several programmes."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import first_moment, local_day
from timecredits.foundation.db import new_id
from timecredits.insight.counting.months import add_months, month_of
from timecredits.insight.counting.recount import insert_rows, use_stands_at
from timecredits.insight.roll_up_models import VenueDay, VenueSettlement
from timecredits.ledger.models import Transfer
from timecredits.spending.models import Redemption

__all__ = ["Days", "count_days", "settle", "write_days"]

_transfer: Any = Transfer.__table__
_day: Any = VenueDay.__table__

Days = dict[tuple[UUID, date], tuple[int, int, int]]
"""By venue and day: uses, visitors and minutes."""


def count_days(session: Session, programme_id: UUID, days: Collection[tuple[UUID, date]], ends: datetime) -> Days:
    """These venues' days in London, anew from the uses that stood at `ends`."""
    found: Days = dict.fromkeys(days, (0, 0, 0))
    for (venue_id, _month), touched in _by_month(days).items():
        uses = session.execute(
            select(Redemption.used_at, Redemption.adults + Redemption.under_16s, Redemption.minutes)
            .join(_transfer, and_(_transfer.c.programme_id == Redemption.programme_id, _transfer.c.id == Redemption.id))
            .where(
                Redemption.programme_id == programme_id,
                Redemption.venue_id == venue_id,
                Redemption.used_at >= first_moment(min(touched)),
                Redemption.used_at < first_moment(max(touched) + timedelta(days=1)),
                use_stands_at(ends),
            )
            .execution_options(yield_per=1000)
        )
        for used_at, visitors, minutes in uses:
            key = venue_id, local_day(used_at)
            if key in found:
                before = found[key]
                found[key] = before[0] + 1, before[1] + visitors, before[2] + minutes
    return found


def write_days(session: Session, programme_id: UUID, days: Days) -> None:
    """Put these in the place of what was counted before; a day without uses has no row."""
    for (venue_id, _month), touched in _by_month(days).items():
        session.execute(
            delete(_day).where(_day.c.programme_id == programme_id, _day.c.venue_id == venue_id, _day.c.day.in_(sorted(touched)))
        )
    rows = [
        {"programme_id": programme_id, "id": new_id(), "venue_id": venue_id, "day": day}
        | dict(zip(("uses", "visitors", "minutes"), counts, strict=True))
        for (venue_id, day), counts in days.items()
        if counts[0]
    ]
    insert_rows(session, VenueDay, rows)


def settle(session: Session, programme_id: UUID, days: Days, counted_to: datetime) -> None:
    """Renew the months of the settlement table that these days belong to, as the sums of their days."""
    for venue_id, month in sorted({(venue_id, month_of(day)) for venue_id, day in days}):
        uses, visitors, minutes = session.execute(
            select(func.sum(VenueDay.uses), func.sum(VenueDay.visitors), func.sum(VenueDay.minutes)).where(
                VenueDay.programme_id == programme_id,
                VenueDay.venue_id == venue_id,
                VenueDay.day >= month,
                VenueDay.day < add_months(month, 1),
            )
        ).one()
        own: Any = and_(
            VenueSettlement.programme_id == programme_id, VenueSettlement.venue_id == venue_id, VenueSettlement.month == month
        )
        session.execute(delete(VenueSettlement).where(own))
        if uses:
            session.add(
                VenueSettlement(
                    programme_id=programme_id,
                    venue_id=venue_id,
                    month=month,
                    uses=int(uses),
                    visitors=int(visitors),
                    minutes=int(minutes),
                    counted_to=counted_to,
                )
            )
    session.flush()


def _by_month(days: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], set[date]]:
    """By venue and month, in order: a question a month and not a question a day."""
    found: dict[tuple[UUID, date], set[date]] = {}
    for venue_id, day in sorted(days):
        found.setdefault((venue_id, month_of(day)), set()).add(day)
    return found
