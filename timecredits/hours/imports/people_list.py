"""Reading a list of people, CSV or XLSX: who is to be enrolled, under which number. Pure, as the reading of registers is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.imports.cells import Row, Unclear, Unreadable, quoted, text_of
from timecredits.hours.imports.days import read_day
from timecredits.hours.imports.limits import MOST_ROWS, too_many_rows
from timecredits.hours.imports.reading import read_sheets

__all__ = ["ListedRow", "PeopleList", "PeopleProblem", "read_people"]

_Role = Literal["number", "first_name", "last_name", "name", "joined"]

# Folded, punctuation as spaces. English, and the Welsh words of a list.
_SPELLINGS: Final[dict[_Role, str]] = {
    "number": "number|no|nr|id|ref|reference|volunteer number|volunteer no|vol no|volunteer id|volunteer ref|volunteer reference"
    "|volunteer code|member number|member no|membership number|member id|person number|person id|card number|v no|rhif",
    "first_name": "first name|firstname|first names|first|forename|forenames|given name|given names|christian name|known as"
    "|enw cyntaf",
    "last_name": "last name|lastname|last|surname|family name|second name|cyfenw",
    "name": "name|names|full name|fullname|volunteer|volunteer name|name of volunteer|person|helper|member|member name|enw"
    "|enw llawn",
    "joined": "joined|joined on|date joined|join date|start date|started|started on|enrolled|enrolled on|date enrolled|since"
    "|volunteer since|dyddiad dechrau",
}
_ROLES: Final = {spelling: role for role, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}
_BLANKS: Final = re.compile(r"[\W_]+")
_LOOKED_AT = 30  # rows from the top in which the headings are sought


@dataclass(frozen=True, slots=True)
class ListedRow:
    """Somebody in the list. `number` and `last_name` may be ""; `name` is the name as one field, used without `first_name`."""

    row: int
    number: str
    first_name: str
    last_name: str
    name: str
    joined_on: date | None


@dataclass(frozen=True, slots=True)
class PeopleProblem:
    """A row to send back: where, which column is at fault, and what to do."""

    row: int
    column: Literal["number", "name", "joined"]
    message: Sentence


@dataclass(frozen=True, slots=True)
class PeopleList:
    """The whole list."""

    rows: tuple[ListedRow, ...]
    problems: tuple[PeopleProblem, ...]
    warnings: tuple[Sentence, ...]


def read_people(content: bytes, *, today: date) -> PeopleList:
    """Read a list of people from the first sheet that has headings for them.

    Raises Unreadable (with a Sentence) for a file that cannot be used at all; anything less is a problem of its row.
    """
    for sheet in read_sheets(content):
        heading, roles = _headings(sheet.rows)
        if heading is not None:
            rows = [row for row in sheet.rows if row.number > heading.number]
            if len(rows) > MOST_ROWS:
                raise too_many_rows()
            listed, problems = _read_rows(rows, roles, today)
            return PeopleList(tuple(listed), tuple(problems), (*sheet.warnings, *_unused(heading, roles)))
    raise Unreadable(
        Sentence("We found no row of headings. Name the columns “Number”, “First name” and “Last name”. Nothing was added.")
    )


def _headings(rows: Sequence[Row]) -> tuple[Row | None, dict[_Role, int]]:
    for row in rows[:_LOOKED_AT]:
        roles: dict[_Role, int] = {}
        for column, cell in enumerate(row.cells):
            role = _ROLES.get(" ".join(_BLANKS.sub(" ", fold(text_of(cell)[:200])).split()))
            if role is not None:
                roles.setdefault(role, column)
        if "first_name" in roles or "name" in roles:
            return row, roles
    return None, {}


def _read_rows(rows: Sequence[Row], roles: dict[_Role, int], today: date) -> tuple[list[ListedRow], list[PeopleProblem]]:
    listed: list[ListedRow] = []
    problems: list[PeopleProblem] = []
    for row in rows:
        texts = {role: text_of(row.cell(column)) for role, column in roles.items()}
        if not any(texts.values()):
            continue
        joined: date | None = None
        if texts.get("joined"):
            try:
                joined = read_day(row.cell(roles["joined"]), today=today)
            except Unclear as unclear:
                problems.append(PeopleProblem(row.number, "joined", unclear.sentence))
                continue
        first, last, name = (texts.get(role, "") for role in ("first_name", "last_name", "name"))
        if not any(map(str.isalnum, first or name)):
            problems.append(PeopleProblem(row.number, "name", Sentence("The name is missing. Add it and load the file again.")))
            continue
        listed.append(ListedRow(row.number, texts.get("number", ""), first, last, name, joined))
    return listed, problems


def _unused(heading: Row, roles: dict[_Role, int]) -> list[Sentence]:
    taken = set(roles.values())
    unused = [quoted(cell) for column, cell in enumerate(heading.cells) if column not in taken and text_of(cell)]
    if not unused:
        return []
    return [
        counted(
            "The column %(columns)s was not used.",
            "The columns %(columns)s were not used.",
            len(unused),
            columns=", ".join(f"“{text}”" for text in unused),
        )
    ]
