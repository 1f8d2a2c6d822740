"""A history looked at by day, week (Monday to Sunday), month, year, role or organisation, all of it or a part.

Pure functions over the lines of an `HourHistory`. Whatever the view, its sums add up to those of the lines it was given. Time is
counted on the calendar day it was given, so a week or month in which the clocks change needs no care here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from timecredits.hours.history.hour_history import HistoryLine

__all__ = ["Choice", "Choices", "Period", "View", "by_period", "choices_in", "choose", "pages_of"]


class View(StrEnum):
    """What the lines are put together by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ROLE = "role"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines: those of a calendar year, of an activity, of an organisation; None is no limit."""

    year: int | None = None
    activity_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen from: years newest first; (id, activity, organisation) and (id, organisation) by name."""

    years: tuple[int, ...]
    roles: tuple[tuple[UUID, str, str], ...]
    organisations: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class Period:
    """Lines that belong together.

    `first` and `last` are the calendar period's days; for a role or organisation they are the first and last day of its lines.
    """

    first: date
    last: date
    lines: tuple[HistoryLine, ...]

    @cached_property
    def minutes(self) -> int:
        """What it comes to."""
        return sum(line.minutes for line in self.lines)

    @cached_property
    def days(self) -> int:
        """On how many days there was time that counts."""
        return len({line.day for line in self.lines if line.counts})


def choose(lines: Iterable[HistoryLine], choice: Choice) -> tuple[HistoryLine, ...]:
    """The lines chosen, in their order."""
    return tuple(
        line
        for line in lines
        if choice.year in {None, line.day.year}
        and choice.activity_id in {None, line.activity_id}
        and choice.organisation_id in {None, line.organisation_id}
    )


def choices_in(lines: Sequence[HistoryLine]) -> Choices:
    """The years, roles and organisations that these lines have, taken away ones too."""
    roles = {line.activity_id: (line.activity_id, line.activity, line.organisation) for line in lines}
    organisations = {line.organisation_id: (line.organisation_id, line.organisation) for line in lines}
    return Choices(
        years=tuple(sorted({line.day.year for line in lines}, reverse=True)),
        roles=tuple(sorted(roles.values(), key=lambda role: (role[1].casefold(), role[2].casefold(), role[0]))),
        organisations=tuple(sorted(organisations.values(), key=lambda each: (each[1].casefold(), each[0]))),
    )


def by_period(lines: Iterable[HistoryLine], view: View, *, year: int | None = None) -> tuple[Period, ...]:
    """Put lines together: times newest first, roles and organisations by most hours first. Only what has lines is there.

    `year` is the year they were chosen from: a week that reaches into another year then ends, or begins, at its end.
    """
    groups: dict[object, list[HistoryLine]] = {}
    for line in lines:
        groups.setdefault(_key(line, view), []).append(line)
    made = [Period(*_bounds(key, each, view, year), tuple(each)) for key, each in groups.items()]
    if view in {View.ROLE, View.ORGANISATION}:
        return tuple(sorted(made, key=lambda period: (-period.minutes, period.lines[0].activity, period.lines[0].activity_id)))
    return tuple(sorted(made, key=lambda period: period.first, reverse=True))


def pages_of(periods: Sequence[Period], most: int) -> list[tuple[Period, ...]]:
    """Deal periods out into pages of about `most` lines. A period is never divided, so its sum stands with all its lines."""
    pages: list[list[Period]] = [[]]
    room = most
    for period in periods:
        if pages[-1] and len(period.lines) > room:
            pages.append([])
            room = most
        pages[-1].append(period)
        room -= len(period.lines)
    return [tuple(page) for page in pages]


def _key(line: HistoryLine, view: View) -> object:
    match view:
        case View.DAY:
            return line.day
        case View.WEEK:
            return line.day - timedelta(days=line.day.weekday())
        case View.MONTH:
            return line.day.replace(day=1)
        case View.YEAR:
            return line.day.replace(month=1, day=1)
        case View.ROLE:
            return line.activity_id
        case View.ORGANISATION:
            return line.organisation_id


def _bounds(key: object, lines: list[HistoryLine], view: View, year: int | None) -> tuple[date, date]:
    if not isinstance(key, date):
        return min(line.day for line in lines), max(line.day for line in lines)
    match view:
        case View.WEEK:
            first, last = key, key + timedelta(days=6)
            return (first, last) if year is None else (max(first, date(year, 1, 1)), min(last, date(year, 12, 31)))
        case View.MONTH:
            return key, (key.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        case View.YEAR:
            return key, key.replace(month=12, day=31)
        case _:
            return key, key
