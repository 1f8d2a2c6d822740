"""Turns one row of a register into entries of hours: one in a long sheet, one for each filled day in a wide one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.imports.cells import Cell, Row, Unclear, Unfinished, column_letter, quoted, text_of
from timecredits.hours.imports.columns import Columns, Role
from timecredits.hours.imports.days import read_day
from timecredits.hours.imports.lengths import Length, read_clock, read_length, read_span
from timecredits.hours.imports.matching import KnownPerson, People
from timecredits.hours.imports.reading_result import Problem, ReadyRow

__all__ = ["EntryReader", "RowRead"]

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_WORDS_FOR_ABSENCE = (
    "a|ab|abs|absent|away|n|na|n/a|no|none|nil|not in|no show|dna|did not attend|off|sick|ill|poorly|hol|hols|holiday|leave|a/l"
    "|al|annual leave|apologies|apols|cancelled|closed|bank holiday|0.0|0.00|0:00|0h|n/k|absennol"
)
_NOT_THERE = frozenset(_WORDS_FOR_ABSENCE.split("|"))
_NAME_ROLES: Final[tuple[Role, ...]] = ("name", "first_name", "last_name")
_LONGEST_ACTIVITY = 120
_LONGEST_SHOWN = 200  # letters of a cell that a problem carries along
_SLACK = 1  # minutes by which hours may miss start and finish: 1.67 is 1:40


@dataclass(slots=True)
class RowRead:
    """What one row gave."""

    ready: list[ReadyRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class EntryReader:
    """Reads the rows under one set of headings; remembers what the person should be warned of."""

    def __init__(self, columns: Columns, people: People, *, today: date, activity: str) -> None:
        self._columns = columns
        self._people = people
        self._today = today
        self._activity = activity
        years = set(_YEAR.findall(columns.title))
        self._year = int(years.pop()) if len(years) == 1 else None
        self._days: dict[int, date | Unclear] = {column: self._day(cell) for column, cell in columns.days.items()}
        self._bad_days: set[int] = set()
        self._doubtful: dict[str, int] = {}
        self._lost_times: list[int] = []

    def heading_problems(self) -> Iterator[Problem]:
        """Give the problems of a wide sheet's days, once all rows are read: one a column with hours under it."""
        for column, day in self._days.items():
            if isinstance(day, Unclear) and column in self._bad_days:
                cells = (text_of(self._columns.days[column]),)
                yield Problem(self._columns.heading.number, "date", day.sentence, cells, column_letter(column))

    def warnings(self) -> Iterator[Sentence]:
        """Give what is ready but worth a look."""
        for text, minutes in list(self._doubtful.items())[:10]:
            yield Sentence(
                "“%(read)s” was read as %(hours)s h %(minutes)s min. If it means a time, write it with a colon.",
                read=text,
                hours=minutes // 60,
                minutes=minutes % 60,
            )
        if self._lost_times:
            yield counted(
                "In %(num)s row we could not read the start or finish. We used the hours.",
                "In %(num)s rows we could not read the start or finish. We used the hours.",
                len(self._lost_times),
            )

    def read(self, row: Row) -> RowRead | None:
        """Return the entries and problems of a row, or None for a row that is no entry (a heading, a signature, a blank line)."""
        return self._read_wide(row) if self._columns.wide else self._read_long(row)

    def _day(self, cell: Cell) -> date | Unclear:
        try:
            return read_day(cell, today=self._today, year=self._year)
        except Unclear as unclear:
            return unclear

    def _read_long(self, row: Row) -> RowRead | None:
        columns = self._columns
        filled = {role for role in columns.roles if text_of(columns.cell(row, role))}
        timed = filled & {"hours", "minutes", "time", "start", "end"}
        named = filled & {"name", "first_name", "last_name", "number"}
        if len(filled) < 2 or (not timed and not ("date" in filled and named)):  # noqa: PLR2004 - one filled cell is a heading
            return None
        read = RowRead()
        cells = _shown(row)

        def problem(column: Literal["date", "volunteer", "hours", "activity"], unclear: Unclear) -> None:
            read.problems.append(Problem(row.number, column, unclear.sentence, cells))

        day = self._day(columns.cell(row, "date"))
        person = self._person(row)
        length = self._length(row)
        activity = self._activity_of(row)
        if isinstance(day, Unclear):
            problem("date", day)
        if isinstance(person, Unclear):
            problem("volunteer", person)
        if isinstance(length, Unclear):
            problem("hours", length)
        if isinstance(activity, Unclear):
            problem("activity", activity)
        if isinstance(day, date) and isinstance(person, KnownPerson) and isinstance(length, Length) and isinstance(activity, str):
            note = "; ".join(part for part in (text_of(columns.cell(row, "note")), length.remark) if part)
            entry = ReadyRow(row.number, None, person, day, length.minutes, length.starts, length.ends, activity, note)
            read.ready.append(entry)
        return read

    def _read_wide(self, row: Row) -> RowRead | None:
        filled = [column for column in self._columns.days if _is_there(row.cell(column))]
        if not filled:
            return None if not any(text_of(row.cell(column)) for column in self._columns.days) else RowRead()
        read = RowRead()
        cells = _shown(row)
        person = self._person(row)
        activity = self._activity_of(row)
        if isinstance(person, Unclear):
            read.problems.append(Problem(row.number, "volunteer", person.sentence, cells))
        if isinstance(activity, Unclear):
            read.problems.append(Problem(row.number, "activity", activity.sentence, cells))
        for column in filled:
            day = self._days[column]
            letter = column_letter(column)
            try:
                length = self._noted(read_length(row.cell(column)), row.cell(column))
            except Unclear as unclear:
                read.problems.append(Problem(row.number, "hours", unclear.sentence, cells, letter))
                continue
            if isinstance(day, Unclear):
                self._bad_days.add(column)
            elif isinstance(person, KnownPerson) and isinstance(activity, str):
                read.ready.append(
                    ReadyRow(row.number, letter, person, day, length.minutes, length.starts, length.ends, activity, length.remark)
                )
        return read

    def _person(self, row: Row) -> KnownPerson | Unclear:
        # A formula without its answer names nobody; the number beside it may.
        parts = (self._columns.cell(row, role) for role in _NAME_ROLES)
        name = " ".join(text for part in parts if not isinstance(part, Unfinished) and (text := text_of(part)))
        try:
            return self._people.find(name, text_of(self._columns.cell(row, "number")))
        except Unclear as unclear:
            return unclear

    def _activity_of(self, row: Row) -> str | Unclear:
        name = text_of(self._columns.cell(row, "activity")) or self._activity
        if not name and "activity" not in self._columns.roles:
            name = self._columns.title
        if not name:
            return Unclear(Sentence("The activity is missing. Add it and load this row again."))
        if len(name) > _LONGEST_ACTIVITY or not any(map(str.isalnum, name)):
            return Unclear(Sentence("“%(read)s” cannot be the name of an activity. Shorten or mend it.", read=quoted(name)))
        return name

    def _length(self, row: Row) -> Length | Unclear:
        try:
            stated = self._stated(row)
            spanned = self._spanned(row, stated)
        except Unclear as unclear:
            return unclear
        if stated is None or spanned is None:
            return stated or spanned or Unclear(Sentence("The hours are missing. Add them and load this row again."))
        if abs(stated.minutes - spanned.minutes) > _SLACK:
            return Unclear(
                Sentence(
                    "The hours “%(read)s” do not fit the start and finish. Check which one is right.",
                    read=quoted(self._first_stated(row)),
                )
            )
        return Length(spanned.minutes, spanned.starts, spanned.ends, stated.remark)

    def _first_stated(self, row: Row) -> Cell:
        cells = (self._columns.cell(row, role) for role in ("hours", "time", "minutes"))
        return next((cell for cell in cells if text_of(cell)), "")

    def _stated(self, row: Row) -> Length | None:
        """Return the length in the columns of hours and minutes, together where both are filled."""
        cell = self._columns.cell
        hours, minutes, time = cell(row, "hours"), cell(row, "minutes"), cell(row, "time")
        if not text_of(hours):
            if text_of(minutes):
                return read_length(minutes, unit="minutes")
            return self._noted(read_length(time, unit="clock"), time) if text_of(time) else None
        if not text_of(minutes) or not _is_there(minutes):
            return self._noted(read_length(hours), hours)
        if not _is_there(hours):
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
            return None
        try:
            first, last = (read_clock(cell) if text_of(cell) else None for cell in (starts, ends))
        except Unclear:
            if stated is None:
                raise
            self._lost_times.append(row.number)
            return None
        if first is not None and last is not None:
            return read_span(first, last)
        if stated is None:
            raise Unclear(Sentence("One of start and finish is missing. Add it, or write the hours."))
        begin = None if first is None else first.minutes
        finish = None if last is None else last.minutes
        return Length(stated.minutes, begin, finish, stated.remark)

    def _noted(self, length: Length, cell: Cell) -> Length:
        if length.doubtful and len(self._doubtful) < _LONGEST_SHOWN:
            self._doubtful.setdefault(quoted(cell), length.minutes)
        return length


def _is_there(cell: Cell) -> bool:
    """Tell whether a cell of a wide sheet says that time was given: not blank, nought, a dash or a word such as "absent"."""
    text = text_of(cell)
    return bool(text) and text != "0" and any(map(str.isalnum, text)) and fold(text[:40]) not in _NOT_THERE


def _shown(row: Row) -> tuple[str, ...]:
    return tuple(text_of(cell)[:_LONGEST_SHOWN] for cell in row.cells)
