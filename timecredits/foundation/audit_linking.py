"""Every audit entry gets its link when its transaction commits, in the web and outside it alike (docs/adr/0039).

At the commit and not before: the head of a chain is held from then on, so it is the last row that a transaction takes
(docs/adr/0014), and nobody waits for it longer than a commit takes. What a savepoint took back is not there to be linked.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import event, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from timecredits.foundation.audit_chain import BEGINNING, link_hash
from timecredits.foundation.audit_models import AuditEntry, AuditHead, AuditLink
from timecredits.foundation.wall import everywhere, stays_in

__all__ = ["link_at_commit"]

_WRITTEN: Final = "audit_entries_written"
_AT_ONCE: Final = 500  # keys in one question: SQLite takes at most 32766 values

_entry: Any = AuditEntry.__table__
_head: Any = AuditHead.__table__
_link: Any = AuditLink.__table__
_INSERT_HEAD = {
    name: dialect.insert(_head).on_conflict_do_nothing() for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


def link_at_commit() -> None:
    """Have every session link what it wrote. Again does no harm."""
    for name, listener in (("after_flush", _note), ("before_commit", _link_written), ("after_transaction_end", _forget)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


def _note(session: Session, _context: UOWTransaction) -> None:
    written = [(each.programme_id, each.id) for each in session.new if isinstance(each, AuditEntry)]
    if written:
        session.info.setdefault(_WRITTEN, []).extend(written)


def _link_written(session: Session) -> None:
    if session.in_nested_transaction():  # the end of a savepoint, which may still be taken back with what is round it
        return
    session.flush()
    keys = session.info.pop(_WRITTEN, [])
    if not keys:
        return
    one = {programme_id for programme_id, _id in keys} == {stays_in(session)}
    with nullcontext() if one else everywhere(session):  # what it wrote may be of several programmes
        rows = list(_still_there(session, keys))
        rows.sort(key=lambda row: (row.programme_id, row.organisation_id or row.programme_id, row.recorded_at, row.id))
        # Heads in the order of their ids, whoever takes several.
        for (programme_id, chain_id), chained in groupby(
            rows, key=lambda row: (row.programme_id, row.organisation_id or row.programme_id)
        ):
            _lengthen(session, programme_id, chain_id, chained)


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_WRITTEN, None)


def _still_there(session: Session, keys: list[tuple[UUID, UUID]]) -> Iterable[Any]:
    """The entries as they are stored; those that a savepoint took back are gone."""
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        yield from session.execute(select(_entry).where(tuple_(_entry.c.programme_id, _entry.c.id).in_(some)))


def _lengthen(session: Session, programme_id: UUID, chain_id: UUID, rows: Iterable[Any]) -> None:
    number, before = _hold(session, programme_id, chain_id)
    links = []
    for number, row in enumerate(rows, number + 1):  # noqa: B020  the numbers go on from the head's
        before = link_hash(
            before,
            number,
            programme_id=programme_id,
            entry_id=row.id,
            organisation_id=row.organisation_id,
            actor_id=row.actor_id,
            action=row.action,
            subject_id=row.subject_id,
            recorded_at=row.recorded_at,
        )
        links.append({"programme_id": programme_id, "id": row.id, "chain_id": chain_id, "number": number, "hash": before})
    connection = session.connection()
    connection.execute(insert(_link), links)
    connection.execute(
        update(_head).where(_head.c.programme_id == programme_id, _head.c.id == chain_id).values(number=number, hash=before)
    )


def _hold(session: Session, programme_id: UUID, chain_id: UUID) -> tuple[int, bytes]:
    """The newest link's number and hash, held until the transaction ends; 0 for a chain that begins."""
    connection = session.connection()
    query = select(_head.c.number, _head.c.hash).where(_head.c.programme_id == programme_id, _head.c.id == chain_id)
    found = connection.execute(query.with_for_update()).one_or_none()
    if found is None:
        # Whoever begins the same chain at this moment waits here, and then finds the other's.
        first = {"programme_id": programme_id, "id": chain_id, "number": 0, "hash": BEGINNING}
        connection.execute(_INSERT_HEAD[connection.dialect.name], first)
        found = connection.execute(query.with_for_update()).one()
    return found.number, found.hash
