"""Whether the chains of what staff did are whole, and fit what was written about them outside the database.

Reads each chain from its beginning, a row at a time: memory doesn't grow with its length.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from timecredits.foundation.audit_chain import BEGINNING, link_hash
from timecredits.foundation.audit_models import AuditEntry, AuditHead, AuditLink

__all__ = ["ChainFault", "Heads", "heads_of", "verify_chains"]

Heads = Mapping[tuple[UUID, int], bytes]
"""By chain and number: the hash that was written outside."""

_AT_ONCE: Final = 1000
_entry: Any = AuditEntry.__table__
_head: Any = AuditHead.__table__
_link: Any = AuditLink.__table__


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first bad row of a chain. `entry_id` is None where there is no such row any more.

    `what`: `changed` (the entry or its link doesn't say what it said, or stands in another's place), `missing` (a number, or its
    entry, is gone), `unlinked` (an entry that was slipped in), `head_differs` (the chain's end is not where its head says),
    `witness_differs` (it is whole in itself, and not what was written outside).
    """

    chain_id: UUID
    number: int
    entry_id: UUID | None
    what: str


def heads_of(session: Session, programme_id: UUID) -> list[tuple[UUID, int, bytes]]:
    """Chain, number and hash of every newest link, by chain."""
    query = select(_head.c.id, _head.c.number, _head.c.hash).where(_head.c.programme_id == programme_id).order_by(_head.c.id)
    return [(row.id, row.number, row.hash) for row in session.execute(query)]


def verify_chains(session: Session, programme_id: UUID, outside: Heads | None = None) -> list[ChainFault]:
    """The first fault of each chain of a programme, and the first entry without a link. `outside` holds this programme's only.

    Nothing is written; the session should see one moment, or a link added meanwhile looks like a fault.
    """
    outside = outside or {}
    heads = {chain_id: (number, digest) for chain_id, number, digest in heads_of(session, programme_id)}
    faults, seen = [], set()
    for chain_id, rows in groupby(_links(session, programme_id), key=lambda row: row.chain_id):
        seen.add(chain_id)
        numbers = {number: digest for (chain, number), digest in outside.items() if chain == chain_id}
        fault = _first_fault(programme_id, chain_id, rows, heads.get(chain_id), numbers)
        faults += [fault] if fault else []
    gone: dict[UUID, tuple[int, str]] = {chain_id: (number, "head_differs") for chain_id, (number, _) in heads.items() if number}
    for chain_id, number in sorted(outside, key=lambda key: key[1]):
        gone.setdefault(chain_id, (number, "witness_differs"))
    faults += [ChainFault(chain_id, number, None, what) for chain_id, (number, what) in gone.items() if chain_id not in seen]
    return faults + _unlinked(session, programme_id)


def _links(session: Session, programme_id: UUID) -> Iterator[Any]:
    own = and_(_entry.c.programme_id == _link.c.programme_id, _entry.c.id == _link.c.id)
    query = (
        select(
            *(_link.c.chain_id, _link.c.number, _link.c.hash, _link.c.id, _entry.c.id.label("entry_id")),
            *(_entry.c.organisation_id, _entry.c.actor_id, _entry.c.action, _entry.c.subject_id, _entry.c.recorded_at),
        )
        .select_from(_link.outerjoin(_entry, own))
        .where(_link.c.programme_id == programme_id)
        .order_by(_link.c.chain_id, _link.c.number)
    )
    yield from session.execute(query, execution_options={"yield_per": _AT_ONCE})


def _first_fault(
    programme_id: UUID, chain_id: UUID, rows: Iterator[Any], head: tuple[int, bytes] | None, outside: Mapping[int, bytes]
) -> ChainFault | None:
    number, before = 0, BEGINNING
    for row in rows:
        number += 1
        if row.number != number or row.entry_id is None:
            return ChainFault(chain_id, number, row.id if row.number == number else None, "missing")
        before = _hash_of(programme_id, number, before, row)
        if row.hash != before or chain_id != (row.organisation_id or programme_id):
            return ChainFault(chain_id, number, row.id, "changed")
        if outside.get(number, before) != before:
            return ChainFault(chain_id, number, row.id, "witness_differs")
    longer = max(outside, default=0) > number
    if head == (number, before) and not longer:
        return None
    return ChainFault(
        chain_id,
        number + (longer and head == (number, before)),
        None,
        "head_differs" if head != (number, before) else "witness_differs",
    )


def _hash_of(programme_id: UUID, number: int, before: bytes, row: Any) -> bytes:
    return link_hash(
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


def _unlinked(session: Session, programme_id: UUID) -> list[ChainFault]:
    linked = select(_link.c.id).where(_link.c.programme_id == _entry.c.programme_id, _link.c.id == _entry.c.id)
    rows = session.execute(
        select(_entry.c.id, func.coalesce(_entry.c.organisation_id, _entry.c.programme_id).label("chain_id"))
        .where(_entry.c.programme_id == programme_id, ~linked.exists())
        .order_by(_entry.c.recorded_at, _entry.c.id)
        .limit(1)
    )
    return [ChainFault(row.chain_id, 0, row.id, "unlinked") for row in rows]
