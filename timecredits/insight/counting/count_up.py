"""The watermark job: counts what was recorded since it last came by, a slice of time after the other.

It never adds to a sum. It finds which people's months a slice touches and works those out anew from the records, as they were at
the end of the slice; so counted twice is the same as once, and counted in slices the same as at once. Each slice is read first
and then written in one short transaction that holds the programme's RollUp row: of two workers one writes, and the other sees
that the watermark has moved and lets its own go.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.hours.models import HourEntry
from timecredits.insight.counting.figures import work_out_figures
from timecredits.insight.counting.people_counted import renew_people
from timecredits.insight.counting.recount import Rows, count_credits, count_hours, count_uses, insert_rows
from timecredits.insight.counting.touched import Touched, find_touched, in_groups
from timecredits.insight.counting.venue_days import Days, count_days, settle, write_days
from timecredits.insight.roll_up_models import (
    Figure,
    PersonCounted,
    PersonCredit,
    PersonMonth,
    PersonUse,
    RollUp,
    ShownTable,
    VenueDay,
    VenueSettlement,
)

__all__ = ["BEGINNING", "LAG", "count_up", "forget_counts"]

LAG: Final = timedelta(minutes=2)
"""What is younger is left for the next time: a transaction that began before it may be written after it."""
FIGURES_EVERY: Final = timedelta(minutes=5)
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SLICE_ROWS: Final = 5000
_SLICE: Final = timedelta(days=92)
_LONGEST: Final = timedelta(days=1500)
_COUNTED: Final = (PersonMonth, PersonCredit, PersonUse)


@dataclass(slots=True)
class _Slice:
    """What one slice of time comes to: which sums are renewed, and what they are now."""

    begins: datetime
    ends: datetime
    touched: Touched
    rows: dict[Any, Rows] = field(default_factory=dict)
    days: Days = field(default_factory=dict)

    def pairs(self) -> dict[Any, set[tuple[UUID | None, date]]]:
        """By table, the people and months whose rows are renewed."""
        touched = self.touched
        return {PersonMonth: {*touched.hours}, PersonCredit: touched.credits, PersonUse: touched.uses}


def count_up(
    engine: Engine,
    programme_id: UUID,
    *,
    now: datetime,
    lag: timedelta = LAG,
    figures_every: timedelta = FIGURES_EVERY,
    slice_rows: int = _SLICE_ROWS,
) -> int:
    """Count a programme up to `lag` before `now`, then work its figures and shown tables out where something changed.

    Answers how many sums were renewed. The figures of a large programme take seconds, so they are worked out once in
    `figures_every` at most; until then reports stand as of before. Stopped anywhere, it goes on from there the next time.
    """
    to, renewed, longest = now - lag, 0, _SLICE
    while True:
        found = _read_slice(engine, programme_id, to, slice_rows, longest)
        if found is None:
            break
        written = _write_slice(engine, programme_id, found)
        renewed += written
        # Quiet years go by in long slices; what is read at once stays about as much.
        longest = min(longest * 2, _LONGEST) if written < slice_rows else _SLICE
    work_out_figures(engine, programme_id, now=now, every=figures_every)
    return renewed


def forget_counts(session: Session, programme_id: UUID) -> None:
    """Forget everything that was counted of a programme, for who moves its records; the next count begins from nothing."""
    for model in (*_COUNTED, PersonCounted, VenueDay, Figure, ShownTable, RollUp, VenueSettlement):
        session.execute(delete(model).where(model.programme_id == programme_id))
    session.flush()


def _read_slice(engine: Engine, programme_id: UUID, to: datetime, slice_rows: int, longest: timedelta) -> _Slice | None:
    """The next slice, counted but not written. None where everything is counted up to `to`."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        state = session.scalars(select(RollUp).where(RollUp.programme_id == programme_id)).one_or_none()
        begins = state.counted_to if state is not None else BEGINNING
        if begins >= to:
            return None
        ends = _end_of_slice(session, programme_id, begins, to, slice_rows, longest)
        found = _Slice(begins, ends, find_touched(session, programme_id, begins, ends))
        count: dict[Any, Any] = {PersonMonth: count_hours, PersonCredit: count_credits, PersonUse: count_uses}
        for model, pairs in found.pairs().items():
            rows: Rows = []
            for month, people in _by_month(pairs):
                for group in in_groups(people):
                    rows += count[model](session, programme_id, month, group, ends)
            found.rows[model] = rows
        found.days = count_days(session, programme_id, found.touched.days, ends)
        return found


