"""How long a row of a register says somebody gave, from its hours, minutes, start, finish and break; and on which days.

A night is divided at midnight, and from start to finish counts what really passed where the clocks change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from timecredits.foundation.local_times import DAY, by_day, instant_at
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Row, Unclear, quoted, text_of
from timecredits.hours.imports.columns import Columns
from timecredits.hours.imports.headings import label
from timecredits.hours.imports.lengths import Length, read_break, read_clock, read_length, read_span
from timecredits.hours.imports.words import is_there

__all__ = ["Given", "LengthReader", "divided"]

_SLACK = 1  # minutes by which hours may miss start and finish: 1.67 is 1:40
_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Given:
    """Time given on one calendar day. `starts` and `ends` are minutes after midnight, or None."""

    day: date
    minutes: int
    starts: int | None
    ends: int | None


def divided(day: date, length: Length, *, pause: int = 0, today: date = date.max) -> list[Given]:
    """Return what `length` gives on `day` and, over midnight, on the next; `pause` minutes less.

    Unclear if nothing is left, or if it ends after `today`.
    """
    if length.starts is None or length.ends is None:
        given = [Given(day, length.minutes, length.starts, length.ends)]
    else:
        last = day + timedelta(days=1) if length.overnight else day
        stretches = list(by_day(instant_at(day, length.starts), instant_at(last, length.ends)))
        if length.overnight or sum(each.minutes for each in stretches) != length.minutes:
            given = [Given(each.day, each.minutes, each.starts, min(each.starts + each.minutes, DAY)) for each in stretches]
        else:
            given = [Given(day, length.minutes, length.starts, length.ends)]
    if given[-1].day > today:
        raise Unclear(Sentence("These hours end on a day that has not come yet. Check the date and the times."))
    return list(_less(given, pause))


def _less(given: list[Given], pause: int) -> Iterator[Given]:
    """Take a break from the longest part first."""
    if pause and pause >= sum(each.minutes for each in given):
        raise Unclear(Sentence("The break is as long as the time itself. Check which one is right."))
    left = pause
    taken = {}
    for each in sorted(given, key=lambda part: -part.minutes):
        taken[each.day] = min(left, each.minutes)
        left -= taken[each.day]
    for each in given:
        if each.minutes > taken[each.day]:
            yield replace(each, minutes=each.minutes - taken[each.day])


class LengthReader:
    """Reads the columns of one table; remembers what a person should be warned of."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.doubtful: dict[str, int] = {}
        self.lost_times: list[int] = []
        heading = label(columns.cell(columns.heading, "break"))
        self._break_unit: Literal["hours", "minutes"] | None = (
            "minutes" if "minutes" in heading else "hours" if "hours" in heading else None
        )

    def read(self, row: Row, day: date | None) -> tuple[Length, int]:
        """Return how long, and the minutes of break to take off. Raises Unclear. `day` settles a night when the clocks change."""
        stated = self._stated(row)
        spanned = self._spanned(row, stated)
        if stated is None and spanned is None:
            raise Unclear(Sentence("The hours are missing. Add them and load this row again."))
        if spanned is None or spanned.ends is None or spanned.starts is None:
            return (stated or spanned), 0  # type: ignore[return-value]  # one of the two is there
        pause = read_break(self._columns.cell(row, "break"), unit=self._break_unit)
        if stated is not None and not self._fits(stated.minutes, spanned, pause, day):
            raise Unclear(
                Sentence(
                    "The hours “%(read)s” do not fit the start and finish. Check which one is right.",
                    read=quoted(self._first_stated(row)),
                )
            )
        return replace(spanned, remark=stated.remark if stated else ""), pause

    def noted(self, length: Length, cell: Cell) -> Length:
        """Remember a length that may have been meant otherwise."""
        if length.doubtful and len(self.doubtful) < _LONGEST_SHOWN:
            self.doubtful.setdefault(quoted(cell), length.minutes)
        return length

    def _fits(self, stated: int, spanned: Length, pause: int, day: date | None) -> bool:
        possible = {spanned.minutes - pause}
        if day is not None:
            possible.add(sum(each.minutes for each in divided(day, spanned, pause=pause)))
        return any(abs(stated - minutes) <= _SLACK for minutes in possible)

    def _first_stated(self, row: Row) -> Cell:
        cells = (self._columns.cell(row, role) for role in _STATED)
        return next((cell for cell in cells if text_of(cell)), "")

    def _stated(self, row: Row) -> Length | None:
        """Return the length in the columns of hours and minutes, together where both are filled."""
        cell = self._columns.cell
        hours, minutes, time = cell(row, "hours"), cell(row, "minutes"), cell(row, "time")
        if not text_of(hours):
            if text_of(minutes):
                return read_length(minutes, unit="minutes")
            return self.noted(read_length(time, unit="clock"), time) if text_of(time) else None
        if not text_of(minutes) or not is_there(minutes):
            return self.noted(read_length(hours), hours)
        if not is_there(hours):
            return read_length(minutes, unit="minutes")
        whole, rest = read_length(hours), read_length(minutes, unit="minutes")
        if abs(whole.minutes - rest.minutes) <= _SLACK:  # the same said twice
            return rest
        if whole.minutes % 60 or rest.minutes >= 60:  # noqa: PLR2004 - minutes of an hour
            raise Unclear(Sentence("The hours “%(read)s” do not fit the minutes. Check which one is right.", read=quoted(hours)))
        return read_length(f"{whole.minutes + rest.minutes} min")

    def _spanned(self, row: Row, stated: Length | None) -> Length | None:
        """Return the length from start to finish, None if both are blank; one alone goes with the stated hours."""
        starts, ends = self._columns.cell(row, "start"), self._columns.cell(row, "end")
        if not text_of(starts) and not text_of(ends):
            return stated if stated is not None and stated.starts is not None else None
        try:
            first, last = (read_clock(cell) if text_of(cell) else None for cell in (starts, ends))
        except Unclear:
            if stated is None:
                raise
            self.lost_times.append(row.number)
            return None
        if first is not None and last is not None:
            return read_span(first, last)
        if stated is None:
            raise Unclear(Sentence("One of start and finish is missing. Add it, or write the hours."))
        begin = None if first is None else first.minutes
        finish = None if last is None else last.minutes
        return Length(stated.minutes, begin, finish, stated.remark)


_STATED: Final = ("hours", "time", "minutes")
