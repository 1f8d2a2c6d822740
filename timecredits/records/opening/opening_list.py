"""Reading a list of people with their credits so far: CSV, XLSX or ODS in, rows and problems out. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Row, Unclear, Unreadable, column_letter, quoted, text_of
from timecredits.hours.imports.days import read_day
from timecredits.hours.imports.limits import MOST_ROWS, too_many_rows
from timecredits.hours.imports.reading import read_sheets
from timecredits.network.volunteers import LONGEST_NAME, split_name
from timecredits.records.opening.cells import read_born_month, read_credits

__all__ = ["ROLES", "ListColumn", "ListProblem", "ListRow", "OpeningList", "UnmatchedListError", "read_list"]

ROLES: Final = ("number", "name", "first_name", "last_name", "credits", "phone", "born", "joined")
"""What a column can mean."""
_LONGEST_NUMBER: Final = 40
_LONGEST_PHONE: Final = 40
_LOOKED_AT: Final = 30  # rows from the top in which the headings are sought
_SAMPLES: Final = 3

# Folded, punctuation as spaces. English, and the Welsh words of a list.
_SPELLINGS: Final[Mapping[str, str]] = {
    "number": "number|no|nr|id|ref|volunteer number|volunteer no|vol no|volunteer id|volunteer ref|member number|member no"
    "|membership number|member id|person number|person id|card number|rhif",
    "name": "name|names|full name|fullname|volunteer|volunteer name|name of volunteer|person|helper|member|member name|enw"
    "|enw llawn",
    "first_name": "first name|firstname|first|forename|forenames|given name|given names|known as|enw cyntaf",
    "last_name": "last name|lastname|last|surname|family name|second name|cyfenw",
    "credits": "credits|credit|credits so far|credit balance|balance|opening balance|credits left|time credits|tempo credits"
    "|time credit balance|credits held|total credits|credydau",
    "phone": "phone|phone number|telephone|tel|mobile|mobile number|contact number|ffon",
    "born": "born|birth month|month of birth|date of birth|dob|birthday|birth date",
    "joined": "joined|joined on|date joined|join date|start date|started|started on|enrolled|enrolled on|since|volunteer since",
}
_MEANS: Final = {spelling: role for role, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}
_BLANKS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column as somebody sees it: its letter, its heading, what stands in it, and what it was taken for ("": not used)."""

    letter: str
    heading: str
    samples: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """Somebody in the list. `minutes` of credit; `number`, `last_name` and `phone` may be ""."""

    row: int
    number: str
    first_name: str
    last_name: str
    minutes: int
    phone: str
    born_month: date | None
    joined_on: date | None

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class ListProblem:
    """A row that is left out: which, the column at fault (one of ROLES), what to do, and how the row reads now."""

    row: int
    column: str
    message: Sentence
    written: str = ""


@dataclass(frozen=True, slots=True)
class OpeningList:
    """The whole list."""

    columns: tuple[ListColumn, ...]
    rows: tuple[ListRow, ...]
    problems: tuple[ListProblem, ...]
    warnings: tuple[Sentence, ...]


class UnmatchedListError(Unreadable):
    """The list could be read, but not which column holds the names; `columns` are there to choose from."""

    def __init__(self, sentence: Sentence, columns: tuple[ListColumn, ...]) -> None:
        super().__init__(sentence)
        self.columns = columns


