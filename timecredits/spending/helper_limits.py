"""How much a helper may still use or give for somebody this week, as the two agreed.

Weeks begin on Monday in local time. Uses and gifts count together; what was undone counts no more.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import first_moment, local_day
from timecredits.spending.giving_models import Gift, Helping
from timecredits.spending.models import Redemption

_WEEK = timedelta(days=7)

_gift: Any = Gift.__table__
_redemption: Any = Redemption.__table__


def helper_room(session: Session, programme_id: UUID, volunteer_id: UUID, helper_id: UUID, now: datetime) -> int | None:
    """How many minutes of `volunteer_id`'s credits the helper may still use or give this week: 0 or more. One query.

    None: they have no such agreement, or it has not begun or has ended. Two uses at once could both find the same room: lock the
    person whose credits they are (`hours.hour_facts.lock_people`) before asking.
    """
    monday = local_day(now) - timedelta(days=local_day(now).weekday())
    begins, ends = first_moment(monday), first_moment(monday + _WEEK)
    used = (
        select(func.coalesce(func.sum(_redemption.c.minutes), 0))
        .where(
            _redemption.c.programme_id == programme_id,
            _redemption.c.volunteer_id == volunteer_id,
            _redemption.c.helper_id == helper_id,
            _redemption.c.used_at >= begins,
            _redemption.c.used_at < ends,
            _redemption.c.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    given = (
        select(func.coalesce(func.sum(_gift.c.minutes), 0))
        .where(
            _gift.c.programme_id == programme_id,
            _gift.c.from_volunteer_id == volunteer_id,
            _gift.c.helper_id == helper_id,
            _gift.c.given_at >= begins,
            _gift.c.given_at < ends,
            _gift.c.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    row = session.execute(
        select(Helping.minutes_a_week, used, given)
        .where(
            Helping.programme_id == programme_id,
            Helping.volunteer_id == volunteer_id,
            Helping.helper_id == helper_id,
            standing(now),
        )
        .order_by(Helping.begins_at.desc(), Helping.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else max(0, row[0] - int(row[1]) - int(row[2]))


def standing(now: datetime) -> ColumnElement[bool]:
    """The condition that an agreement of `Helping` counts at `now`: begun and not ended. Its end may be agreed in advance."""
    return (Helping.begins_at <= now) & or_(Helping.ended_at.is_(None), Helping.ended_at > now)
