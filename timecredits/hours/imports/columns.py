"""Finds the row of headings and says which column is what: a row an entry, or a column a day, a weekday or a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Moment, Row, Unreadable, text_of
from timecredits.hours.imports.choices import Choice, heading_keys
from timecredits.hours.imports.days import looks_like_a_day, read_weekday
from timecredits.hours.imports.headings import Role, label, outright_role, weak_role
from timecredits.hours.imports.month_days import days_of_month
from timecredits.hours.imports.surroundings import Surroundings, is_fact_row

__all__ = ["Columns", "Finder", "UnmatchedColumns", "is_heading_row"]

_LOOKED_AT = 60  # rows from the top in which the headings are sought
_FEWEST_WEEKDAYS = 3
_SHORT_WEEKDAYS: Final = frozenset("m|t|w|f|s|mo|tu|we|th|fr|sa|su|ll|ma|me|ia|gw".split("|"))  # noqa: SIM905 - as the other words
_FEWEST_PEOPLE = 2
_FEWEST_HEADINGS = 3  # somebody, a day and a length: with fewer there is nothing to choose from
_ROLES_OF_WIDE: Final = frozenset({"name", "first_name", "last_name", "number", "activity", "week"})


class UnmatchedColumns(Unreadable):
    """Rows under headings that say too little. `heading` seems to hold them, for a person to say what they mean."""

    def __init__(self, sentence: Sentence, heading: Row) -> None:
        super().__init__(sentence)
        self.heading = heading


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column (0 is A) is what, and what stands around the table.

    `days` are the date headings of a sheet with a column a day; `weekdays` (0 is Monday) those of one whose rows name the week;
    `people` the headings of one with a column a person. `last` is the number of the last row of headings.
    `shape` names the layout: sheets of one shape with the same columns are read together.
    """

    heading: Row
    roles: Mapping[Role, int]
    around: Surroundings
    days: Mapping[int, Cell] = field(default_factory=dict)
    weekdays: Mapping[int, int] = field(default_factory=dict)
    people: Mapping[int, Cell] = field(default_factory=dict)
    weak: frozenset[Role] = field(default=frozenset())
    last: int = 0
    shape: str = "long"

    @property
    def wide(self) -> bool:
        """Tell whether a row holds more than one entry."""
        return bool(self.days or self.weekdays or self.people)

    def cell(self, row: Row, role: Role) -> Cell:
        """Return a row's cell in the column of `role`, "" if there is none."""
        return row.cell(self.roles.get(role))


