"""The chain of the audit and the seals of the ledger are added to, and never changed: the database itself says no."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.audit import AuditEntry, AuditLink
from timecredits.foundation.db import new_id
from timecredits.ledger.models import Seal
from timecredits.network.programmes import create_programme


@pytest.fixture
def written(session: Session) -> Session:
    """A link of its own, and a seal."""
    programme_id = create_programme(session, name="One", slug="one").id
    audit.record(session, programme_id, "something done", actor_id=None)
    session.flush()
    entry_id = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first()
    now = clock.now()
    if not session.scalar(select(AuditLink.id).where(AuditLink.id == entry_id)):
        values = {"chain_id": programme_id, "number": 1_000, "hash": bytes(32)}
        session.execute(insert(AuditLink).values(programme_id=programme_id, id=entry_id, **values))
    seal = {"number": 1_000, "sealed_at": now, "covers_until": now, "transfers": 0, "hash": bytes(32)}
    session.execute(insert(Seal).values(programme_id=programme_id, id=new_id(), **seal))
    session.flush()
    return session


@pytest.mark.parametrize("act", ["UPDATE {} SET number = number + 1", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["audit_link", "seal"])
def test_what_was_written_is_neither_changed_nor_taken_away(written: Session, table: str, act: str) -> None:
    assert written.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  one of two names above
    with pytest.raises(DBAPIError, match=r"kept as it was written|permission denied"):
        written.execute(text(act.format(table)))