def _end_of_slice(
    session: Session, programme_id: UUID, begins: datetime, to: datetime, slice_rows: int, longest: timedelta
) -> datetime:
    """At most so many hours and so long a time; a first slice reaches to the first hours there are."""
    later = select(HourEntry.recorded_at).where(HourEntry.programme_id == programme_id, HourEntry.recorded_at >= begins)
    full = session.scalar(later.order_by(HourEntry.recorded_at).offset(slice_rows).limit(1))
    first = session.scalar(select(func.min(HourEntry.recorded_at)).where(HourEntry.programme_id == programme_id))
    ends = to if full is None else min(to, full)
    if begins != BEGINNING or first is not None:
        ends = min(ends, (first if begins == BEGINNING and first is not None else begins) + longest)
    # Many rows of one instant can't be divided.
    return ends if ends > begins else min(to, begins + timedelta(microseconds=1))


def _write_slice(engine: Engine, programme_id: UUID, found: _Slice) -> int:
    """Write a slice, unless somebody else did meanwhile; answers how many sums were renewed."""
    with transaction(engine) as session:
        state = session.scalars(select(RollUp).where(RollUp.programme_id == programme_id).with_for_update()).one_or_none()
        if state is None:
            if found.begins != BEGINNING:
                return 0
            state = RollUp(programme_id=programme_id, id=programme_id, counted_to=BEGINNING, counted_at=clock.now(), waiting=[])
            session.add(state)
            session.flush()  # of two that begin at once, one fails here and comes again
        if state.counted_to != found.begins:
            return 0
        months: set[date] = set()
        renewed = 0
        for model, pairs in found.pairs().items():
            _replace(session, programme_id, model, pairs, found)
            months |= {month for _who, month in pairs}
            renewed += len(found.rows[model])
        months |= renew_people(session, programme_id, found.touched.people | found.touched.gone)
        write_days(session, programme_id, found.days)
        months |= {day.replace(day=1) for _venue, day in found.days}
        state.waiting = sorted({*state.waiting, *(month.isoformat() for month in months)})
        state.counted_to, state.counted_at = found.ends, clock.now()
        settle(session, programme_id, found.days, found.ends)
        return renewed + len(found.days)


def _replace(session: Session, programme_id: UUID, model: Any, pairs: Iterable[tuple[UUID | None, date]], found: _Slice) -> None:
    """Put the new rows in the place of the old: of these people in these months, and of records that are nobody's any more."""
    rows: Any = model.__table__
    for month, people in _by_month(pairs):
        of_month = delete(rows).where(rows.c.programme_id == programme_id, rows.c.month == month)
        if None in people:
            session.execute(of_month.where(rows.c.volunteer_id.is_(None)))
        for group in in_groups([who for who in people if who is not None]):
            session.execute(of_month.where(rows.c.volunteer_id.in_(group)))
    for group in in_groups(sorted(found.touched.gone)):
        session.execute(delete(rows).where(rows.c.programme_id == programme_id, rows.c.volunteer_id.in_(group)))
    insert_rows(session, model, found.rows[model])


def _by_month(pairs: Iterable[tuple[UUID | None, date]]) -> list[tuple[date, list[Any]]]:
    months: defaultdict[date, list[Any]] = defaultdict(list)
    for who, month in pairs:
        months[month].append(who)
    return sorted((month, sorted(people, key=lambda who: (who is not None, who))) for month, people in months.items())
