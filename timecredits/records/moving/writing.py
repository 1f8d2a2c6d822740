"""Writing a programme out, a row at a time, as it stood at one moment; what it takes doesn't grow with the programme."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select

from timecredits.foundation import clock, schema
from timecredits.foundation.db import READ_ONLY
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.records.moving.form import TABLE, Header, fingerprints
from timecredits.records.moving.tables import MovedTable, check_known, moved_tables, rows_of
from timecredits.records.moving.trial_balance import TrialBalance, trial_balance
from timecredits.records.moving.values import writer_of

__all__ = ["Exported", "write_programme"]

_AT_ONCE: Final = 1000  # rows that are in memory
_TOLD_EVERY: Final = 5000

_programme: Any = Programme.__table__


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows by table, and the trial balance of that moment."""

    header: Header
    rows: Mapping[str, int]
    trial_balance: TrialBalance


def write_programme(
    engine: Engine,
    programme_id: UUID,
    out: IO[bytes],
    *,
    keyring: Keyring,
    with_sign_ins: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> Exported:
    """Write a programme to `out` as docs/moving.md says, from one snapshot. `tell` hears of rows done, and of all rows.

    Without sign-ins nobody and nothing can sign in with what is in the file: passwords are left out, tills, kiosks and partners'
    keys come ended, webhooks paused. Raises NotFoundError.
    """
    digest = hashlib.sha256()

    def put(line: dict[str, Any]) -> None:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        digest.update(data)
        out.write(data)

    with _snapshot(engine) as connection:
        check_known(connection)
        found = connection.execute(select(_programme).where(_programme.c.id == programme_id)).one_or_none()
        if found is None:
            raise NotFoundError
        header = Header(
            revision=schema.head(),
            programme_id=programme_id,
            number=found.number,
            slug=found.slug,
            name=found.name,
            exported_at=clock.now(),
            with_sign_ins=with_sign_ins,
            keys=fingerprints(keyring),
        )
        put(header.as_line())
        tables = moved_tables(with_sign_ins=with_sign_ins)
        total = _count(connection, tables, programme_id) if tell is not None else 0
        counts: dict[str, int] = {}
        done = 0
        for moved in tables:
            counts[moved.name] = 0
            closing = None if with_sign_ins else _CLOSING.get(moved.name)
            for row in _lines(connection, moved, programme_id):
                if closing is not None:
                    closing(row, header)
                put(row)
                counts[moved.name] += 1
                done += 1
                if tell is not None and done % _TOLD_EVERY == 0:
                    tell(done, total)
        balance = trial_balance(connection, programme_id)
    end = {"end": True, "rows": counts, "trial_balance": balance, "sha256": digest.hexdigest()}
    put(end)
    return Exported(header, counts, balance)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection whose every question is answered as of one moment, and which can't write."""
    options: dict[str, Any] = dict(READ_ONLY)
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _lines(connection: Connection, moved: MovedTable, programme_id: UUID) -> Iterator[dict[str, Any]]:
    names = [TABLE, *(column.name for column in moved.columns)]
    writers = [writer_of(column) for column in moved.columns]
    query = rows_of(moved, programme_id).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(query):
        values = [value if write is None or value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield dict(zip(names, [moved.name, *values], strict=True))


def _count(connection: Connection, tables: list[MovedTable], programme_id: UUID) -> int:
    """How many rows there are, give or take the few of shared tables."""
    return sum(
        connection.scalar(select(func.count()).select_from(moved.table).where(moved.table.c.programme_id == programme_id)) or 0
        for moved in tables
        if "programme_id" in moved.table.c
    )


def _end_token(row: dict[str, Any], header: Header) -> None:
    # Of chance, and not a mark of our own: whoever holds the value that gives this hash could sign in.
    row["token_hash"] = _chance()
    row["revoked_at"] = row["revoked_at"] or _moment(header)


def _take_password(row: dict[str, Any], _header: Header) -> None:
    row["password_hash"] = None


def _pause(row: dict[str, Any], header: Header) -> None:
    if row["paused_at"] is None:
        row["paused_at"], row["paused_because"] = _moment(header), "moved"


def _chance() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _moment(header: Header) -> str:
    return header.exported_at.isoformat(timespec="microseconds")


_CLOSING: Final[Mapping[str, Callable[[dict[str, Any], Header], None]]] = {
    "user": _take_password,
    "till": _end_token,
    "kiosk": _end_token,
    "api_token": _end_token,
    "webhook": _pause,
}
"""What is done to rows that somebody, or something, could sign in or be told with."""
