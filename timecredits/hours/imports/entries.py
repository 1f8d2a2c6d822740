"""Turns one row of a register into entries of hours: one in a long sheet, one for each filled day or person in a wide one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.imports.cells import Cell, Row, Unclear, Unfinished, column_letter, quoted, text_of
from timecredits.hours.imports.columns import Columns
from timecredits.hours.imports.days import read_day, read_weekday
from timecredits.hours.imports.durations import LengthReader, divided
from timecredits.hours.imports.headings import Role
from timecredits.hours.imports.lengths import Length, read_length
from timecredits.hours.imports.matching import KnownPerson, People
from timecredits.hours.imports.month_days import day_number
from timecredits.hours.imports.reading_result import Problem, ReadyRow
from timecredits.hours.imports.words import is_there

__all__ = ["EntryReader", "RowRead"]

_NAME_ROLES: Final[tuple[Role, ...]] = ("name", "first_name", "last_name")
_TIMES: Final = frozenset({"hours", "minutes", "time", "start", "end"})
_LONGEST_ACTIVITY = 120
_LONGEST_SHOWN = 200  # letters of a cell that a problem carries along
_Fault = Literal["date", "volunteer", "hours", "activity"]


@dataclass(slots=True)
class RowRead:
    """What one row gave."""

    ready: list[ReadyRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class EntryReader:
    """Reads the rows under one set of headings; remembers what the person should be warned of. `sheet` goes with each entry."""

    def __init__(self, columns: Columns, people: People, *, today: date, activity: str, sheet: str = "") -> None:
        self.columns = columns
        self._people = people
        self._today = today
        self._activity = activity
        self._sheet = sheet
        self._lengths = LengthReader(columns)
        self._days: dict[int, date | Unclear] = {column: self._day(cell) for column, cell in columns.days.items()}
        self._whose: dict[int, KnownPerson | Unclear] = {
            column: self._named(text_of(cell), "") for column, cell in columns.people.items()
        }
        self._bad: set[int] = set()
        self._nights: list[int] = []

    def heading_problems(self) -> Iterator[Problem]:
        """Give the problems of a wide sheet's headings, once all rows are read: one a column with hours under it."""
        faults: tuple[tuple[_Fault, dict[int, date | Unclear] | dict[int, KnownPerson | Unclear]], ...] = (
            ("date", self._days),
            ("volunteer", self._whose),
        )
        heading = self.columns.heading
        for fault, found in faults:
            for column, value in found.items():
                if isinstance(value, Unclear) and column in self._bad:
                    cells = (text_of(self.columns.days.get(column, self.columns.people.get(column, ""))),)
                    yield Problem(heading.number, fault, value.sentence, cells, column_letter(column), self._sheet)

    def warnings(self) -> Iterator[Sentence]:
        """Give what is ready but worth a look."""
        for text, minutes in list(self._lengths.doubtful.items())[:10]:
            yield Sentence(
                "“%(read)s” was read as %(hours)s h %(minutes)s min. If it means a time, write it with a colon.",
                read=text,
                hours=minutes // 60,
                minutes=minutes % 60,
            )
        if self._lengths.lost_times:
            yield counted(
                "In %(num)s row we could not read the start or finish. We used the hours.",
                "In %(num)s rows we could not read the start or finish. We used the hours.",
                len(self._lengths.lost_times),
            )
        if self._nights:
            yield counted(
                "%(num)s row runs past midnight. Each day gets its own hours.",
                "%(num)s rows run past midnight. Each day gets its own hours.",
                len(self._nights),
            )

    def read(self, row: Row) -> RowRead | None:
        """Return the entries and problems of a row, or None for a row that is no entry (a heading, a signature, a blank line)."""
        return self._read_wide(row) if self.columns.wide else self._read_long(row)

    def _read_long(self, row: Row) -> RowRead | None:
        columns = self.columns
        filled = {role for role in columns.roles if text_of(columns.cell(row, role))}
        timed = filled & _TIMES
        named = filled & {"name", "first_name", "last_name", "number"} or columns.around.name or columns.around.number
        dated = "date" in filled
        # One filled cell is a heading; a day nobody filled in, on a sheet that lists every day, is no entry either.
        listed = not any(role in columns.roles for role in (*_NAME_ROLES, "number")) and not self._gives(row, timed)
        if len(filled) < 2 or (not timed and not (dated and named)) or listed:  # noqa: PLR2004 - one filled cell
            return None
        read = RowRead()
        day = self._day(columns.cell(row, "date") if "date" in columns.roles else columns.around.day)
        person = self._person(row)
        length = self._length(row, day if isinstance(day, date) else None)
        activity = self._activity_of(row)
        faults: tuple[tuple[_Fault, object], ...] = (
            ("date", day),
            ("volunteer", person),
            ("hours", length),
            ("activity", activity),
        )
        for fault, value in faults:
            if isinstance(value, Unclear):
                self._refuse(read, row, fault, value)
        if isinstance(day, date) and isinstance(person, KnownPerson) and isinstance(length, tuple) and isinstance(activity, str):
            note = "; ".join(part for part in (text_of(columns.cell(row, "note")), length[0].remark) if part)
            self._add(read, row, None, person, day, length, activity, note)
        return read

    def _gives(self, row: Row, timed: frozenset[Role] | set[Role]) -> bool:
        return any(is_there(self.columns.cell(row, role)) for role in timed)

    def _read_wide(self, row: Row) -> RowRead | None:
        columns = self.columns
        headed = [*columns.days, *columns.weekdays, *columns.people]
        filled = [column for column in headed if is_there(row.cell(column))]
        if not filled:
            return None if not any(text_of(row.cell(column)) for column in headed) else RowRead()
        read = RowRead()
        activity = self._activity_of(row)
        person: KnownPerson | Unclear | None = None if columns.people else self._person(row)
        first: date | Unclear | None = (
            None if columns.days else self._day(columns.cell(row, "week" if columns.weekdays else "date"))
        )
        if isinstance(first, Unclear):
            self._refuse(read, row, "date", first)
        if isinstance(person, Unclear):
            self._refuse(read, row, "volunteer", person)
        if isinstance(activity, Unclear):
            self._refuse(read, row, "activity", activity)
        for column in filled:
            self._read_cell(read, row, column, first, person, activity)
        return read

    def _read_cell(
        self,
        read: RowRead,
        row: Row,
        column: int,
        first: date | Unclear | None,
        person: KnownPerson | Unclear | None,
        activity: str | Unclear,
    ) -> None:
        cell = row.cell(column)
        try:
            length = self._lengths.noted(read_length(cell), cell)
        except Unclear as unclear:
            self._refuse(read, row, "hours", unclear, column_letter(column))
            return
        whose = self._whose.get(column, person)
        day = self._days.get(column, first)
        if column in self.columns.weekdays and isinstance(first, date):
            day = first - timedelta(days=first.weekday()) + timedelta(days=self.columns.weekdays[column])
            if day > self._today:
                sentence = Sentence(
                    "“%(read)s” has not come yet. Check the week and load this row again.", read=f"{day:%d/%m/%Y}"
                )
                self._refuse(read, row, "date", Unclear(sentence), column_letter(column))
                return
        if column in self._whose and isinstance(whose, Unclear):
            self._bad.add(column)
        if column in self._days and isinstance(day, Unclear):
            self._bad.add(column)
        if isinstance(day, date) and isinstance(whose, KnownPerson) and isinstance(activity, str):
            self._add(read, row, column_letter(column), whose, day, (length, 0), activity, length.remark)

    def _add(
        self,
        read: RowRead,
        row: Row,
        letter: str | None,
        person: KnownPerson,
        day: date,
        length: tuple[Length, int],
        activity: str,
        note: str,
    ) -> None:
        try:
            given = divided(day, length[0], pause=length[1], today=self._today)
        except Unclear as unclear:
            self._refuse(read, row, "hours", unclear, letter)
            return
        if len(given) > 1:
            self._nights.append(row.number)
        read.ready.extend(
            ReadyRow(row.number, letter, person, each.day, each.minutes, each.starts, each.ends, activity, note, self._sheet)
            for each in given
        )

    def _refuse(self, read: RowRead, row: Row, fault: _Fault, unclear: Unclear, letter: str | None = None) -> None:
        cells = tuple(text_of(cell)[:_LONGEST_SHOWN] for cell in row.cells)
        read.problems.append(Problem(row.number, fault, unclear.sentence, cells, letter, self._sheet))

    def _day(self, cell: Cell) -> date | Unclear:
        around = self.columns.around
        written = cell
        weekday, number = read_weekday(cell), day_number(cell)
        if weekday is not None and around.week is not None:
            day = around.week - timedelta(days=around.week.weekday()) + timedelta(days=weekday)
            written = day.isoformat()
        elif number is not None and around.month is not None:
            written = f"{number}/{around.month.month}/{around.month.year}"
        try:
            return read_day(written, today=self._today, year=around.year)
        except Unclear as unclear:
            return unclear

    def _person(self, row: Row) -> KnownPerson | Unclear:
        # A formula without its answer names nobody; the number beside it may.
        parts = (self.columns.cell(row, role) for role in _NAME_ROLES)
        name = " ".join(text for part in parts if not isinstance(part, Unfinished) and (text := text_of(part)))
        number = text_of(self.columns.cell(row, "number"))
        if not any(role in self.columns.roles for role in (*_NAME_ROLES, "number")):
            name, number = self.columns.around.name, self.columns.around.number
        return self._named(name, number)

    def _named(self, name: str, number: str) -> KnownPerson | Unclear:
        try:
            return self._people.find(name, number)
        except Unclear as unclear:
            return unclear

    def _activity_of(self, row: Row) -> str | Unclear:
        name = text_of(self.columns.cell(row, "activity")) or self._activity
        if not name and "activity" not in self.columns.roles:
            name = self.columns.around.activity
        if not name:
            return Unclear(Sentence("The activity is missing. Add it and load this row again."))
        if len(name) > _LONGEST_ACTIVITY or not any(map(str.isalnum, name)):
            return Unclear(Sentence("“%(read)s” cannot be the name of an activity. Shorten or mend it.", read=quoted(name)))
        return name

    def _length(self, row: Row, day: date | None) -> tuple[Length, int] | Unclear:
        try:
            return self._lengths.read(row, day)
        except Unclear as unclear:
            return unclear
