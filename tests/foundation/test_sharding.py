"""The plan that spreads a database over several machines, run on a loaded one with stand-ins for Citus's functions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.real.partitioned import STAND_INS, WHOLE_TABLES, run_plan
from tests.spending.shop import KEYRING, credits_of, earn, scan, show, till_of, use
from tests.web.world import World, build_world
from timecredits.app import check_database
from timecredits.foundation import clock
from timecredits.foundation.db import Base, make_engine, transaction
from timecredits.foundation.sharding import NotPlannedError, shard_plan
from timecredits.ledger.books import check_ledger
from timecredits.spending.answers import Outcome
from timecredits.spending.redemption import redeem

pytestmark = [pytest.mark.postgresql, WHOLE_TABLES]

WHAT_HANGS_ON_TABLES = {
    "constraints": """
        SELECT t.relname, c.conname, c.contype::text, pg_get_constraintdef(c.oid)
        FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
        WHERE NOT t.relispartition AND c.conparentid = 0 AND c.contype <> 'n' AND t.relnamespace = 'public'::regnamespace
    """,
    "indexes": """
        SELECT tablename, indexname, replace(indexdef, 'ON ONLY ', 'ON ') FROM pg_indexes
        WHERE schemaname = 'public' AND tablename NOT IN (SELECT relname FROM pg_class WHERE relispartition)
    """,
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
    """,
    "triggers": """
        SELECT t.relname, g.tgname, g.tgenabled::text, pg_get_triggerdef(g.oid)
        FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid
        WHERE NOT g.tgisinternal AND g.tgparentid = 0
    """,
    "policies": "SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies",
    "walls": "SELECT relname FROM pg_class WHERE relrowsecurity",
    "rights": """
        SELECT table_name, privilege_type, grantee FROM information_schema.role_table_grants
        WHERE grantee = 'timecredits_app' AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
    """,
    "rights to columns": """
        SELECT table_name, column_name, privilege_type FROM information_schema.role_column_grants
        WHERE grantee = 'timecredits_app' AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)
    """,
}


@pytest.fixture
def owner(postgresql_url: str) -> Iterator[Engine]:
    engine = create_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def loaded(postgresql_url: str) -> World:
    """Two hours earned, one used."""
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        world = _earned_and_used(session, 120)
    engine.dispose()
    return world


def _earned_and_used(session: Session, minutes: int) -> World:
    world = build_world(session)
    earn(session, world, minutes)
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    return world


def what_hangs(owner: Engine) -> dict[str, set[tuple[Any, ...]]]:
    with owner.connect() as connection:
        return {name: {tuple(row) for row in connection.execute(text(sql))} for name, sql in WHAT_HANGS_ON_TABLES.items()}


def test_the_plan_runs_on_a_loaded_database_and_nothing_is_lost(postgresql_url: str, owner: Engine, loaded: World) -> None:
    before = what_hangs(owner)
    assert all(before.values())
    with owner.begin() as connection:
        plan = shard_plan(connection)
        rows = {
            table.name: connection.scalar(text(f"SELECT count(*) FROM {table.name}"))  # noqa: S608  our own names
            for table in Base.metadata.sorted_tables
            if table.info["distribution"] == "programme"
        }
        counted = run_plan(connection, plan)

    assert rows.items() <= counted.items()
    assert counted["transfer"] > 0
    assert what_hangs(owner) == before
    check_database(postgresql_url)
    engine = make_engine(postgresql_url)
    later = clock.now() + timedelta(minutes=2)  # a code is good once
    with clock.standing_at(later), transaction(engine) as session:
        assert check_ledger(session, loaded.programme_id) == []
        used = redeem(session, KEYRING, till_of(loaded), scan(loaded, show(session, loaded).qr_text))
        assert (used.outcome, credits_of(session, loaded)) == (Outcome.TAKEN, 0)
    engine.dispose()


def test_each_table_is_planned_once_and_accounts_come_before_transfers(owner: Engine) -> None:
    with owner.connect() as connection:
        plan = shard_plan(connection)
    handed_out = [each.split("'")[1] for each in plan if each.startswith("SELECT create_")]
    assert len(handed_out) == len(set(handed_out))
    assert {table.name for table in Base.metadata.sorted_tables} <= set(handed_out)
    assert handed_out.index("account") < handed_out.index("transfer")
    # The guards that move balances come when all else stands.
    last = [each for each in plan if not each.startswith(("--", "SELECT"))][-1]
    assert "TRIGGER" in last


def test_a_table_of_which_nobody_said_anything_stops_the_plan(owner: Engine) -> None:
    with owner.connect() as connection:
        connection.execute(text("CREATE TABLE surprise (id int PRIMARY KEY)"))
        with pytest.raises(NotPlannedError, match="surprise"):
            shard_plan(connection)


@pytest.mark.parametrize(
    ("left_out", "said"), [("DROP TRIGGER", "still has a trigger"), ("DROP CONSTRAINT", "still has a foreign key")]
)
def test_in_another_order_it_is_refused(owner: Engine, left_out: str, said: str) -> None:
    """The stand-ins refuse what Citus would."""
    with owner.connect() as connection:
        plan = [each for each in shard_plan(connection) if left_out not in each]
        with pytest.raises(Exception, match=said):
            run_plan(connection, plan)


def test_a_key_without_the_programme_is_refused(owner: Engine) -> None:
    """What the partitioned database is for."""
    with owner.connect() as connection:
        connection.connection.driver_connection.execute(STAND_INS.read_text())  # type: ignore[union-attr]
        connection.execute(text("CREATE TABLE loose (programme_id uuid NOT NULL, id uuid PRIMARY KEY)"))
        with pytest.raises(DBAPIError, match="unique constraint on partitioned table must include all partitioning columns"):
            connection.execute(text("SELECT create_distributed_table('loose', 'programme_id')"))


def test_on_the_partitioned_database_hours_are_earned_and_used(partitioned_url: str) -> None:
    engine = make_engine(partitioned_url)
    with transaction(engine) as session:
        world = _earned_and_used(session, 60)
        assert check_ledger(session, world.programme_id) == []
        parts = session.scalars(text("SELECT tableoid::regclass::text FROM transfer")).all()
    engine.dispose()
    assert parts
    assert all(each.startswith("transfer_part") for each in parts)
