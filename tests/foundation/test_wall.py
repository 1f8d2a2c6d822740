"""The database itself keeps one programme from another, once a transaction has said whose it is (docs/adr/0037)."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from timecredits.app import NotReadyError, check_database
from timecredits.foundation import audit
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import Base, make_engine, new_id, transaction
from timecredits.foundation.wall import POLICY, check_wall, everywhere, stay_in
from timecredits.network.programmes import create_programme

pytestmark = pytest.mark.postgresql


def two_programmes(session: Session) -> tuple[UUID, UUID]:
    both = tuple(create_programme(session, name=slug, slug=slug).id for slug in ("one", "two"))
    for each in both:
        audit.record(session, each, "something done", actor_id=None)
    session.flush()
    return both[0], both[1]


def entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "something done")) or 0


def test_a_query_that_forgets_the_programme_sees_only_one(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        one, _two = two_programmes(session)
    with transaction(engine) as session:
        assert entries(session) == 2
        stay_in(session, one)
        assert entries(session) == 1
        with everywhere(session):
            assert entries(session) == 2
        assert entries(session) == 1
    with transaction(engine) as session:
        assert entries(session) == 2, "the setting ends with its transaction"
    engine.dispose()


def test_a_row_of_another_programme_can_not_be_written(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        one, two = two_programmes(session)
    with transaction(engine) as session:
        stay_in(session, one)
        audit.record(session, two, "something done", actor_id=None, subject_id=new_id())
        with pytest.raises(DBAPIError, match="row-level security"):
            session.flush()
        session.rollback()
    engine.dispose()


def test_it_holds_after_a_commit_and_after_a_rollback(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        one, _two = two_programmes(session)
    with Session(engine) as session:
        stay_in(session, one)
        assert entries(session) == 1
        session.commit()
        assert entries(session) == 1
        session.rollback()
        assert entries(session) == 1
        with session.begin_nested():
            assert entries(session) == 1
        with everywhere(session):
            session.commit()
            assert entries(session) == 2
        assert entries(session) == 1
    with Session(engine) as session:
        assert entries(session) == 2, "the next session has the same connection, and not its programme"
    engine.dispose()


def test_every_table_of_programmes_has_the_wall(postgresql_url: str) -> None:
    wanted = {table.name for table in Base.metadata.sorted_tables if table.info.get("distribution") == "programme"}
    assert len(wanted) > 80
    engine = make_engine(postgresql_url, as_application=False)
    with engine.connect() as connection:
        check_wall(connection)
        walled = connection.execute(text("SELECT tablename FROM pg_policies WHERE policyname = :policy"), {"policy": POLICY})
        assert set(walled.scalars()) == wanted
    engine.dispose()


@pytest.mark.parametrize(
    "hole",
    [
        "DROP POLICY own_programme ON seal",
        "ALTER TABLE seal DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_application_does_not_start_without_it(postgresql_url: str, hole: str) -> None:
    check_database(postgresql_url)
    engine = make_engine(postgresql_url, as_application=False)
    with engine.begin() as connection:
        connection.execute(text(hole))
    engine.dispose()
    with pytest.raises(NotReadyError, match="seal"):
        check_database(postgresql_url)
