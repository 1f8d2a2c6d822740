"""A person is erased, an older copy comes back and the journal is applied again: what staff did stays linked, and seals fit."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, insert, make_url, select, text, update
from sqlalchemy.orm import Session

from tests.house.full_world import FullWorld, build_full_world
from timecredits.foundation import clock
from timecredits.foundation.audit_models import AuditEntry, AuditLink
from timecredits.foundation.audit_verifying import Heads, heads_of, verify_chains
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.ledger.seals import BEHIND, check_seals, seal_programme
from timecredits.network.models import Volunteer
from timecredits.records.models import Erasure
from timecredits.records.privacy.erasing import ask_to_erase, call_off, erase_one, list_waiting, reapply

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
def world(engine: Engine) -> FullWorld:
    """Built and sealed on a day that stands still."""
    with clock.standing_at(NOW):
        with transaction(engine) as session:
            full = build_full_world(session, KEYRING, "http://localhost")
            session.flush()
            for each in list_waiting(session, full.world.programme_id):
                call_off(session, full.world.programme_id, each.volunteer_id, actor_id=None)
        assert seal_programme(engine, full.world.programme_id, now=NOW + BEHIND + timedelta(minutes=1)) > 0
    return full


def _erase(engine: Engine, full: FullWorld) -> dict[str, object]:
    """Erase the person; answers their row of the journal."""
    here = (full.world.programme_id, full.world.volunteer_id)
    with transaction(engine) as session:
        row_id = ask_to_erase(session, *here, erasure_id=new_id(), actor_id=full.world.users["owner"]).id
    with transaction(engine) as session:
        assert erase_one(session, here[0], row_id)
    with Session(engine) as session:
        table = Erasure.__table__
        return dict(session.execute(select(table).where(table.c.id == row_id)).one()._mapping)


def _heads(engine: Engine, programme_id: UUID) -> Heads:
    with Session(engine) as session:
        return {(chain, number): digest for chain, number, digest in heads_of(session, programme_id)}


def _erased_acts(engine: Engine, programme_id: UUID) -> int:
    with Session(engine) as session:
        query = select(func.count()).select_from(AuditEntry).join(AuditLink, AuditLink.id == AuditEntry.id)
        return session.scalar(query.where(AuditEntry.programme_id == programme_id, AuditEntry.action == "person erased")) or 0


def _erased_at(engine: Engine, full: FullWorld) -> datetime | None:
    with Session(engine) as session:
        return session.get_one(Volunteer, (full.world.programme_id, full.world.volunteer_id)).erased_at


def _whole(engine: Engine, programme_id: UUID, outside: Heads) -> None:
    with Session(engine) as session:
        assert verify_chains(session, programme_id, outside) == []
        assert check_seals(session, programme_id) == []


def test_chains_and_seals_stay_whole_when_somebody_is_erased(engine: Engine, world: FullWorld) -> None:
    programme_id = world.world.programme_id
    before = _heads(engine, programme_id)
    with clock.standing_at(NOW + timedelta(days=1)):
        _erase(engine, world)
    assert _erased_acts(engine, programme_id) == 1
    _whole(engine, programme_id, before)


@pytest.fixture
def copy(request: pytest.FixtureRequest, database_url: str, engine: Engine, world: FullWorld) -> Iterator[Engine]:
    """A copy of the whole database of before anybody was erased, as a backup holds it."""
    assert world
    engine.dispose()
    if engine.dialect.name == "postgresql":
        url = request.getfixturevalue("create_database_from")(make_url(database_url).database)
    else:
        older = Path(str(engine.url.database)).with_name("older.db")
        with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(older)) as target:
            source.backup(target)
        url = f"sqlite:///{older}"
    copy = make_engine(url)
    yield copy
    copy.dispose()


def test_chains_stay_whole_when_an_older_copy_comes_back_and_the_journal_is_applied(
    engine: Engine, world: FullWorld, copy: Engine
) -> None:
    """The copy holds the person again. The row of the journal that was kept outside it is put in, and done again."""
    programme_id = world.world.programme_id
    at_copy = _heads(copy, programme_id)
    with clock.standing_at(NOW + timedelta(days=1)):
        row = _erase(engine, world)
        after = _heads(engine, programme_id)
    with clock.standing_at(NOW + timedelta(days=2)):
        assert _erased_at(copy, world) is None
        with transaction(copy) as session:
            session.execute(insert(Erasure).values(row))
        with transaction(copy) as session:
            assert reapply(session) == 1
    assert _erased_at(copy, world) is not None
    assert _erased_acts(copy, programme_id) == 1
    _whole(copy, programme_id, at_copy)
    with Session(copy) as session:
        # What was written outside since the copy was made is not there any more, and is told of: an operator knows why.
        assert {fault.what for fault in verify_chains(session, programme_id, after)} == {"witness_differs"}


def test_a_chain_that_was_tampered_with_in_the_copy_would_be_found(engine: Engine, world: FullWorld, copy: Engine) -> None:
    programme_id = world.world.programme_id
    outside = _heads(engine, programme_id)
    owner = make_engine(copy.url.render_as_string(hide_password=False), as_application=False)
    with owner.begin() as connection:
        if owner.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
            for name in connection.scalars(triggers).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(update(AuditEntry).where(AuditEntry.programme_id == programme_id).values(actor_id=new_id()))
    owner.dispose()
    with Session(copy) as session:
        assert "changed" in {fault.what for fault in verify_chains(session, programme_id, outside)}
