"""A person's hours as evidence: every line that counts, what was corrected, who confirmed it, and the sums.

Spending never changes it. With an organisation it holds that organisation's hours only, which is all its staff may see.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.hours.activity_models import Activity
from timecredits.hours.history.hour_history_record import HistoryEntry, Regularity
from timecredits.hours.history.hour_history_writing import measure_regularity
from timecredits.hours.models import HourCorrection, HourEntry, HourSource
from timecredits.network.models import Organisation, User, Volunteer

_GROUP = 500  # ids in one question

_entry: Any = HourEntry.__table__
_correction: Any = HourCorrection.__table__
_activity: Any = Activity.__table__
_organisation: Any = Organisation.__table__
_user: Any = User.__table__
_volunteer: Any = Volunteer.__table__

_OF_ONESELF = (HourSource.SELF_LOGGED, HourSource.ATTENDANCE)
"""Ways in which a volunteer may be the one who recorded it, which confirms nothing."""


class HistoryLine(NamedTuple):
    """One day's time in one role, as it counts today: 0 `minutes` when a correction took it away.

    `entry_id` is the newest entry (the one to correct). `corrected_from` is what stood there before the last correction.
    `organisation` is for the screen; what leaves it carries `letter_organisation`, which doesn't tell what a group is about.
    `carries_over`: it earned nothing by itself but counts towards the next credit; said on screens only.
    `unchecked`: the volunteer logged it and nobody else looked. `confirmed_by` is "" then, and where no person confirmed it: a
    kiosk or a code on the wall did, or the command line.
    """

    entry_id: UUID
    day: date
    activity_id: UUID
    activity: str
    organisation_id: UUID
    organisation: str
    letter_organisation: str
    minutes: int
    note: str
    source: HourSource
    confirmed_by: str
    confirmed_at: datetime
    earned_credits: bool
    carries_over: bool = False
    unchecked: bool = False
    corrected_from: int | None = None
    corrected_at: datetime | None = None
    correction_reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether anything is left of it."""
        return self.minutes > 0

    @property
    def confirmed_on(self) -> date:
        """The day on which it was confirmed, or logged if it is unchecked."""
        return local_day(self.confirmed_at)

    @property
    def corrected_on(self) -> date | None:
        """The day of the last correction."""
        return None if self.corrected_at is None else local_day(self.corrected_at)


@dataclass(frozen=True, slots=True)
class HourHistory:
    """All lines, newest day first, and their sums in minutes. `by_role` is (activity, organisation, minutes), most first.

    `unchecked_minutes` are within `total_minutes`. First and last day are those of lines that count, None without any.
    `regularity` is about weeks up to the day asked for.
    """

    lines: tuple[HistoryLine, ...]
    total_minutes: int
    unchecked_minutes: int
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
    """The sums alone: minutes, on how many days, from when to when, and the minutes of credit `earned` by them."""

    minutes: int
    days: int
    first_day: date | None
    last_day: date | None
    earned: int


NO_HOURS = HourTotals(0, 0, None, None, 0)


