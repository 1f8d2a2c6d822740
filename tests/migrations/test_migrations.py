from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.ledger.books_of import open_books
from tests.real.partitioned import WHOLE_TABLES
from tests.real.postgres import CreateDatabaseFrom
from timecredits.foundation import migrating, schema
from timecredits.foundation.db import Base, make_engine, transaction
from timecredits.ledger.books import POSTGRESQL_TRIGGERS, SQLITE_TRIGGERS, GuardMissingError, check_guards, check_ledger


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'deep' / 'er' / 'empty.db'}"
    create: CreateDatabaseFrom = request.getfixturevalue("create_database_from")
    return create()


@WHOLE_TABLES
def test_the_newest_migration_and_the_models_are_the_same(engine: Engine) -> None:
    with engine.connect() as connection:
        # No model stands for the index that the database's search engine keeps.
        opts = {"compare_type": False, "include_name": lambda name, *_: not (name or "").startswith("support_search")}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_up_down_and_up_again_with_data(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    with_data = make_engine(empty_url)
    with transaction(with_data) as session:
        books = open_books(session)
        books.post(session, books.earned(0, 60))
    with_data.dispose()
    migrating.downgrade(empty_url, "0001")
    migrating.upgrade(empty_url)
    again = make_engine(empty_url)
    with transaction(again) as session:
        assert books.balance(session, 0) == 60
        books.post(session, books.used(0, 15))
        assert books.balance(session, 0) == 45
        assert check_ledger(session, books.programme_id) == []
    again.dispose()
    migrating.downgrade(empty_url, "base")
    migrating.upgrade(empty_url)


def test_a_database_that_is_behind_is_known(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0001")
    engine = make_engine(empty_url, as_application=False)
    with engine.connect() as connection:
        assert schema.current(connection) == "0001"
        assert schema.misfit(connection) == schema.BEHIND
    engine.dispose()
    migrating.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert schema.misfit(connection) is None
    engine.dispose()


def test_a_trigger_gone_is_noticed(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    for name in SQLITE_TRIGGERS:
        with engine.connect() as connection:
            check_guards(connection)
            connection.execute(text(f"DROP TRIGGER {name}"))
            with pytest.raises(GuardMissingError, match=name):
                check_guards(connection)
            connection.rollback()
    engine.dispose()


@pytest.mark.postgresql
def test_a_trigger_switched_off_is_noticed(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url, as_application=False)
    with engine.begin() as connection:
        check_guards(connection)
        connection.execute(text("ALTER TABLE transfer DISABLE TRIGGER transfer_moves_balance"))
        with pytest.raises(GuardMissingError, match="transfer_moves_balance"):
            check_guards(connection)
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize(("table", "name"), [(table, name) for table, names in POSTGRESQL_TRIGGERS.items() for name in names])
def test_a_trigger_gone_is_noticed_on_postgresql_too(postgresql_url: str, table: str, name: str) -> None:
    engine = make_engine(postgresql_url, as_application=False)
    with engine.connect() as connection:
        check_guards(connection)
        connection.execute(text(f"DROP TRIGGER {name} ON {table}"))
        with pytest.raises(GuardMissingError, match=name):
            check_guards(connection)
    engine.dispose()


@pytest.mark.postgresql
def test_the_application_cannot_hang_the_ledgers_functions_on_a_table_of_its_own(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url)
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE mine (programme_id uuid, id uuid, debit_account uuid, credit_account uuid)"))
        with pytest.raises(DBAPIError, match="permission denied for function move_balance"):
            connection.execute(text("CREATE TRIGGER moves AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION move_balance()"))
    engine.dispose()


def test_the_triggers_are_those_the_migrations_promise(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
        assert set(SQLITE_TRIGGERS) <= found
        strict = connection.execute(text("SELECT name FROM pragma_table_list WHERE strict = 1 AND wr = 1")).scalars().all()
        assert sorted(strict) == ["account", "transfer"]
    engine.dispose()


def test_every_table_says_how_it_is_spread_and_keys_hold_the_programme() -> None:
    for table in Base.metadata.tables.values():
        kind = table.info["distribution"]
        key = [column.name for column in table.primary_key]
        if kind == "reference":
            assert key == ["id"], table.name
            continue
        assert key == ["programme_id", "id"], table.name
        for constraint in table.constraints:
            columns = [column.name for column in getattr(constraint, "columns", [])]
            if constraint.__class__.__name__ == "UniqueConstraint":
                assert columns[0] == "programme_id", (table.name, columns)
            if constraint.__class__.__name__ == "ForeignKeyConstraint":
                target = constraint.referred_table  # type: ignore[attr-defined]
                if target.info["distribution"] == "programme":
                    assert columns[0] == "programme_id", (table.name, columns)
        for index in table.indexes:
            if index.unique:
                assert index.columns[0].name == "programme_id", (table.name, index.name)
