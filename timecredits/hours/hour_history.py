"""A person's hours as evidence: every line that counts, what was corrected, who confirmed it, and the sums.

Spending never changes it. With an organisation it holds that organisation's hours only, which is all its staff may see.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.hours.activity_models import Activity
from timecredits.hours.hour_history_record import HistoryEntry, Regularity
from timecredits.hours.hour_history_writing import measure_regularity
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.models import Organisation, User

_GROUP = 500  # ids in one question


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One day's time in one role, as it counts today: 0 `minutes` when a correction took it away.

    `entry_id` is the newest entry (the one to correct). `corrected_from` is what stood there before the last correction.
    """

    entry_id: UUID
    day: date
    activity_id: UUID
    activity: str
    organisation_id: UUID
    organisation: str
    minutes: int
    note: str
    confirmed_by: str
    confirmed_at: datetime
    earned_credits: bool
    corrected_from: int | None = None
    corrected_at: datetime | None = None
    correction_reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether anything is left of it."""
        return self.minutes > 0


@dataclass(frozen=True, slots=True)
class HourHistory:
    """All lines, newest day first, and their sums in minutes. `by_role` is (activity, organisation, minutes), most first.

    First and last day are those of lines that count, None without any. `regularity` is about weeks up to the day asked for.
    """

    lines: tuple[HistoryLine, ...]
    total_minutes: int
    by_year: tuple[tuple[int, int], ...]
    by_role: tuple[tuple[str, str, int], ...]
    first_day: date | None
    last_day: date | None
    regularity: Regularity | None

    def printable(self) -> list[HistoryEntry]:
        """The lines as the printed hour history wants them."""
        return [_printable(line) for line in self.lines]


@dataclass(frozen=True, slots=True)
class HourTotals:
    """The sums alone: minutes, on how many days, from when to when."""

    minutes: int
    days: int
    first_day: date | None
    last_day: date | None


NO_HOURS = HourTotals(0, 0, None, None)


def hour_history(
    session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID | None = None, *, as_of: date
) -> HourHistory:
    """A volunteer's hour history, of one organisation or (None) of the programme. Empty for somebody without hours."""
    query = (
        select(HourEntry, Activity.name, Organisation.name, User.name, HourCorrection)
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .join(
            Organisation, (Organisation.programme_id == HourEntry.programme_id) & (Organisation.id == HourEntry.organisation_id)
        )
        .outerjoin(User, User.id == HourEntry.recorded_by)
        .outerjoin(
            HourCorrection,
            (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
        )
        .where(HourEntry.programme_id == programme_id, HourEntry.volunteer_id == volunteer_id)
    )
    if organisation_id is not None:
        query = query.where(HourEntry.organisation_id == organisation_id)
    rows: list[Any] = list(session.execute(query))
    replaced = {
        correction.replacement_id: (entry, correction)
        for entry, _, _, _, correction in rows
        if correction is not None and correction.replacement_id is not None
    }
    lines = [
        _line(row, replaced.get(row[0].id))
        for row in rows
        if row[4] is None or row[4].replacement_id is None  # the newest of its chain
    ]
    lines.sort(key=lambda line: (line.day, line.confirmed_at, line.entry_id), reverse=True)
    return summed(lines, as_of=as_of)


def summed(lines: Iterable[HistoryLine], *, as_of: date) -> HourHistory:
    """Put lines, newest first, together with their sums."""
    lines = tuple(lines)
    years: defaultdict[int, int] = defaultdict(int)
    roles: defaultdict[tuple[str, str], int] = defaultdict(int)
    days = [line.day for line in lines if line.counts]
    for line in lines:
        if line.counts:
            years[line.day.year] += line.minutes
            roles[line.activity, line.organisation] += line.minutes
    return HourHistory(
        lines=lines,
        total_minutes=sum(years.values()),
        by_year=tuple(sorted(years.items(), reverse=True)),
        by_role=tuple(
            (activity, organisation, minutes)
            for (activity, organisation), minutes in sorted(roles.items(), key=lambda role: (-role[1], role[0]))
        ),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        regularity=measure_regularity(days, as_of),
    )


def hour_totals(
    session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID], organisation_id: UUID | None = None
) -> dict[UUID, HourTotals]:
    """The sums of many volunteers in one question, :data:`NO_HOURS` for those without hours."""
    totals = dict.fromkeys(volunteer_ids, NO_HOURS)
    for start in range(0, len(volunteer_ids), _GROUP):
        query = (
            select(
                HourEntry.volunteer_id,
                func.sum(HourEntry.minutes),
                func.count(HourEntry.done_on.distinct()),
                func.min(HourEntry.done_on),
                func.max(HourEntry.done_on),
            )
            .where(
                HourEntry.programme_id == programme_id,
                HourEntry.volunteer_id.in_(volunteer_ids[start : start + _GROUP]),
                in_force(),
            )
            .group_by(HourEntry.volunteer_id)
        )
        if organisation_id is not None:
            query = query.where(HourEntry.organisation_id == organisation_id)
        for volunteer_id, minutes, days, first, last in session.execute(query):
            totals[volunteer_id] = HourTotals(int(minutes), days, first, last)
    return totals


def in_force() -> Any:
    """The condition that an hour entry in a query still counts: nobody corrected it."""
    return (
        ~select(HourCorrection.id)
        .where(HourCorrection.programme_id == HourEntry.programme_id, HourCorrection.entry_id == HourEntry.id)
        .exists()
    )


def _line(row: Any, before: tuple[HourEntry, HourCorrection] | None) -> HistoryLine:
    entry, activity, organisation, confirmed_by, taken_away = row
    minutes, corrected_from, correction = entry.minutes, None, None
    if taken_away is not None:
        minutes, corrected_from, correction = 0, entry.minutes, taken_away
    elif before is not None:
        corrected_from, correction = before[0].minutes, before[1]
    return HistoryLine(
        entry_id=entry.id,
        day=entry.done_on,
        activity_id=entry.activity_id,
        activity=activity,
        organisation_id=entry.organisation_id,
        organisation=organisation,
        minutes=minutes,
        note=entry.note,
        confirmed_by=confirmed_by or "",
        confirmed_at=entry.recorded_at,
        earned_credits=entry.without_credits is None,
        corrected_from=corrected_from,
        corrected_at=None if correction is None else correction.corrected_at,
        correction_reason="" if correction is None else correction.reason,
    )


def _printable(line: HistoryLine) -> HistoryEntry:
    entry: HistoryEntry = {
        "day": line.day.isoformat(),
        "role": line.activity,
        "organisation": line.organisation,
        "minutes": line.minutes,
        "confirmed_by": line.confirmed_by,
        "confirmed_on": local_day(line.confirmed_at).isoformat(),
    }
    if line.corrected_from is not None and line.corrected_at is not None:
        entry["corrected_from"] = line.corrected_from
        entry["corrected_on"] = local_day(line.corrected_at).isoformat()
    return entry