def hour_history(
    session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID | None = None, *, as_of: date
) -> HourHistory:
    """A volunteer's hour history, of one organisation or (None) of the programme. Empty for somebody without hours."""
    query = (
        select(
            _entry.c.id,
            _entry.c.done_on,
            _entry.c.activity_id,
            _activity.c.name.label("activity"),
            _entry.c.organisation_id,
            _organisation.c.name.label("organisation"),
            _organisation.c.letter_name,
            _entry.c.minutes,
            _entry.c.note,
            _entry.c.source,
            (_entry.c.recorded_by.is_(None) | (_entry.c.recorded_by == _volunteer.c.user_id)).label("by_nobody_else"),
            _entry.c.recorded_at,
            _entry.c.earned,
            _entry.c.carried,
            _user.c.name.label("recorder"),
            _correction.c.replacement_id,
            _correction.c.corrected_at,
            _correction.c.reason,
        )
        .join(_volunteer, (_volunteer.c.programme_id == _entry.c.programme_id) & (_volunteer.c.id == _entry.c.volunteer_id))
        .join(_activity, (_activity.c.programme_id == _entry.c.programme_id) & (_activity.c.id == _entry.c.activity_id))
        .join(
            _organisation,
            (_organisation.c.programme_id == _entry.c.programme_id) & (_organisation.c.id == _entry.c.organisation_id),
        )
        .outerjoin(_user, _user.c.id == _entry.c.recorded_by)
        .outerjoin(_correction, (_correction.c.programme_id == _entry.c.programme_id) & (_correction.c.entry_id == _entry.c.id))
        .where(_entry.c.programme_id == programme_id, _entry.c.volunteer_id == volunteer_id)
    )
    if organisation_id is not None:
        query = query.where(_entry.c.organisation_id == organisation_id)
    rows: Sequence[Any] = session.execute(query).all()
    replaced = {row.replacement_id: row for row in rows if row.replacement_id is not None}
    lines = [_line(row, replaced.get(row.id)) for row in rows if row.replacement_id is None]  # the newest of its chain
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
        unchecked_minutes=sum(line.minutes for line in lines if line.unchecked),
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
                func.sum(HourEntry.earned),
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
        for volunteer_id, minutes, days, first, last, earned in session.execute(query):
            totals[volunteer_id] = HourTotals(int(minutes), days, first, last, int(earned))
    return totals


def in_force() -> Any:
    """The condition that an hour entry in a query still counts: nobody corrected it."""
    return (
        ~select(HourCorrection.id)
        .where(HourCorrection.programme_id == HourEntry.programme_id, HourCorrection.entry_id == HourEntry.id)
        .exists()
    )


def checked_by_another() -> Any:
    """The condition that somebody else stands behind an hour entry in a query; False for what a trusted volunteer logged."""
    own = select(Volunteer.user_id).where(
        Volunteer.programme_id == HourEntry.programme_id, Volunteer.id == HourEntry.volunteer_id
    )
    return (HourEntry.source != HourSource.SELF_LOGGED) | HourEntry.recorded_by.is_distinct_from(own.scalar_subquery())


def _line(row: Any, before: Any | None) -> HistoryLine:
    minutes, corrected_from, correction = row.minutes, None, before
    if row.corrected_at is not None:  # taken away: nothing counts instead
        minutes, corrected_from, correction = 0, row.minutes, row
    elif before is not None:
        corrected_from = before.minutes
    of_oneself = bool(row.by_nobody_else) and row.source in _OF_ONESELF
    return HistoryLine(
        entry_id=row.id,
        day=row.done_on,
        activity_id=row.activity_id,
        activity=row.activity,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        letter_organisation=row.letter_name,
        minutes=minutes,
        note=row.note,
        source=row.source,
        confirmed_by="" if of_oneself else row.recorder or "",
        confirmed_at=row.recorded_at,
        earned_credits=row.earned > 0,
        carries_over=row.earned == 0 and row.carried > 0,
        unchecked=of_oneself and row.source is HourSource.SELF_LOGGED,
        corrected_from=corrected_from,
        corrected_at=None if correction is None else correction.corrected_at,
        correction_reason="" if correction is None else correction.reason,
    )


def _printable(line: HistoryLine) -> HistoryEntry:
    entry: HistoryEntry = {
        "day": line.day.isoformat(),
        "role": line.activity,
        "organisation": line.letter_organisation,
        "minutes": line.minutes,
        "source": line.source.value,
        "confirmed_by": line.confirmed_by,
        "confirmed_on": "" if line.unchecked else local_day(line.confirmed_at).isoformat(),
    }
    if line.unchecked:
        entry["unchecked"] = True
    if line.corrected_from is not None and line.corrected_at is not None:
        entry["corrected_from"] = line.corrected_from
        entry["corrected_on"] = local_day(line.corrected_at).isoformat()
    return entry