@dataclass(slots=True)
class Finder:
    """Finds columns; `is_person` tells whether a text names somebody, `chosen` is what somebody said of headings, by key."""

    is_person: Callable[[str], bool]
    chosen: Mapping[str, Choice] = field(default_factory=dict)
    cells_left: int = 30_000
    """How many cells may still be looked at for headings: a file that seems to be all headings must not take for ever."""

    def find(self, rows: Sequence[Row], look_around: Callable[[Sequence[Row]], Surroundings], sheet: str) -> Columns:
        """Return the columns of the first row that can head a register; Unreadable says which heading was not found."""
        best: tuple[int, Row, Mapping[Role, int]] | None = None
        refused: Unreadable | None = None
        for place, row in enumerate(rows[:_LOOKED_AT]):
            try:
                found = self.at(rows, place, look_around, sheet)
            except Unreadable as fault:
                refused = refused or fault
                continue
            if found is not None:
                return found
            roles = self._roles(row)[0] if self.cells_left > 0 else {}
            if best is None or len(roles) > best[0]:
                best = (len(roles), row, roles)
        raise refused or _no_headings(best, rows)

    def at(
        self, rows: Sequence[Row], place: int, look_around: Callable[[Sequence[Row]], Surroundings], sheet: str
    ) -> Columns | None:
        """Return the columns if the row at `place` heads a table, with the row below it where that holds headings too."""
        self.cells_left -= len(rows[place].cells)
        if self.cells_left < 0:
            return None
        row, last = self._with_row_below(rows, place)
        roles, weak = self._roles(row)
        days = {column: cell for column, cell in enumerate(row.cells) if looks_like_a_day(cell) and self._counts(row, column)}
        if not (roles or len(days) > 1 or days_of_month(row.cells) or sum(map(_is_weekday, row.cells)) > 1):
            return None
        around = look_around(rows[:place])
        if "date" not in roles and "week" in roles and label(row.cells[roles["week"]]) != "week":
            roles = {**roles, "date": roles["week"]} if _tells_time(roles) else roles
        columns = Columns(row, roles, around, weak=weak, last=last)
        return self._long(columns, sheet) or self._by_days(columns, days) or self._by_people(columns)

    def _long(self, columns: Columns, sheet: str) -> Columns | None:
        roles, around = columns.roles, columns.around
        if not _tells_time(roles):
            return None
        if "date" in roles and _names_people(roles):
            return columns
        if "date" in roles and (around.name or around.number):
            return columns
        if "date" in roles and self.is_person(sheet):
            return replace(columns, around=replace(around, name=sheet))
        return columns if _names_people(roles) and text_of(around.day) else None

    def _by_days(self, columns: Columns, days: Mapping[int, Cell]) -> Columns | None:
        row, around = columns.heading, columns.around
        numbered = days_of_month(row.cells) if not days else {}
        weekdays = {column: day for column, cell in enumerate(row.cells) if (day := read_weekday(cell)) is not None}
        if days or len(set(weekdays.values())) < _FEWEST_WEEKDAYS:
            weekdays = {}
        headed = days or numbered or weekdays
        if not headed:
            return None
        roles = dict(columns.roles)
        if not _names_people(roles) and len(headed) > 1 and (name := _unlabelled_name(row, headed)) is not None:
            roles["name"] = name
        if not _names_people(roles) and not around.name:
            return None
        columns = replace(columns, roles={role: column for role, column in roles.items() if role in _ROLES_OF_WIDE})
        if days:
            return replace(columns, days=days, shape="days")
        if numbered:
            if around.month is None:
                raise Unreadable(
                    Sentence(
                        "Row %(row)s has the days of a month. Write the month and year above it. Nothing was added.",
                        row=row.number,
                    )
                )
            month = f"{around.month.month}/{around.month.year}"
            return replace(columns, days={column: f"{day}/{month}" for column, day in numbered.items()}, shape="month")
        if "week" in roles:
            return replace(columns, weekdays=weekdays, shape="weekdays")
        if around.week is None:
            raise Unreadable(
                Sentence(
                    "Row %(row)s has weekdays. Write “Week commencing” and its date above it. Nothing was added.", row=row.number
                )
            )
        monday = around.week - timedelta(days=around.week.weekday())
        dated = {column: Moment(monday + timedelta(days=day), None) for column, day in weekdays.items()}
        return replace(columns, days=dated, shape="week")

    def _by_people(self, columns: Columns) -> Columns | None:
        roles = columns.roles
        if "date" not in roles or _names_people(roles):
            return None
        headings = {column: cell for column, cell in enumerate(columns.heading.cells) if column not in roles.values()}
        known = [column for column, cell in headings.items() if isinstance(cell, str) and self.is_person(text_of(cell))]
        if len(known) < _FEWEST_PEOPLE:
            return None
        people = {
            column: cell
            for column, cell in headings.items()
            if column in known
            or (
                label(cell)
                and weak_role(cell) is None
                and known[0] < column < known[-1]
                and self._counts(columns.heading, column)
            )
        }
        kept: dict[Role, int] = {role: column for role, column in roles.items() if role in {"date", "activity", "note"}}
        return replace(columns, roles=kept, people=people, shape="people")

    def _counts(self, row: Row, column: int) -> bool:
        return not self.chosen or self.chosen.get(heading_keys(row.cells)[column]) is None

    def _roles(self, row: Row) -> tuple[dict[Role, int], frozenset[Role]]:
        """Give each role the column chosen for it, else the first whose heading names it outright, else one that may mean it."""
        roles: dict[Role, int] = {}
        weak: set[Role] = set()
        settled: set[int] = set()
        for column, key in enumerate(heading_keys(row.cells) if self.chosen else []):
            choice = self.chosen.get(key)
            if choice is not None:
                settled.add(column)
                if choice != "ignore":
                    roles.setdefault(choice, column)
        for column, cell in enumerate(row.cells):
            role = outright_role(cell) if column not in settled and isinstance(cell, str) and cell else None
            if role is not None:
                roles.setdefault(role, column)
        taken = settled | set(roles.values())
        for column, cell in enumerate(row.cells):
            role = weak_role(cell) if column not in taken and isinstance(cell, str) and cell else None
            if role is not None and role not in roles:
                roles[role] = column
                weak.add(role)
        if "last_name" in roles and "first_name" not in roles and "name" in roles:
            roles["first_name"] = roles.pop("name")
        return roles, frozenset(weak)

    def _with_row_below(self, rows: Sequence[Row], place: int) -> tuple[Row, int]:
        """Put two rows of headings into one: "Time" over "In" and "Out"; or weekdays under the dates they belong to."""
        row = rows[place]
        if place + 1 >= len(rows) or rows[place + 1].number != row.number + 1:
            return row, row.number
        below = rows[place + 1]
        filled = [cell for cell in below.cells if text_of(cell)]
        if all(_is_weekday(cell) for cell in filled):
            return row, below.number
        if all(looks_like_a_day(cell) for cell in filled) and not any(looks_like_a_day(cell) for cell in row.cells):
            width = max(len(row.cells), len(below.cells))
            return Row(row.number, tuple(below.cell(column) or row.cell(column) for column in range(width))), below.number
        if not filled or any(outright_role(cell) is None and weak_role(cell) is None for cell in filled):
            return row, row.number
        if sum(1 for cell in row.cells if text_of(cell)) < 2 or is_fact_row(row) or self._is_whole(below):  # noqa: PLR2004 - a title
            return row, row.number
        merged: list[Cell] = []
        group = ""
        for column in range(max(len(row.cells), len(below.cells))):
            upper, lower = row.cell(column), below.cell(column)
            group = text_of(upper) or group
            both = f"{group} {text_of(lower)}"
            merged.append((both if outright_role(both) else lower) if text_of(lower) else upper)
        return Row(row.number, tuple(merged)), below.number

    def _is_whole(self, row: Row) -> bool:
        roles, _ = self._roles(row)
        return "date" in roles and _names_people(roles) and _tells_time(roles)


