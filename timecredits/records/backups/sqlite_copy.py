"""A copy of a SQLite database while people go on working in it, and the database out of a copy.

VACUUM INTO copies as of one moment and keeps nobody waiting. SQLite's own backup API begins anew at every write and never
ended while people worked (design/scale.md).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy.engine import make_url

from timecredits.foundation import clock
from timecredits.records.backups.last_line import SQLITE, Backup, UnusableError, add_last_line

__all__ = ["copy_database", "count_rows", "database_file", "faults_of", "finish", "refuse_leftovers", "take_out"]

_PATIENCE: Final = 15.0
_AT_ONCE: Final = 1024 * 1024
_MOST: Final = 20


def database_file(url: str) -> Path:
    """The file that the address of a SQLite database names. Raises UnusableError for one in memory."""
    name = make_url(url).database
    if name in {None, "", ":memory:"}:
        raise UnusableError("DATABASE_URL names a database in memory. Set it like sqlite:///folder/file.db.")
    return Path(str(name))


def copy_database(source: Path, file: Path) -> None:
    """Make the empty `file` a backup of the database at `source`. Raises UnusableError, OSError for `file`."""
    if not source.is_file():
        raise UnusableError(f"There is no database at {source}. Check DATABASE_URL. Nothing was written.")
    made_at = clock.now()
    try:
        with closing(sqlite3.connect(_address(source, "mode=rw"), uri=True, timeout=_PATIENCE, isolation_level=None)) as line:
            line.execute("VACUUM INTO ?", (str(file),))
    except sqlite3.Error as fault:
        raise UnusableError(f"The copy can't be made: {fault}. Nothing of it stayed.") from fault
    with _opened(file) as copy:
        schema, rows = _schema(copy), _count(copy)
    add_last_line(file, kind=SQLITE, schema=schema, made_at=made_at, rows=rows)


def take_out(file: Path, backup: Backup, target: Path) -> None:
    """Write the database in `file` to `target`, without the last line. Raises OSError."""
    left = backup.size
    with file.open("rb") as source, target.open("wb") as out:
        while left and (part := source.read(min(_AT_ONCE, left))):
            out.write(part)
            left -= len(part)


def finish(target: Path) -> None:
    """Bring what was written to a database that nobody else uses into its one file. Raises UnusableError."""
    with closing(sqlite3.connect(_address(target, "mode=rw"), uri=True, timeout=_PATIENCE, isolation_level=None)) as line:
        mode = line.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != ("delete",):
        raise UnusableError("The restored database can't be closed. Nothing was changed.")


def refuse_leftovers(target: Path) -> None:
    """Raise UnusableError for files beside `target` of a database that is gone: SQLite would write them into the new one."""
    for suffix in ("-wal", "-shm", "-journal"):
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            raise UnusableError(f"{beside} is left of another database. Move it away first. Nothing was changed.")


def count_rows(database: Path) -> dict[str, int]:
    """How many rows each table of a database holds that nobody uses."""
    with _opened(database) as line:
        return _count(line)


def faults_of(database: Path) -> list[str]:
    """What SQLite finds broken in the pages, indexes, constraints and foreign keys of a database that nobody uses."""
    try:
        with _opened(database) as line:
            found = [row[0] for row in line.execute(f"PRAGMA integrity_check({_MOST})") if row[0] != "ok"]
            broken = {row[0] for row in line.execute("PRAGMA foreign_key_check")}
    except sqlite3.Error as fault:
        return [str(fault)]
    return found + [f"{table}: rows whose parent is gone" for table in sorted(broken)]


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    """Only to be read, and nothing is written beside it."""
    with closing(sqlite3.connect(_address(database, "mode=ro&immutable=1"), uri=True)) as line:
        yield line


def _address(database: Path, how: str) -> str:
    return f"file:{quote(str(database.absolute()))}?{how}"


def _schema(line: sqlite3.Connection) -> str:
    try:
        found = line.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        found = None
    if found is None:
        raise UnusableError("There is nothing to back up: the database was never migrated.")
    return str(found[0])


def _count(line: sqlite3.Connection) -> dict[str, int]:
    names = [
        row[0]
        for row in line.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'")
    ]
    return {name: line.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  names of the database's own
