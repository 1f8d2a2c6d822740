"""Finds the row of headings and says which column is what, in long sheets (a row an entry) and wide ones (a column a day)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Row, Unreadable, text_of
from timecredits.hours.imports.days import looks_like_a_day

__all__ = ["Columns", "Role", "find_columns", "is_heading_row"]

Role = Literal[
    "date", "name", "first_name", "last_name", "number", "hours", "minutes", "time", "start", "end", "activity", "note"
]

_LOOKED_AT = 60  # rows from the top in which the headings are sought

# Folded, punctuation as spaces, short words in full. English, and the Welsh words of a register.
_EXACT: Final[dict[Role, str]] = {
    "date": "date|dates|date of session|session date|date given|date worked|date volunteered|activity date|dated|dyddiad",
    "name": "name|names|volunteer|volunteer name|name of volunteer|volunteer full name|full name|fullname|person|who|helper"
    "|helper name|member|member name|participant|participant name|enw|enw llawn|gwirfoddolwr",
    "first_name": "first name|firstname|first names|forename|forenames|given name|given names|christian name|enw cyntaf",
    "last_name": "last name|lastname|surname|family name|second name|cyfenw",
    "number": "volunteer number|volunteer id|volunteer ref|volunteer reference|volunteer code|v number|number of volunteer"
    "|member number|membership number|membership id|member id|person number|person id|card number|rhif|rhif gwirfoddolwr",
    "hours": "hours|hours given|hours worked|hours volunteered|hours done|volunteer hours|volunteering hours|hours volunteering"
    "|hours contributed|hours spent|number of hours|number hours|hours decimal|hours hh mm|hours logged|duration|duration hours"
    "|length|length of time|length hours|time given|time spent|time volunteered|time worked|time hours|oriau",
    "minutes": "minutes|minutes given|duration minutes|length minutes|time minutes|time in minutes|number of minutes|munudau",
    "start": "start|starts|start time|started|time in|in|from|time from|begin|begins|begin time|time start|time started|arrived"
    "|arrival|arrival time|time arrived|sign in|signed in|sign in time|dechrau|amser dechrau",
    "end": "end|ends|end time|ended|finish|finished|finish time|time out|out|to|until|time to|time end|time finish"
    "|time finished|left|time left|departed|departure|departure time|sign out|signed out|sign out time|gorffen|diwedd"
    "|amser gorffen",
    "activity": "activity|activity name|activities|what|task|tasks|project|role|group|opportunity|type of activity"
    "|activity type|what they did|what you did|work|work done|service|team|job|gweithgaredd",
    "note": "note|notes|comment|comments|remark|remarks|details|other|other notes|feedback|nodyn|nodiadau|sylwadau",
}
# Words that say the same with less certainty; used for a role that no heading names outright.
_WEAK: Final[dict[Role, str]] = {
    "date": "day|when|session day|week commencing",
    "number": "number|id|ref|reference|code",
    "hours": "total hours|total time|total|hours total",
    "time": "time|times|amser",
    "activity": "session|description|event|where|place",
}
_IN_FULL: Final = {
    **dict.fromkeys(("h", "hr", "hrs", "hour"), "hours"),
    **dict.fromkeys(("min", "mins", "minute"), "minutes"),
    **dict.fromkeys(("vol", "vols", "volunteers"), "volunteer"),
    **dict.fromkeys(("no", "nr", "num", "nos"), "number"),
}
_SPELLINGS: Final = {word: role for role, words in _EXACT.items() for word in words.split("|")}
_WEAK_SPELLINGS: Final = {word: role for role, words in _WEAK.items() for word in words.split("|")}
_ROLES_OF_WIDE: Final = frozenset({"name", "first_name", "last_name", "number", "activity"})
_BLANKS: Final = re.compile(r"[\W_]+")
_BRACKETS: Final = re.compile(r"\([^()]{0,60}\)")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column (0 is A) is what; `days` are the date headings of a wide sheet, empty in a long one."""

    heading: Row
    roles: Mapping[Role, int]
    days: Mapping[int, Cell]
    title: str = ""
    weak: frozenset[Role] = field(default=frozenset())

    @property
    def wide(self) -> bool:
        """Tell whether there is a column for each day."""
        return bool(self.days)

    def cell(self, row: Row, role: Role) -> Cell:
        """Return a row's cell in the column of `role`, "" if there is none."""
        return row.cell(self.roles.get(role))


