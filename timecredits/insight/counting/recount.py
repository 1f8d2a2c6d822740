"""One month of some people, worked out anew from the records as they were at an instant: hours, credits and uses.

Hours count in the month they were given in; credits in the month in which the ledger moved them, so that what came in less what
went out is always what is there; uses in the month of the visit. A reversal counts against the flow of what it reverses, in its
own month.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, insert, literal, not_, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.db import Id, new_id
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.insight.counting.months import add_months, moments
from timecredits.insight.roll_up_models import Flow
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.network.merged_records import account_owners
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.spending.models import Redemption

__all__ = ["count_credits", "count_hours", "count_uses", "flow_of", "insert_rows", "stands_at", "use_stands_at"]

_transfer: Any = Transfer.__table__
_redemption: Any = Redemption.__table__
_BETWEEN: Final = {TransferKind.GIVEN, TransferKind.NOTE_ISSUED, TransferKind.CHANGE, TransferKind.MERGED}
_USING: Final = {TransferKind.USED, TransferKind.NOTE_USED}

Rows = list[dict[str, Any]]


def insert_rows(session: Session, model: Any, rows: Rows) -> None:
    """Write whole rows of a table, all at once and none through an object."""
    if rows:
        session.connection().execute(insert(model.__table__), rows)


def flow_of(kind: TransferKind, *, came_in: bool) -> tuple[Flow, int]:
    """Which flow a transfer is for one who holds credits, and 1, or -1 where it takes from that flow."""
    if kind in _BETWEEN:
        return (Flow.RECEIVED if came_in else Flow.GIVEN), 1
    if kind is TransferKind.EXPIRED:
        return Flow.EXPIRED, -1 if came_in else 1
    if came_in:
        return (Flow.EARNED if kind is TransferKind.EARNED else Flow.OTHER_IN), 1
    return (Flow.USED if kind in _USING else Flow.OTHER_OUT), 1


def stands_at(ends: datetime) -> ColumnElement[bool]:
    """For a query of hours joined by `outerjoin` to their corrections: recorded before `ends` and not corrected before it."""
    corrected = HourCorrection.corrected_at
    return and_(HourEntry.recorded_at < ends, or_(corrected.is_(None), corrected >= ends))


def use_stands_at(ends: datetime) -> ColumnElement[bool]:
    """For a query of uses joined to their transfers: recorded before `ends` and not undone before it."""
    undone = Redemption.undone_at
    return and_(_transfer.c.recorded_at < ends, or_(undone.is_(None), undone >= ends))


def count_hours(session: Session, programme_id: UUID, month: date, people: Sequence[UUID], ends: datetime) -> Rows:
    """The rows of PersonMonth."""
    became = _records_of(session, programme_id, people)
    who: Any = case(became, value=HourEntry.volunteer_id, else_=HourEntry.volunteer_id) if became else HourEntry.volunteer_id
    who = who.label("who")
    found = session.execute(
        select(
            who,
            HourEntry.organisation_id,
            Activity.category,
            func.sum(HourEntry.minutes),
            func.count(),
            func.count(HourEntry.done_on.distinct()),
            func.min(HourEntry.done_on),
            func.max(HourEntry.done_on),
        )
        .join(Activity, and_(Activity.programme_id == HourEntry.programme_id, Activity.id == HourEntry.activity_id))
        .outerjoin(
            HourCorrection,
            and_(HourCorrection.programme_id == HourEntry.programme_id, HourCorrection.entry_id == HourEntry.id),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.volunteer_id.in_([*people, *became]),
            HourEntry.done_on >= month,
            HourEntry.done_on < add_months(month, 1),
            stands_at(ends),
        )
        .group_by(who, HourEntry.organisation_id, Activity.category)
    )
    return [
        {
            "programme_id": programme_id,
            "id": new_id(),
            "volunteer_id": volunteer_id,
            "month": month,
            "organisation_id": organisation_id,
            "category": category,
            "minutes": int(minutes),
            "entries": entries,
            "days": days,
            "first_on": first,
            "last_on": last,
        }
        for volunteer_id, organisation_id, category, minutes, entries, days, first, last in found
    ]


def count_credits(session: Session, programme_id: UUID, month: date, people: Sequence[UUID | None], ends: datetime) -> Rows:
    """The rows of PersonCredit; None among the people: of everything that pots and notes hold."""
    named = [who for who in people if who is not None]
    owners: dict[UUID, UUID | None] = dict(account_owners(session, programme_id, named))
    if None in people:
        owners |= dict.fromkeys(_held_in_common(session, programme_id))
    if not owners:
        return []
    taking_part = select(ProgrammeVenue.account_id, ProgrammeVenue.venue_id).where(ProgrammeVenue.programme_id == programme_id)
    venues = dict(session.execute(taking_part).all())
    sums: defaultdict[tuple[UUID | None, Flow, UUID | None], list[Any]] = defaultdict(lambda: [0, 0, date.max])
    for came_in in (False, True):
        for own, kind, is_back, other, minutes, times, first in _moved(session, programme_id, month, owners, ends, came_in):
            # Seen from the account, a reversal goes the other way than what it reverses.
            flow, sign = flow_of(TransferKind(kind), came_in=came_in is not is_back)
            sign = -sign if is_back else sign
            entry = sums[owners[own], flow, venues.get(other)]
            entry[0] += sign * minutes
            entry[1] += sign * times
            entry[2] = min(entry[2], local_day(first))
    return [
        {
            "programme_id": programme_id,
            "id": new_id(),
            "volunteer_id": who,
            "month": month,
            "flow": flow,
            "venue_id": venue_id,
            "minutes": minutes,
            "times": times,
            "first_on": first,
        }
        for (who, flow, venue_id), (minutes, times, first) in sums.items()
        if minutes or times
    ]


def count_uses(session: Session, programme_id: UUID, month: date, people: Sequence[UUID | None], ends: datetime) -> Rows:
    """The rows of PersonUse; None among the people: uses by notes."""
    named = [who for who in people if who is not None]
    became = _records_of(session, programme_id, named)
    used_by: Any = _redemption.c.volunteer_id
    who: Any = (case(became, value=used_by, else_=used_by) if became else used_by).label("who")
    begins, until = moments(month)
    theirs = [used_by.in_([*named, *became])] if named else []
    found = session.execute(
        select(
            who,
            Redemption.venue_id,
            func.count(),
            func.sum(Redemption.adults + Redemption.under_16s),
            func.sum(Redemption.minutes),
        )
        .join(_transfer, and_(_transfer.c.programme_id == Redemption.programme_id, _transfer.c.id == Redemption.id))
        .where(
            Redemption.programme_id == programme_id,
            or_(*theirs, *([used_by.is_(None)] if None in people else [])),
            Redemption.used_at >= begins,
            Redemption.used_at < until,
            use_stands_at(ends),
        )
        .group_by(who, Redemption.venue_id)
    )
    return [
        {
            "programme_id": programme_id,
            "id": new_id(),
            "volunteer_id": volunteer_id,
            "month": month,
            "venue_id": venue_id,
            "uses": uses,
            "visitors": int(visitors),
            "minutes": int(minutes),
        }
        for volunteer_id, venue_id, uses, visitors, minutes in found
    ]


def _moved(
    session: Session,
    programme_id: UUID,
    month: date,
    owners: Mapping[UUID, UUID | None],
    ends: datetime,
    came_in: bool,  # noqa: FBT001
) -> Sequence[Any]:
    """Sums of one side by account, kind (of what was reversed, for a reversal), and whom they were used at."""
    own, other = _transfer.c.debit_account, _transfer.c.credit_account
    if came_in:
        own, other = other, own
    first = _transfer.alias("reversed_one")
    kind = func.coalesce(first.c.kind, _transfer.c.kind)
    at = case((kind.in_(list(_USING)), other)).label("at")
    is_back = _transfer.c.reverses.is_not(None)
    begins, until = moments(month)
    several: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for account_id, who in owners.items():
        if who is not None:
            several[who].append(account_id)
    # What moves between two records of one person went nowhere.
    within = [not_(and_(own.in_(each), other.in_(each))) for each in several.values() if len(each) > 1]
    return session.execute(
        select(own, kind, is_back, at, func.sum(_transfer.c.amount), func.count(), func.min(_transfer.c.recorded_at))
        .outerjoin(first, and_(first.c.programme_id == _transfer.c.programme_id, first.c.id == _transfer.c.reverses))
        .where(
            _transfer.c.programme_id == programme_id,
            own.in_(list(owners)),
            _transfer.c.recorded_at >= begins,
            _transfer.c.recorded_at < min(until, ends),
            *within,
        )
        .group_by(own, kind, is_back, at)
    ).all()


def _held_in_common(session: Session, programme_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(Account.id).where(Account.programme_id == programme_id, Account.kind.in_([AccountKind.POT, AccountKind.FLOAT]))
    ).all()


def _records_of(session: Session, programme_id: UUID, people: Sequence[UUID]) -> dict[UUID, Any]:
    """Other records that became one of these people, with whom, as a query takes it."""
    if not people:
        return {}
    rows = session.execute(
        select(Volunteer.id, Volunteer.merged_into).where(
            Volunteer.programme_id == programme_id, Volunteer.merged_into.is_not(None), Volunteer.merged_into.in_(people)
        )
    )
    return {gone: literal(kept, Id) for gone, kept in rows if kept is not None}