def is_heading_row(row: Row, columns: Columns) -> bool:
    """Tell whether a later row repeats the headings, as at the top of each printed page."""
    heading = columns.heading.cells
    if len(row.cells) != len(heading) or not all(_says_the_same(*pair) for pair in zip(row.cells, heading, strict=True)):
        return False
    return sum(1 for cell in row.cells if label(cell)) > 1


def _says_the_same(one: Cell, other: Cell) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and label(one) == label(other))


def _names_people(roles: Mapping[Role, int]) -> bool:
    return "name" in roles or "number" in roles or ("first_name" in roles and "last_name" in roles)


def _tells_time(roles: Mapping[Role, int]) -> bool:
    return bool({"hours", "minutes", "time"} & roles.keys()) or {"start", "end"} <= roles.keys()


def _is_weekday(cell: Cell) -> bool:
    return read_weekday(cell) is not None or text_of(cell).casefold() in _SHORT_WEEKDAYS


def _unlabelled_name(row: Row, days: Mapping[int, object]) -> int | None:
    """Return the blank-headed column before the first day, where a wide sheet keeps its names."""
    before = [column for column in range(min(days)) if label(row.cells[column]) == ""]
    return before[0] if before else None


def _no_headings(best: tuple[int, Row, Mapping[Role, int]] | None, rows: Sequence[Row]) -> Unreadable:
    likely = next((row for row in rows[:_LOOKED_AT] if _may_head(row)), None)
    if best is None or best[0] < 2:  # noqa: PLR2004 - one word that fits may be chance
        sentence = Sentence("We found no row of headings. Name the columns “Date”, “Name” and “Hours”. Nothing was added.")
    else:
        _, likely, roles = best
        if not _names_people(roles):
            wording = "Row %(row)s looks like headings, but none is “Name” or “Volunteer number”. Nothing was added."
        elif "date" not in roles:
            wording = "Row %(row)s looks like headings, but none is “Date”. Nothing was added."
        else:
            wording = "Row %(row)s looks like headings, but none is “Hours”, or “Start” and “Finish”. Nothing was added."
        sentence = Sentence(wording, row=likely.number)
    if likely is None or not _may_head(likely) or likely.number == rows[-1].number:
        return Unreadable(sentence)
    return UnmatchedColumns(sentence, likely)


def _may_head(row: Row) -> bool:
    """Tell whether a row may hold headings that we don't know: three short texts or more."""
    texts = [text_of(cell) for cell in row.cells if isinstance(cell, str) and cell]
    return len(texts) >= _FEWEST_HEADINGS and all(len(text) <= 60 and any(map(str.isalpha, text)) for text in texts)  # noqa: PLR2004
