"""Sealed words are sealed anew with the key that signs now, so that an older key can retire (docs/adr/0041).

It goes through every table that holds sealed words, a few rows a transaction. A row that somebody is changing is left for the
next time, and what was changed meanwhile stays as it was changed: no lock is waited for. Doing it again does nothing.
Words that nobody may change are sealed anew by the database's owner alone: the guard is there again when the transaction ends.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, LargeBinary, Table, func, select, text, tuple_, update
from sqlalchemy.orm import Session

from timecredits.foundation.db import READ_ONLY, Base, transaction
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal

__all__ = ["SEALED", "Resealed", "SealedColumn", "count_sealed", "reseal"]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed words, each bound to its row's id. `is_for_ever`: only the database's owner can change such a row."""

    table: str
    column: str
    purpose: str
    is_for_ever: bool = False


SEALED: Final = (
    SealedColumn("authenticator_app", "secret_sealed", "authenticator app"),
    SealedColumn("comment", "sealed", "comment"),
    SealedColumn("comment", "sealed_appeal", "comment-appeal"),
    SealedColumn("concern", "sealed", "concern"),
    SealedColumn("concern_look", "sealed_reason", "concern look", is_for_ever=True),
    SealedColumn("concern_note", "sealed", "concern note"),
    SealedColumn("event_needs", "sealed", "event needs"),
    SealedColumn("first_step", "sealed", "first step"),
    SealedColumn("goal", "sealed", "goal"),
    SealedColumn("mentor", "sealed", "mentoring"),
    SealedColumn("mentoring", "sealed_agreement", "mentoring"),
    SealedColumn("mentoring_goal", "sealed", "mentoring"),
    SealedColumn("mentoring_meeting", "sealed", "mentoring"),
    SealedColumn("mentoring_review", "sealed", "mentoring"),
    SealedColumn("mentoring_step", "sealed", "mentoring"),
    SealedColumn("peer_group", "sealed_link", "group-link"),
    SealedColumn("referral", "sealed", "referral"),
    SealedColumn("referral_step", "sealed", "referral step"),
    SealedColumn("reflection", "sealed", "reflection"),
    SealedColumn("survey_ask", "sealed", "survey"),
    SealedColumn("webhook", "sealed_secret", "webhook-secret"),
)
"""Every column of sealed words. tests/records/test_resealing.py fails for one that is missing."""

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of it. `left` can't be opened, can't be changed or was being changed: it stands under its old key."""

    done: int
    left: int


def count_sealed(engine: Engine, number: int) -> Mapping[SealedColumn, int]:
    """How many rows are sealed with key `number`, of each column that has any."""
    counts = {}
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        for each in SEALED:
            table = Base.metadata.tables[each.table]
            found = session.scalar(
                select(func.count()).select_from(table).where(_first_byte(table.c[each.column]) == _byte(number))
            )
            if found:
                counts[each] = found
    return counts


def reseal(engine: Engine, keyring: Keyring, *, owner: Engine | None = None) -> Resealed:
    """Seal with the key that signs now whatever is sealed with another one. Every module of tables must have been imported.

    `owner` reaches the same database as its owner. Without it, or where it owns nothing, what is for ever stays as it is.
    """
    number = keyring.signer()
    done = sum(_reseal_column(engine, keyring, number, each) for each in SEALED if not each.is_for_ever)
    if owner is not None:
        done += sum(_reseal_column(owner, keyring, number, each) for each in SEALED if each.is_for_ever)
    others = _numbers_in_use(engine) - {number}
    return Resealed(done, sum(sum(count_sealed(engine, other).values()) for other in others))


def _reseal_column(engine: Engine, keyring: Keyring, number: int, sealed: SealedColumn) -> int:
    table, done, last = Base.metadata.tables[sealed.table], 0, None
    while True:
        with transaction(engine) as session, _guard_aside(session, sealed) as able:
            rows = _next_rows(session, table, sealed, number, last) if able else []
            done += sum(_reseal_row(session, keyring, table, sealed, row) for row in rows)
        if not rows:
            return done
        last = rows[-1][:-1]


@contextmanager
def _guard_aside(session: Session, sealed: SealedColumn) -> Iterator[bool]:
    """Whether rows of this column can be changed within the block; its guard is put aside until the block's end.

    Both happen in one transaction, so that nobody else ever sees the table without it: on SQLite the trigger is taken out and
    made again from its own text, on PostgreSQL the guard is a right that the owner has and the application has not.
    """
    if not sealed.is_for_ever:
        yield True
    elif session.get_bind().dialect.name == "postgresql":
        yield bool(session.scalar(text("SELECT has_table_privilege(:name, 'UPDATE')"), {"name": sealed.table}))
    else:
        query = text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name AND sql LIKE '%BEFORE UPDATE%'"
        )
        guards = session.execute(query, {"name": sealed.table}).all()
        for guard in guards:
            session.connection().exec_driver_sql(f'DROP TRIGGER "{guard.name}"')
        yield True
        for guard in guards:
            session.connection().exec_driver_sql(guard.sql)


def _next_rows(session: Session, table: Table, sealed: SealedColumn, number: int, last: Any) -> list[Any]:
    key, column = tuple(table.primary_key.columns), table.c[sealed.column]
    wanted = select(*key, column).where(func.length(column) > 0, _first_byte(column) != _byte(number))
    if last is not None:
        wanted = wanted.where(tuple_(*key) > tuple_(*last, types=[each.type for each in key]))
    # Waiting for somebody who waits for us would end one of the two: what is being changed waits for the next time.
    return list(session.execute(wanted.order_by(*key).limit(_BATCH).with_for_update(skip_locked=True)))


def _reseal_row(session: Session, keyring: Keyring, table: Table, sealed: SealedColumn, row: Any) -> int:
    words = open_sealed(keyring, sealed.purpose, row.id, row[-1])
    if words is None:
        return 0
    same = [column == value for column, value in zip(table.primary_key.columns, row, strict=False)]
    column = table.c[sealed.column]
    session.execute(update(table).where(*same, column == row[-1]).values({column: seal(keyring, sealed.purpose, row.id, words)}))
    return 1


def _numbers_in_use(engine: Engine) -> set[int]:
    numbers: set[int] = set()
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        for each in SEALED:
            column = Base.metadata.tables[each.table].c[each.column]
            numbers |= {byte[0] for byte in session.scalars(select(_first_byte(column)).distinct()) if byte}
    return numbers


def _first_byte(column: ColumnElement[Any]) -> ColumnElement[bytes]:
    return func.substr(column, 1, 1, type_=LargeBinary)


def _byte(number: int) -> bytes:
    return bytes([number])
