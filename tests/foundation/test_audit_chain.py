"""Every entry gets its link at the commit, and whoever tampers with one is told of, by the first bad row."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.orm import Session

from tests.real.at_once import at_once
from timecredits.foundation import audit, clock
from timecredits.foundation.audit import AuditEntry, AuditHead, AuditLink
from timecredits.foundation.audit_chain import BEGINNING
from timecredits.foundation.audit_verifying import ChainFault, heads_of, verify_chains
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.network.programmes import create_programme


def _record(session: Session, programme_id: UUID, organisation_id: UUID | None = None, action: str = "act done") -> None:
    audit.record(session, programme_id, action, actor_id=new_id(), subject_id=new_id(), organisation_id=organisation_id)


@pytest.fixture
def programme_id(engine: Engine) -> UUID:
    with transaction(engine) as session:
        return create_programme(session, name="Chained", slug="chained").id


@pytest.fixture
def organisation_id(engine: Engine, programme_id: UUID) -> UUID:
    """A chain of five entries."""
    organisation_id = new_id()
    for number in range(5):
        with transaction(engine) as session:
            _record(session, programme_id, organisation_id, f"act {number} done")
    return organisation_id


@pytest.fixture
def owner(database_url: str) -> Iterator[Engine]:
    """The database without its guards: whoever owns it can do anything."""
    engine = make_engine(database_url, as_application=False)
    with engine.begin() as connection:
        for name in ("audit_entry", "audit_link"):
            if engine.dialect.name == "postgresql":
                connection.execute(
                    text(f"ALTER TABLE {name} DROP CONSTRAINT IF EXISTS fk_audit_link_programme_id_id_audit_entry")
                )
                continue
            for trigger in connection.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"), {"name": name}
            ).all():
                connection.execute(text(f"DROP TRIGGER {trigger}"))
    yield engine
    engine.dispose()


def _faults(engine: Engine, programme_id: UUID, outside: dict[tuple[UUID, int], bytes] | None = None) -> list[ChainFault]:
    with Session(engine) as session:
        return verify_chains(session, programme_id, outside)


def _outside(engine: Engine, programme_id: UUID) -> dict[tuple[UUID, int], bytes]:
    with Session(engine) as session:
        return {(chain, number): digest for chain, number, digest in heads_of(session, programme_id)}


def _link(engine: Engine, chain_id: UUID, number: int) -> AuditLink:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(AuditLink).where(AuditLink.chain_id == chain_id, AuditLink.number == number)).one()


def test_each_entry_is_linked_when_its_transaction_commits(engine: Engine, programme_id: UUID, organisation_id: UUID) -> None:
    with Session(engine) as session:
        numbers = session.scalars(
            select(AuditLink.number).where(AuditLink.chain_id == organisation_id).order_by(AuditLink.number)
        )
        assert numbers.all() == [1, 2, 3, 4, 5]
        assert session.scalar(select(AuditHead.number).where(AuditHead.id == organisation_id)) == 5
    assert _faults(engine, programme_id) == []


def test_several_of_one_transaction_are_linked_and_what_was_taken_back_is_not(engine: Engine, programme_id: UUID) -> None:
    chain = new_id()
    with transaction(engine) as session:
        _record(session, programme_id, chain, "first done")
        session.flush()
        with session.begin_nested():
            _record(session, programme_id, chain, "second done")
        undone = session.begin_nested()
        _record(session, programme_id, chain, "third done")
        session.flush()
        undone.rollback()
        inner = session.connection().begin_nested()
        _record(session, programme_id, chain, "fourth done")
        session.flush()
        inner.rollback()
        session.expunge_all()
    with Session(engine) as session, session.begin():
        _record(session, programme_id, chain, "fifth done")
        session.flush()
        session.rollback()
    with Session(engine) as session:
        found = session.scalars(
            select(AuditEntry.action).join(AuditLink, AuditLink.id == AuditEntry.id).where(AuditLink.chain_id == chain)
        )
        assert sorted(found) == ["first done", "second done"]
    assert _faults(engine, programme_id) == []


def test_eight_who_write_at_once_make_chains_without_a_gap(database_url: str, engine: Engine, programme_id: UUID) -> None:
    chains = [new_id() for _ in range(3)]

    def many(own: Engine, mine: list[UUID]) -> None:
        for number in range(25):
            with transaction(own) as session:
                _record(session, programme_id, mine[number % len(mine)])
                _record(session, programme_id, mine[(number + 1) % len(mine)])

    at_once(database_url, [partial(many, mine=mine) for mine in (chains, chains[::-1], chains[:1], chains[1:]) * 2])
    with Session(engine) as session:
        numbers = session.execute(
            select(AuditLink.chain_id, AuditLink.number).where(AuditLink.chain_id.in_(chains)).order_by(AuditLink.number)
        ).all()
    assert len(numbers) == 8 * 25 * 2
    for chain in chains:
        own = [row.number for row in numbers if row.chain_id == chain]
        assert own == list(range(1, len(own) + 1))
    assert _faults(engine, programme_id) == []


@pytest.mark.parametrize("column", ["actor_id", "subject_id", "action", "recorded_at", "organisation_id"])
def test_a_changed_entry_is_named(owner: Engine, programme_id: UUID, organisation_id: UUID, column: str) -> None:
    link = _link(owner, organisation_id, 3)
    value = {"action": "act 3 don", "recorded_at": clock.now()}.get(column, new_id())
    with owner.begin() as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.id == link.id).values({column: value}))
    assert _faults(owner, programme_id) == [ChainFault(organisation_id, 3, link.id, "changed")]


@pytest.mark.parametrize("tables", [("audit_entry", "audit_link"), ("audit_entry",), ("audit_link",)])
def test_a_removed_one_is_named(owner: Engine, programme_id: UUID, organisation_id: UUID, tables: tuple[str, ...]) -> None:
    link = _link(owner, organisation_id, 3)
    with owner.connect() as connection:
        if owner.dialect.name == "sqlite":
            connection.rollback()
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        for table in (AuditLink, AuditEntry):
            if table.__tablename__ in tables:
                connection.execute(delete(table).where(table.id == link.id))
        connection.commit()
    found = _faults(owner, programme_id)
    assert (found[0].chain_id, found[0].number, found[0].what) == (organisation_id, 3, "missing")


def test_one_slipped_in_or_swapped_is_named(owner: Engine, programme_id: UUID, organisation_id: UUID) -> None:
    entry = AuditEntry(
        programme_id=programme_id, id=new_id(), organisation_id=organisation_id, action="act done", recorded_at=clock.now()
    )
    values = {each: getattr(entry, each) for each in ("programme_id", "id", "organisation_id", "action", "recorded_at")}
    with owner.begin() as connection:
        connection.execute(insert(AuditEntry.__table__).values(values))  # type: ignore[arg-type]  # Core, so that nothing links it
    assert _faults(owner, programme_id) == [ChainFault(organisation_id, 0, entry.id, "unlinked")]
    two, four = _link(owner, organisation_id, 2), _link(owner, organisation_id, 4)
    with owner.begin() as connection:
        for link_id, number in ((two.id, 99), (four.id, 2), (two.id, 4)):
            connection.execute(update(AuditLink).where(AuditLink.id == link_id).values(number=number))
    assert _faults(owner, programme_id)[0] == ChainFault(organisation_id, 2, four.id, "changed")


def test_a_cut_end_differs_from_its_head_and_a_mended_head_from_what_was_written_outside(
    owner: Engine, programme_id: UUID, organisation_id: UUID
) -> None:
    outside = _outside(owner, programme_id)
    four, five = _link(owner, organisation_id, 4), _link(owner, organisation_id, 5)
    with owner.begin() as connection:
        connection.execute(delete(AuditLink).where(AuditLink.id == five.id))
        connection.execute(delete(AuditEntry).where(AuditEntry.id == five.id))
    assert _faults(owner, programme_id) == [ChainFault(organisation_id, 4, None, "head_differs")]
    with owner.begin() as connection:
        connection.execute(update(AuditHead).where(AuditHead.id == organisation_id).values(number=4, hash=four.hash))
    assert _faults(owner, programme_id) == []
    assert _faults(owner, programme_id, outside) == [ChainFault(organisation_id, 5, None, "witness_differs")]


def test_a_chain_made_anew_is_told_only_by_what_was_written_outside(
    owner: Engine, engine: Engine, programme_id: UUID, organisation_id: UUID
) -> None:
    outside = _outside(owner, programme_id)
    with owner.begin() as connection:
        ids = connection.scalars(select(AuditLink.id).where(AuditLink.chain_id == organisation_id)).all()
        connection.execute(delete(AuditLink).where(AuditLink.id.in_(ids)))
        connection.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
        connection.execute(update(AuditHead).where(AuditHead.id == organisation_id).values(number=0, hash=BEGINNING))
    for number in range(5):
        with transaction(engine) as session:
            _record(session, programme_id, organisation_id, f"act {number} done")
    assert _faults(owner, programme_id) == []
    assert [each.what for each in _faults(owner, programme_id, outside)] == ["witness_differs"]
