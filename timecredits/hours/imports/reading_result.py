"""What was read from a register: rows ready to be added, rows to send back, and how the sheet was understood."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.columns import Role
from timecredits.hours.imports.matching import KnownPerson

__all__ = ["Layout", "Problem", "Reading", "ReadyRow", "RecognisedColumn"]


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One entry of hours that can be added. `minutes` 1 to 1440; `starts` and `ends` are minutes after midnight."""

    row: int
    column: str | None
    person: KnownPerson
    day: date
    minutes: int
    starts: int | None
    ends: int | None
    activity: str
    note: str

    @property
    def sameness(self) -> tuple[UUID, date, int, int | None, int | None, str, str]:
        """Return what makes two rows the same entry, however each was spelled."""
        return self.person.id, self.day, self.minutes, self.starts, self.ends, fold(self.activity), fold(self.note)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row to send back: where, which column is at fault, what to do, and the row as it was written."""

    row: int
    column: Literal["date", "volunteer", "hours", "activity"]
    message: Sentence
    cells: tuple[str, ...]
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class RecognisedColumn:
    """A column as it was understood: its letter, its heading as written, and its role ("day" for a day of a wide sheet)."""

    letter: str
    heading: str
    role: Role | Literal["day"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the sheet was understood, to be shown before anything is added. `sheet` is "" for a CSV file."""

    sheet: str
    title: str
    heading_row: int
    wide: bool
    columns: tuple[RecognisedColumn, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole file. `repeated` are ready rows that stood in the file before; they are not in `ready` again."""

    ready: tuple[ReadyRow, ...]
    problems: tuple[Problem, ...]
    repeated: tuple[ReadyRow, ...]
    warnings: tuple[Sentence, ...]
    layout: Layout

    def activities(self) -> dict[str, str]:
        """Return the activities by folded name, each in the spelling used most (of equals, the first)."""
        spellings: dict[str, Counter[str]] = {}
        for row in self.ready:
            spellings.setdefault(fold(row.activity), Counter())[row.activity] += 1
        return {folded: spelled.most_common(1)[0][0] for folded, spelled in spellings.items()}
