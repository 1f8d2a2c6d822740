"""What is written outside the database once a day: the head of each chain and the newest seal of each programme.

Ids and hashes only. Whoever owns the database can make every chain and seal anew; what was written elsewhere before tells
(docs/adr/0039). A line of JSON each: `at`, `programme`, and `chain`, `number`, `hash`, or `seal`, `hash`.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.audit_verifying import Heads, heads_of
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.ledger.models import Seal
from timecredits.ledger.seals import last_seal
from timecredits.network.models import Programme

__all__ = ["Witness", "read_witness", "witness_lines", "write_witness"]


class Witness:
    """What files of before say: by programme, the hashes of links (by chain and number) and of seals (by number)."""

    def __init__(self) -> None:
        self.links: dict[UUID, dict[tuple[UUID, int], bytes]] = {}
        self.seals: dict[UUID, dict[int, bytes]] = {}

    def heads(self, programme_id: UUID) -> Heads:
        """The links of one programme."""
        return self.links.get(programme_id, {})

    def seals_that_differ(self, session: Session, programme_id: UUID) -> list[int]:
        """The numbers of seals that aren't what was written, lowest first."""
        rows = session.execute(select(Seal.number, Seal.hash).where(Seal.programme_id == programme_id))
        kept = {row.number: row.hash for row in rows}
        return sorted(number for number, digest in self.seals.get(programme_id, {}).items() if kept.get(number) != digest)


def write_witness(engine: Engine, folder: str, *, mail_to: str = "", now: datetime) -> int:
    """Write today's file, once a day; answers 1 when it was not there. Nothing without a `folder`.

    It appears whole or not at all, and one that is there is never written again. `mail_to` gets its words by mail too.
    """
    if not folder:
        return 0
    path = Path(folder) / f"{now.date().isoformat()}.jsonl"
    if path.exists():
        return 0
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        words = "".join(f"{json.dumps(line)}\n" for line in witness_lines(session, now))
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", delete=True) as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:  # another worker was first
            return 0
    if mail_to:
        with transaction(engine) as session:
            mail.queue(session, recipient=mail_to, subject="Heads of the books", body=words)
    return 1


def witness_lines(session: Session, now: datetime) -> Iterator[dict[str, Any]]:
    """The lines, programme by programme."""
    for programme_id in session.scalars(select(Programme.id).order_by(Programme.number)).all():
        about = {"at": now.isoformat(), "programme": str(programme_id)}
        for chain_id, number, digest in heads_of(session, programme_id):
            yield {**about, "chain": str(chain_id), "number": number, "hash": digest.hex()}
        if (seal := last_seal(session, programme_id)) is not None:
            yield {**about, "seal": seal.number, "hash": seal.hash.hex()}


def read_witness(path: Path) -> Witness:
    """What a file says, or all files of a folder. Raises ValueError for a line that says nothing of the kind."""
    witness = Witness()
    for each in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for number, words in enumerate(each.read_text().splitlines(), 1):
            try:
                line = json.loads(words)
                programme_id, digest = UUID(line["programme"]), bytes.fromhex(line["hash"])
                if "chain" in line:
                    witness.links.setdefault(programme_id, {})[UUID(line["chain"]), int(line["number"])] = digest
                else:
                    witness.seals.setdefault(programme_id, {})[int(line["seal"])] = digest
            except (ValueError, KeyError, TypeError, AttributeError) as fault:
                raise ValueError(f"{each.name}, line {number}") from fault
    return witness
