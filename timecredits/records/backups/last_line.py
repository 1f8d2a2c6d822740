"""The file of a backup: the database's own file, and one more line that says what it is and proves it whole.

SQLite and pg_restore don't mind the line, so that a backup opens without this program, too (docs/adr/0044). It is JSON, a
space, and the SHA-256 of every byte before that, in hexadecimal.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

__all__ = ["POSTGRESQL", "SQLITE", "Backup", "UnusableError", "add_last_line", "read_backup"]

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

_FORMAT: Final = "timecredits-backup"
_VERSION: Final = 1
_BEGINNINGS: Final = {SQLITE: b"SQLite format 3\x00", POSTGRESQL: b"PGDMP"}
_LINE: Final = re.compile(rb"\n(\{[^\n]*\}) ([0-9a-f]{64})\n\Z")
_LONGEST: Final = 256 * 1024
_SEAL: Final = 64 + 1
"""The digest in hexadecimal, and the end of the line."""
_AT_ONCE: Final = 1024 * 1024


class UnusableError(Exception):
    """A file or a database that can't be used for this. Says why in one sentence, for whoever sits at the terminal."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself: `size` is that of the database's part, in bytes, and `rows` are counted by table."""

    kind: str
    schema: str
    made_at: datetime
    size: int
    rows: Mapping[str, int]


def add_last_line(file: Path, *, kind: str, schema: str, made_at: datetime, rows: Mapping[str, int]) -> None:
    """Make the database's file at `file` a backup, on the disk. Raises OSError."""
    with file.open("r+b") as out:
        size = out.seek(0, os.SEEK_END)
        about = {
            "format": _FORMAT,
            "version": _VERSION,
            "kind": kind,
            "schema": schema,
            "made_at": made_at.isoformat(),
            "size": size,
            "rows": dict(sorted(rows.items())),
        }
        out.write(b"\n" + json.dumps(about).encode() + b" ")
        digest = _digest(out, out.tell())
        out.seek(0, os.SEEK_END)
        out.write(digest.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def read_backup(file: Path) -> Backup:
    """What the backup says of itself, once every byte of it is proved. Raises UnusableError."""
    try:
        with file.open("rb") as content:
            return _read(file, content)
    except OSError as fault:
        raise UnusableError(f"{file} can't be read: {fault.strerror or fault}.") from fault


def _read(file: Path, content: IO[bytes]) -> Backup:
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    beginning = content.read(16)
    if not any(beginning.startswith(each) for each in _BEGINNINGS.values()):
        raise UnusableError(f"{file} is not a backup, or it is damaged.")
    content.seek(max(0, size - _LONGEST))
    line = _LINE.search(content.read())
    if line is None:
        raise UnusableError(f"{file} is not a whole backup: its last line is missing. Was it cut off?")
    if _digest(content, size - _SEAL).encode() != line[2]:
        raise UnusableError(f"{file} is damaged: it is not as it was written.")
    try:
        return _told(json.loads(line[1]), beginning, size - len(line[0]))
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise UnusableError(f"{file} is no backup that this version can read. Was it made by a newer one?") from fault


def _told(about: Any, beginning: bytes, size: int) -> Backup:
    if about["format"] != _FORMAT or about["version"] != _VERSION or about["size"] != size:
        raise ValueError
    if not beginning.startswith(_BEGINNINGS[about["kind"]]):
        raise ValueError
    made_at = datetime.fromisoformat(about["made_at"])
    if made_at.tzinfo is None:
        raise ValueError
    return Backup(about["kind"], str(about["schema"]), made_at, size, {str(k): int(v) for k, v in about["rows"].items()})


def _digest(content: IO[bytes], length: int) -> str:
    """The SHA-256 of the first `length` bytes."""
    content.seek(0)
    digest = hashlib.sha256()
    while length and (part := content.read(min(_AT_ONCE, length))):
        digest.update(part)
        length -= len(part)
    return digest.hexdigest()
