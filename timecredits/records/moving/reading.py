"""Reading an exported programme: every line is checked, and the whole file by its last line, before anything is stored."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final
from uuid import UUID

from timecredits.foundation import schema
from timecredits.foundation.wording import Sentence
from timecredits.records.moving.form import TABLE, BadFileError, Fault, Header
from timecredits.records.moving.tables import MovedTable, moved_tables
from timecredits.records.moving.values import UnfitError, reader_of

__all__ = ["Checked", "Reader", "check_file"]

MOST_FAULTS: Final = 20
"""So many bad lines are told; the rest is likely to be more of the same."""
LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes. The longest there is holds a document or an uploaded file."""
_NO_END: Final = Sentence("The file is cut off: its last line is missing. Export the programme again. Nothing was added.")


@dataclass(slots=True)
class Checked:
    """A file found good: its header, its rows by table, its trial balance, and which transfers its reversals undo."""

    header: Header
    rows: dict[str, int]
    trial_balance: Mapping[str, tuple[int, int]]
    undone: set[UUID] = field(default_factory=set)


class Reader:
    """Reads rows for a database of this kind (`dialect`)."""

    def __init__(self, header: Header, dialect: str) -> None:
        self.tables = {moved.name: moved for moved in moved_tables(with_sign_ins=header.with_sign_ins)}
        self.places = {name: place for place, name in enumerate(self.tables)}
        self._columns: dict[str, dict[str, Callable[[Any], Any]]] = {
            name: {column.name: reader_of(column, dialect) for column in moved.columns} for name, moved in self.tables.items()
        }

    def read(self, line: Any) -> tuple[MovedTable, dict[str, Any]]:
        """The table and the values of a row's line. Raises UnfitError with the Sentence that says what is wrong."""
        if line is None:
            raise UnfitError(Sentence("The line is damaged or cut off."))
        if not isinstance(line, dict) or not isinstance(line.get(TABLE), str) or line[TABLE] not in self.tables:
            raise UnfitError(Sentence("It is not a row of a table that we know."))
        name = line[TABLE]
        columns = self._columns[name]
        if len(line) != len(columns) + 1 or not columns.keys() <= line.keys():
            raise UnfitError(Sentence("Its columns are not those of the table “%(table)s”.", table=name))
        values = {}
        for column, read in columns.items():
            try:
                values[column] = read(line[column])
            except UnfitError as fault:
                sentence = Sentence("“%(column)s” of “%(table)s” can't be stored as it is.", column=column, table=name)
                raise UnfitError(sentence) from fault
        return self.tables[name], values


def check_file(file: IO[bytes], *, dialect: str) -> Checked:
    """Read a whole file once, from its beginning. Raises BadFileError, with the first bad lines by their numbers."""
    digest = hashlib.sha256()
    lines = _lines(file)
    first = next(lines, None)
    if first is None:
        raise BadFileError([Fault(1, Sentence("The file is empty. Nothing was added."))])
    header = Header.from_line(_parsed(first[1]))
    if header.revision != schema.head():
        sentence = Sentence(
            "The file has shape %(theirs)s and this installation has %(ours)s. Upgrade the older one, then export again.",
            theirs=header.revision,
            ours=schema.head(),
        )
        raise BadFileError([Fault(1, sentence)])
    digest.update(first[1])
    checked = Checked(header, {}, {})
    reader = Reader(header, dialect)
    checked.rows = dict.fromkeys(reader.tables, 0)
    faults, end, place = [], None, 0
    for number, data in lines:
        line = _parsed(data)
        if isinstance(line, dict) and line.get("end") is True:
            end = line
            break
        try:
            place = _take(reader, line, checked, place)
        except UnfitError as unfit:
            faults.append(Fault(number, unfit.args[0]))
            if len(faults) >= MOST_FAULTS:
                raise BadFileError(faults) from unfit
        digest.update(data)
    if end is None:
        faults.append(Fault(0, _NO_END))
    if faults or end is None:
        raise BadFileError(faults)
    _check_end(end, checked, digest.hexdigest(), more=next(lines, None) is not None)
    return checked


def rows_in(file: IO[bytes], reader: Reader) -> Iterator[tuple[int, MovedTable, dict[str, Any]]]:
    """The rows of a file that was found good, each with its line's number."""
    for number, data in _lines(file):
        line = _parsed(data)
        if number == 1:
            continue
        if line.get("end") is True:
            return
        yield number, *reader.read(line)


def _take(reader: Reader, line: Any, checked: Checked, place: int) -> int:
    moved, values = reader.read(line)
    here = reader.places[moved.name]
    if here < place:
        raise UnfitError(Sentence("A row of “%(table)s” stands too late in the file.", table=moved.name))
    checked.rows[moved.name] += 1
    if moved.name == "programme" and values["id"] != checked.header.programme_id:
        raise UnfitError(Sentence("It is another programme than the first line says."))
    if moved.name == "transfer" and values["reverses"] is not None:
        checked.undone.add(values["reverses"])
    return here


def _check_end(end: dict[str, Any], checked: Checked, digest: str, *, more: bool) -> None:
    try:
        rows = dict(end["rows"])
        balance = {str(kind): (int(number), int(held)) for kind, (number, held) in end["trial_balance"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        rows, balance = {}, {}
    if more or rows != checked.rows or end.get("sha256") != digest or checked.rows["programme"] != 1:
        sentence = Sentence("The file was changed after it was written. Export the programme again. Nothing was added.")
        raise BadFileError([Fault(0, sentence)])
    checked.trial_balance = balance


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE:
            raise BadFileError([Fault(number, Sentence("This line is longer than any that we write. Nothing was added."))])
        yield number, data


def _parsed(data: bytes) -> Any:
    """What a line says, or None for what is no JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # a UnicodeDecodeError is a ValueError
        return None
