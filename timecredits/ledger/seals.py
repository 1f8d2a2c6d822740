"""Seals: a hash over every transfer of a stretch of time and the seal before, so that none is changed unseen (docs/adr/0040).

A transfer's moment is taken when it is posted, and it is seen once its transaction ends. So a stretch ends ten minutes ago, for
servers whose clocks differ, and on PostgreSQL a seal is made only once everybody who was posting when it began has ended.
Reasons for reversals are not in it: they may name a person, and go when that one is erased.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, Select, and_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.db import READ_ONLY, new_id, transaction
from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Account, Seal, Transfer

__all__ = ["BEHIND", "EVERY", "check_seals", "last_seal", "seal_programme"]

BEHIND: Final = timedelta(minutes=10)
"""How far behind now a seal ends: more than servers' clocks differ."""
EVERY: Final = timedelta(hours=1)

_FORM: Final = b"timecredits/seal/1"
_BEGINNING: Final = bytes(32)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE: Final = 1000
_PATIENCE: Final = 50  # looks, a tenth of a second apart

_account: Any = Account.__table__
_seal: Any = Seal.__table__
_transfer: Any = Transfer.__table__
_INSERT = {
    name: dialect.insert(_seal).on_conflict_do_nothing() for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}
_POSTING = text(
    "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE relation = to_regclass('transfer') AND mode = 'RowExclusiveLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()",
)


def last_seal(session: Session, programme_id: UUID) -> Seal | None:
    """The newest seal."""
    return session.scalars(select(Seal).where(Seal.programme_id == programme_id).order_by(Seal.number.desc()).limit(1)).first()


def seal_programme(engine: Engine, programme_id: UUID, *, now: datetime) -> int:
    """Seal what was posted since the last seal, at most once an hour. Answers how many transfers were sealed.

    Nothing where nothing was posted, where somebody's posting doesn't end, or where another worker was first.
    """
    until = now - BEHIND
    with transaction(engine) as session:
        before = last_seal(session, programme_id)
        if before is not None and until < before.covers_until + EVERY:
            return 0
        if not _all_posted(session):
            return 0
    number, digest, since = (0, _BEGINNING, None) if before is None else (before.number, before.hash, before.covers_until)
    with Session(engine) as session:  # only looking: reading a million must not keep SQLite's one writer waiting
        session.connection(execution_options=READ_ONLY)
        count, rows = _digest(session.execute(_posted(programme_id, since, until), execution_options={"yield_per": _AT_ONCE}))
    if not count:
        return 0
    values = {
        "programme_id": programme_id,
        "id": new_id(),
        "number": number + 1,
        "sealed_at": now,
        "covers_until": until,
        "transfers": count,
        "hash": _hash(digest, programme_id, number + 1, until, count, rows),
    }
    with transaction(engine) as session:
        done = session.execute(_INSERT[engine.dialect.name].returning(_seal.c.id), values).all()
    return count if done else 0


def check_seals(session: Session, programme_id: UUID, *, newest: int | None = None) -> list[BookFault]:
    """Faults of a programme's seals, the first bad one only; its `newest` alone, or all.

    `seal_missing`: a number is gone. `sealed_removed`, `sealed_added`: fewer or more transfers than were sealed (more:
    slipped in, or posted by a server whose clock was wrong). `sealed_changed`: as many, and not the same. The id is the seal's.
    """
    query = select(_seal).where(_seal.c.programme_id == programme_id).order_by(_seal.c.number.desc())
    seals = list(session.execute(query if newest is None else query.limit(newest + 1)).all()[::-1])
    number, digest, since = 0, _BEGINNING, None
    if newest is not None and len(seals) > newest:
        first = seals.pop(0)
        number, digest, since = first.number, first.hash, first.covers_until
    if not seals:
        return []
    query = _posted(programme_id, since, seals[-1].covers_until)
    with session.execute(query, execution_options={"yield_per": _AT_ONCE}) as posted:
        return _compare(programme_id, seals, iter(posted), number, digest)


def _compare(programme_id: UUID, seals: list[Any], rows: Iterator[Any], number: int, digest: bytes) -> list[BookFault]:
    waiting: Any = next(rows, None)
    for seal in seals:
        number += 1
        if seal.number != number:
            return [BookFault("seal_missing", programme_id, (seal.id,))]
        count, running = 0, hashlib.sha256()
        while waiting is not None and waiting.recorded_at < seal.covers_until:
            running.update(_bytes(waiting))
            count, waiting = count + 1, next(rows, None)
        expected = _hash(digest, programme_id, number, seal.covers_until, count, running.digest())
        if seal.hash != expected or seal.transfers != count:
            return [BookFault(_rule(count, seal.transfers), programme_id, (seal.id,))]
        digest = seal.hash
    return []


def _rule(found: int, sealed: int) -> str:
    if found == sealed:
        return "sealed_changed"
    return "sealed_removed" if found < sealed else "sealed_added"


def _all_posted(session: Session) -> bool:
    """Wait till everybody who was posting has ended; whether they did. SQLite has one writer at a time, and this is it."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    waiting = set(session.scalars(_POSTING))
    for _ in range(_PATIENCE):
        if not waiting:
            return True
        session.execute(text("SELECT pg_sleep(0.1)"))
        waiting &= set(session.scalars(_POSTING))
    return not waiting


def _posted(programme_id: UUID, since: datetime | None, until: datetime) -> Select[Any]:
    """The transfers of a stretch, as recorded. By their debit accounts, because the ledger's indexes begin with those."""
    own = and_(_account.c.programme_id == _transfer.c.programme_id, _account.c.id == _transfer.c.debit_account)
    query = (
        select(_transfer)
        .select_from(_transfer.join(_account, own))
        .where(_transfer.c.programme_id == programme_id, _transfer.c.recorded_at < until)
        .order_by(_transfer.c.recorded_at, _transfer.c.id)
    )
    return query if since is None else query.where(_transfer.c.recorded_at >= since)


def _digest(rows: Iterable[Any]) -> tuple[int, bytes]:
    count, running = 0, hashlib.sha256()
    for row in rows:
        running.update(_bytes(row))
        count += 1
    return count, running.digest()


def _bytes(row: Any) -> bytes:
    """All that a transfer says. Each part is told from the next by its fixed length, or by its length before it."""
    kind = str(row.kind).encode()
    parts = [each.bytes for each in (row.id, row.debit_account, row.credit_account)]
    parts += [row.amount.to_bytes(8), row.occurred_on.toordinal().to_bytes(4), _moment(row.recorded_at)]
    parts += [b"\x00" if each is None else b"\x01" + each.bytes for each in (row.actor, row.reverses)]
    return b"".join([*parts, len(kind).to_bytes(2), kind])


def _hash(before: bytes, programme_id: UUID, number: int, until: datetime, count: int, rows: bytes) -> bytes:
    parts = [_FORM, before, programme_id.bytes, number.to_bytes(8), _moment(until), count.to_bytes(8), rows]
    return hashlib.sha256(b"".join(parts)).digest()


def _moment(moment: datetime) -> bytes:
    return ((moment - _EPOCH) // timedelta(microseconds=1)).to_bytes(8, signed=True)
