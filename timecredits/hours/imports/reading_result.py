"""What was read from a register: rows ready to be added, rows to send back, and how the sheet was understood."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal
from uuid import UUID

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Sheet
from timecredits.hours.imports.headings import Role
from timecredits.hours.imports.matching import KnownPerson

__all__ = ["Layout", "Problem", "ReadSheet", "Reading", "ReadyRow", "RecognisedColumn", "ShownColumn"]


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One entry of hours that can be added. `minutes` 1 to 1440; `starts` and `ends` are minutes after midnight.

    `sheet` names the sheet where a workbook's rows come from several, else it is "".
    """

    row: int
    column: str | None
    person: KnownPerson
    day: date
    minutes: int
    starts: int | None
    ends: int | None
    activity: str
    note: str
    sheet: str = ""

    @property
    def sameness(self) -> tuple[UUID, date, int, int | None, int | None, str, str]:
        """Return what makes two rows the same entry, however each was spelled."""
        return self.person.id, self.day, self.minutes, self.starts, self.ends, _folded(self.activity), _folded(self.note)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row to send back: where, which column is at fault, what to do, and the row as it was written."""

    row: int
    column: Literal["date", "volunteer", "hours", "activity"]
    message: Sentence
    cells: tuple[str, ...]
    letter: str | None = None
    sheet: str = ""


_folded = lru_cache(maxsize=4096)(fold)
ShownRole = Role | Literal["day", "person"]


@dataclass(frozen=True, slots=True)
class RecognisedColumn:
    """A column as it was understood: its letter, its heading as written, and its role ("day" and "person" for a column each)."""

    letter: str
    heading: str
    role: ShownRole


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column for a person to look at: `key` names it (choices.py), `role` is None where it isn't used; its first values."""

    key: str
    letter: str
    heading: str
    role: ShownRole | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file was understood, to be shown before anything is added. `sheet` is "" for a CSV file.

    `headings` are the words over the columns and `width` how many cells a row has, for the rows to mend. `sheets` are those that
    were read, `all_sheets` those that have headings. `about` says whose sheet, which day, month or week it is, where it does.
    """

    sheet: str
    title: str
    heading_row: int
    wide: bool
    columns: tuple[RecognisedColumn, ...]
    passed_over: tuple[str, ...]
    shown: tuple[ShownColumn, ...] = ()
    headings: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    all_sheets: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet that was read: its rows, which of them (by number) gave entries or problems, and which are headings."""

    sheet: Sheet
    entry_rows: frozenset[int]
    heading_rows: frozenset[int]
    person: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole file. `repeated` are ready rows that stood in the file before; they are not in `ready` again."""

    ready: tuple[ReadyRow, ...]
    problems: tuple[Problem, ...]
    repeated: tuple[ReadyRow, ...]
    warnings: tuple[Sentence, ...]
    layout: Layout
    sheets: tuple[ReadSheet, ...] = ()

    def activities(self) -> dict[str, str]:
        """Return the activities by folded name, each in the spelling used most (of equals, the first)."""
        spellings: dict[str, Counter[str]] = {}
        for row in self.ready:
            spellings.setdefault(_folded(row.activity), Counter())[row.activity] += 1
        return {folded: spelled.most_common(1)[0][0] for folded, spelled in spellings.items()}
