"""The form of an exported programme: a first line that says what it is, a line a row, and a last line that proves it whole.

Every line is a JSON object. docs/moving.md describes each part for whoever writes another program that reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence

__all__ = ["FORMAT", "TABLE", "VERSION", "BadFileError", "Fault", "Header", "fingerprints"]

FORMAT: Final = "timecredits-programme"
VERSION: Final = 1
TABLE: Final = "table"
"""The member of a row's line that names its table; the others are the table's columns."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line; `line` counts from 1."""

    line: int
    sentence: Sentence


class BadFileError(Exception):
    """The file can't be brought in; nothing was written. `faults` are the first that were found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(str(faults[0].sentence) if faults else "")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: whose rows follow, of which shape, and under which keys they were sealed and signed."""

    revision: str
    programme_id: UUID
    number: int
    slug: str
    name: str
    exported_at: datetime
    with_sign_ins: bool
    keys: Mapping[int, str]

    def as_line(self) -> dict[str, Any]:
        """What is written."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "revision": self.revision,
            "programme": {"id": str(self.programme_id), "number": self.number, "slug": self.slug, "name": self.name},
            "exported_at": self.exported_at.isoformat(),
            "with_sign_ins": self.with_sign_ins,
            "keys": {str(number): mark for number, mark in self.keys.items()},
        }

    @classmethod
    def from_line(cls, line: Any) -> "Header":
        """The header of a file's first line. Raises BadFileError for anything else."""
        if not isinstance(line, dict) or line.get("format") != FORMAT:
            raise BadFileError([Fault(1, Sentence("This is not an exported programme. Nothing was added."))])
        if line.get("version") != VERSION:
            raise BadFileError(
                [Fault(1, Sentence("This file was written by a newer Time Credits. Upgrade this one. Nothing was added."))]
            )
        try:
            programme = line["programme"]
            exported_at = datetime.fromisoformat(line["exported_at"])
            header = cls(
                revision=line["revision"],
                programme_id=UUID(programme["id"]),
                number=programme["number"],
                slug=programme["slug"],
                name=programme["name"],
                exported_at=exported_at,
                with_sign_ins=line["with_sign_ins"],
                keys={int(number): mark for number, mark in line["keys"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            header = None
        if header is None or header.exported_at.tzinfo is None or not _is_typed(header):
            raise BadFileError([Fault(1, Sentence("The first line is damaged. Export the programme again. Nothing was added."))])
        return header


def fingerprints(keyring: Keyring) -> dict[int, str]:
    """By key number, a mark by which the same key is known again. It says nothing about the key."""
    marks = {number: keyring.key("moving/fingerprint", number) for number in keyring.numbers()}
    return {number: key[:8].hex() for number, key in marks.items() if key is not None}


def _is_typed(header: Header) -> bool:
    words = (header.revision, header.slug, header.name, *header.keys.values())
    return all(isinstance(each, str) for each in words) and type(header.number) is int and type(header.with_sign_ins) is bool