def read_list(content: bytes, *, today: date, chosen: Mapping[str, str] | None = None) -> OpeningList:
    """Read the first sheet that has headings for people. `chosen` is what columns mean by their letters, where somebody said it.

    Raises UnmatchedListError when nobody's name can be found, Unreadable for a file that can't be used at all.
    """
    sheets = [sheet for sheet in read_sheets(content) if sheet.rows]
    if not sheets:
        raise Unreadable(Sentence("This file is empty. Nothing was added."))
    for sheet in sheets:
        heading, roles = _headings(sheet.rows)
        if heading is not None:
            break
    else:
        sheet, heading, roles = sheets[0], sheets[0].rows[0], {}
    rows = [row for row in sheet.rows if row.number > heading.number]
    if len(rows) > MOST_ROWS:
        raise too_many_rows()
    if chosen is not None:
        roles = {role: place for place in range(len(heading.cells)) if (role := chosen.get(column_letter(place), "")) in ROLES}
    columns = _columns(heading, rows, roles)
    if "name" not in roles and "first_name" not in roles:
        raise UnmatchedListError(
            Sentence("We could not find the names. Choose which column holds them. Nothing was added."), columns
        )
    listed: list[ListRow] = []
    problems: list[ListProblem] = []
    for row in rows:
        try:
            read = _read(row, roles, today)
        except _OneProblemError as fault:
            problems.append(fault.problem)
        else:
            listed += [read] if read is not None else []
    return OpeningList(columns, tuple(listed), tuple(problems), sheet.warnings)


class _OneProblemError(Exception):
    def __init__(self, problem: ListProblem) -> None:
        super().__init__()
        self.problem = problem


def _headings(rows: Sequence[Row]) -> tuple[Row | None, dict[str, int]]:
    for row in rows[:_LOOKED_AT]:
        roles: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            role = _MEANS.get(" ".join(_BLANKS.sub(" ", fold(text_of(cell)[:200])).split()))
            if role is not None:
                roles.setdefault(role, place)
        if "first_name" in roles or "name" in roles:
            return row, roles
    return None, {}


def _columns(heading: Row, rows: Sequence[Row], roles: Mapping[str, int]) -> tuple[ListColumn, ...]:
    taken = {place: role for role, place in roles.items()}
    shown = []
    for place in range(max((len(row.cells) for row in (heading, *rows[:_LOOKED_AT])), default=0)):
        samples = [quoted(row.cell(place)) for row in rows[:_LOOKED_AT] if text_of(row.cell(place))][:_SAMPLES]
        title = quoted(heading.cell(place))
        if title or samples:
            shown.append(ListColumn(column_letter(place), title, tuple(samples), taken.get(place, "")))
    return tuple(shown)


def _read(row: Row, roles: Mapping[str, int], today: date) -> ListRow | None:
    """Somebody, or None for a row that names nobody and holds nothing we use. Raises _OneProblemError."""
    texts = {role: text_of(row.cell(place)) for role, place in roles.items()}
    if not any(texts.values()):
        return None
    written = " · ".join(text for text in texts.values() if text)[:120]

    def fault(column: str, message: Sentence) -> _OneProblemError:
        return _OneProblemError(ListProblem(row.number, column, message, written))

    first, last = texts.get("first_name", ""), texts.get("last_name", "")
    if not first:
        first, last = split_name(texts.get("name", ""))
    if not any(map(str.isalnum, first)):
        raise fault("name", Sentence("The name is missing. Add it and load the file again."))
    if max(len(first), len(last)) > LONGEST_NAME:
        raise fault("name", Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME))
    if len(texts.get("number", "")) > _LONGEST_NUMBER:
        raise fault("number", Sentence("That number is too long. Use at most %(most)s letters.", most=_LONGEST_NUMBER))
    if len(texts.get("phone", "")) > _LONGEST_PHONE:
        raise fault("phone", Sentence("That phone number is too long. Check it."))
    role = "credits"
    try:
        minutes = read_credits(row.cell(roles.get("credits")))
        role = "born"
        born = read_born_month(row.cell(roles.get("born")), today=today)
        role = "joined"
        joined = read_day(row.cell(roles["joined"]), today=today) if texts.get("joined") else None
    except Unclear as unclear:
        raise fault(role, unclear.sentence) from unclear
    return ListRow(row.number, texts.get("number", ""), first, last, minutes, texts.get("phone", ""), born, joined)
