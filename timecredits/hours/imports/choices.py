"""What a person said about a file when we read it wrong: which column means what, and which sheets count."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from timecredits.foundation.folding import fold
from timecredits.hours.imports.cells import Cell, column_letter, text_of
from timecredits.hours.imports.headings import Role

__all__ = ["CHOICES", "Choice", "Choices", "heading_keys", "headings_hash"]

Choice = Role | Literal["ignore"]
CHOICES: Final[tuple[Choice, ...]] = (*get_args(Role), "ignore")
_LONGEST = 100
_MOST = 400


@dataclass(frozen=True, slots=True)
class Choices:
    """`columns` by the key of their heading (see `heading_keys`); `sheets` by name, empty for those we find ourselves."""

    columns: Mapping[str, Choice] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns or self.sheets)

    def as_json(self) -> dict[str, Any]:
        """Plain values to be stored."""
        return {"columns": dict(self.columns), "sheets": list(self.sheets)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Choices":
        """Choices as they were stored; what nobody could have chosen is passed over."""
        columns = (stored or {}).get("columns") or {}
        known = {str(key): cast("Choice", choice) for key, choice in list(columns.items())[:_MOST] if choice in CHOICES}
        return cls(known, tuple(str(name) for name in (stored or {}).get("sheets") or ()))


def heading_keys(cells: Sequence[Cell]) -> list[str]:
    """Return a name for each column that stays the same from file to file: its heading, or its letter where there is none."""
    keys: list[str] = []
    seen: dict[str, int] = {}
    for column, cell in enumerate(cells):
        folded = fold(text_of(cell)[:_LONGEST]) or f"@{column_letter(column)}"
        seen[folded] = seen.get(folded, 0) + 1
        keys.append(folded if seen[folded] == 1 else f"{folded}#{seen[folded]}")
    return keys


def headings_hash(keys: Sequence[str]) -> bytes:
    """Return 32 bytes that are the same for the same headings."""
    return hashlib.sha256("\x1f".join(keys).encode(errors="replace")).digest()
