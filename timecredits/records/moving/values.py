"""One column's value as JSON has it, and back: ids and instants as text, bytes as base64, days as YYYY-MM-DD.

Reading is strict: what this program would not have written is refused, so that a damaged file is found before anything is stored.
"""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, LargeBinary, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from timecredits.foundation.db import Day, Instant, Word

__all__ = ["UnfitError", "bindable", "reader_of", "writer_of"]

_NUL: Final = "\x00"
_JSON_OR_NOTHING: Final = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UnfitError(Exception):
    """A value that this column can't hold."""


def writer_of(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What turns a value of this column that is not None into what JSON can hold; None: it is as it is."""
    kind = column.type
    if isinstance(kind, Uuid):
        return str
    if isinstance(kind, Instant):
        return _write_instant
    if isinstance(kind, Day):
        return date.isoformat
    if isinstance(kind, LargeBinary):
        return _write_bytes
    return None


def reader_of(column: Column[Any], dialect: str) -> Callable[[Any], Any]:
    """What reads a value back, for a database of this kind. It raises UnfitError."""
    read = _reader(column, dialect)
    nullable = column.nullable or isinstance(column.type, JSON)  # where JSON must stand, its own null may

    def whole(value: Any) -> Any:
        if value is None:
            if nullable:
                return None
            raise UnfitError
        return read(value)

    return whole


def bindable(column: Column[Any]) -> TypeEngine[Any]:
    """The column's type for an insert. None is stored as no value, where the column may have none, and never as JSON's null."""
    return _JSON_OR_NOTHING if isinstance(column.type, JSON) and column.nullable else column.type


def _reader(column: Column[Any], dialect: str) -> Callable[[Any], Any]:
    kind, nul = column.type, dialect == "sqlite"
    if isinstance(kind, Word):
        return _word(kind.words)
    simple: list[tuple[type[Any], Callable[[Any], Any]]] = [
        (Uuid, _read_id),
        (Instant, _read_instant),
        (Day, _read_day),
        (LargeBinary, _read_bytes),
        (JSON, _json(nul=nul)),
        (Boolean, _read_truth),
        (Text, _text(nul=nul)),
        (SmallInteger, _whole(15)),
        (BigInteger, _whole(63)),
        (Integer, _whole(31)),
    ]
    for type_, reader in simple:
        if isinstance(kind, type_):
            return reader
    raise LookupError(f"{column} has a type that is not moved")


def _write_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _write_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _read_id(value: Any) -> UUID:
    text = _as_text(value)
    try:
        found = UUID(text)
    except ValueError as fault:
        raise UnfitError from fault
    if str(found) != text:
        raise UnfitError
    return found


def _read_instant(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(_as_text(value))
    except ValueError as fault:
        raise UnfitError from fault
    if found.tzinfo is None:
        raise UnfitError
    return found.astimezone(UTC)


def _read_day(value: Any) -> date:
    text = _as_text(value)
    try:
        found = date.fromisoformat(text)
    except ValueError as fault:
        raise UnfitError from fault
    if found.isoformat() != text:
        raise UnfitError
    return found


def _read_bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(_as_text(value), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise UnfitError from fault


def _read_truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnfitError
    return value


def _whole(bits: int) -> Callable[[Any], int]:
    most = 2**bits

    def read(value: Any) -> int:
        if type(value) is not int or not -most <= value < most:
            raise UnfitError
        return value

    return read


def _text(*, nul: bool) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _as_text(value)
        if not nul and _NUL in text:  # PostgreSQL can't store it
            raise UnfitError
        if not text.isascii():
            _check_letters(text)
        return text

    return read


def _json(*, nul: bool) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False)
        _check_letters(text)
        if not nul and r"\u0000" in text.replace(r"\\", ""):
            raise UnfitError
        return value

    return read


def _word(words: Any) -> Callable[[Any], Any]:
    known = {word.value: word for word in words}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            raise UnfitError
        return known[value]

    return read


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnfitError
    return value


def _check_letters(text: str) -> None:
    """Refuse half a letter, which JSON can say and no database can store."""
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        raise UnfitError from fault