def find_columns(rows: Sequence[Row]) -> Columns:
    """Return the columns of the first row that can head a register; Unreadable says which heading was not found."""
    best: tuple[int, Row, Mapping[Role, int]] | None = None
    for place, row in enumerate(rows[:_LOOKED_AT]):
        roles, weak = _roles(row)
        days = {column: cell for column, cell in enumerate(row.cells) if looks_like_a_day(cell)}
        if _is_long(roles):
            return Columns(row, roles, {}, _title(rows[:place]), weak)
        name = _unlabelled_name(row, days) if not _names_people(roles) and len(days) > 1 else None
        if name is not None:
            roles = {**roles, "name": name}
        if days and _names_people(roles):
            kept: dict[Role, int] = {role: column for role, column in roles.items() if role in _ROLES_OF_WIDE}
            return Columns(row, kept, days, _title(rows[:place]), weak)
        if best is None or len(roles) > best[0]:
            best = (len(roles), row, roles)
    raise _no_headings(best)


def is_heading_row(row: Row, columns: Columns) -> bool:
    """Tell whether a later row repeats the headings, as at the top of each printed page."""
    labels = [label for label in map(_label, row.cells) if label]
    return len(labels) > 1 and [_label(cell) for cell in row.cells] == [_label(cell) for cell in columns.heading.cells]


def _roles(row: Row) -> tuple[dict[Role, int], frozenset[Role]]:
    """Give each role the first column whose heading names it outright, else the first that may mean it."""
    roles: dict[Role, int] = {}
    weak: set[Role] = set()
    labels = [_label(cell) for cell in row.cells]
    for column, label in enumerate(labels):
        role = _SPELLINGS.get(label) or _SPELLINGS.get(_label_without_brackets(row.cells[column]))
        if role is not None:
            roles.setdefault(role, column)
    taken = set(roles.values())
    for column, label in enumerate(labels):
        role = _WEAK_SPELLINGS.get(label)
        if role is not None and role not in roles and column not in taken:
            roles[role] = column
            weak.add(role)
    if "last_name" in roles and "first_name" not in roles and "name" in roles:
        roles["first_name"] = roles.pop("name")
    return roles, frozenset(weak)


def _names_people(roles: Mapping[Role, int]) -> bool:
    return "name" in roles or "number" in roles or ("first_name" in roles and "last_name" in roles)


def _tells_time(roles: Mapping[Role, int]) -> bool:
    return bool({"hours", "minutes", "time"} & roles.keys()) or {"start", "end"} <= roles.keys()


def _is_long(roles: Mapping[Role, int]) -> bool:
    return "date" in roles and _names_people(roles) and _tells_time(roles)


def _unlabelled_name(row: Row, days: Mapping[int, Cell]) -> int | None:
    """Return the blank-headed column before the first day, where a wide sheet keeps its names."""
    before = [column for column in range(min(days)) if _label(row.cells[column]) == ""]
    return before[0] if before else None


def _title(above: Sequence[Row]) -> str:
    """Return the first text above the headings."""
    texts = (text_of(cell) for row in above for cell in row.cells if isinstance(cell, str) and not looks_like_a_day(cell))
    return next((text for text in texts if any(letter.isalpha() for letter in text)), "")


def _label(cell: Cell) -> str:
    return _in_full(fold(text_of(cell)[:200]))


def _label_without_brackets(cell: Cell) -> str:
    return _in_full(fold(_BRACKETS.sub(" ", text_of(cell)[:200])))


def _in_full(text: str) -> str:
    words = _BLANKS.sub(" ", text.replace("#", " number ")).split()
    return " ".join(_IN_FULL.get(word, word) for word in words)


def _no_headings(best: tuple[int, Row, Mapping[Role, int]] | None) -> Unreadable:
    if best is None or best[0] < 2:  # noqa: PLR2004 - one word that fits may be chance
        return Unreadable(
            Sentence("We found no row of headings. Name the columns “Date”, “Name” and “Hours”. Nothing was added.")
        )
    _, row, roles = best
    if not _names_people(roles):
        return Unreadable(
            Sentence(
                "Row %(row)s looks like headings, but none is “Name” or “Volunteer number”. Nothing was added.", row=row.number
            )
        )
    if "date" not in roles:
        return Unreadable(Sentence("Row %(row)s looks like headings, but none is “Date”. Nothing was added.", row=row.number))
    return Unreadable(
        Sentence(
            "Row %(row)s looks like headings, but none is “Hours”, or “Start” and “Finish”. Nothing was added.", row=row.number
        )
    )
