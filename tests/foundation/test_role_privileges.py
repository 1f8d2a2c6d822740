"""What the application's role may do in PostgreSQL, held against a list, and what it is refused when it tries."""

import secrets
from collections import defaultdict
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from timecredits.foundation.db import APPLICATION_ROLE, Base, make_engine

pytestmark = pytest.mark.postgresql

ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
ADDED_ONLY = frozenset({"SELECT", "INSERT"})
NARROWER = {
    **dict.fromkeys(
        (
            "account",
            "audit_entry",
            "audit_link",
            "concern_look",
            "hour_correction",
            "hour_entry",
            "reversal",
            "seal",
            "setting_change",
            "shortfall",
            "transfer",
        ),
        ADDED_ONLY,
    ),
    "alembic_version": frozenset({"SELECT"}),
}
"""Tables on which the application may do less than everything."""
COLUMNS = {
    ("hour_correction", "reason"),
    ("hour_entry", "note"),
    ("hour_entry", "volunteer_id"),
    ("reversal", "reason"),
    ("shortfall", "volunteer_id"),
}
"""What of them may be changed all the same: words that erasing empties, and whose it is when two records are merged."""
TRIES = (
    "UPDATE transfer SET amount = 1",
    "DELETE FROM transfer",
    "UPDATE account SET balance = 1",
    "DELETE FROM audit_entry",
    "UPDATE audit_link SET number = 1",
    "DELETE FROM seal",
    "TRUNCATE audit_link",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE transfer DISABLE TRIGGER ALL",
    "ALTER TABLE volunteer DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE volunteer OWNER TO CURRENT_USER",
    "DROP POLICY own_programme ON volunteer",
    "DROP TABLE seal",
    "SET session_replication_role = replica",
)
"""Each is right as it stands: the owner may."""


@pytest.fixture
def owner(postgresql_url: str) -> Iterator[Engine]:
    """Who owns the tables."""
    engine = make_engine(postgresql_url, as_application=False)
    yield engine
    engine.dispose()


@pytest.fixture
def application(postgresql_url: str, owner: Engine) -> Iterator[Engine]:
    """Signed in as a user of the server who is of the application's role and nothing else, as docs/running.md says."""
    name, password = f"app_{secrets.token_hex(8)}", secrets.token_hex(16)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE {APPLICATION_ROLE}"))
    engine = create_engine(make_url(postgresql_url).set(username=name, password=password))
    yield engine
    engine.dispose()
    with owner.begin() as connection:
        connection.execute(text(f"DROP ROLE {name}"))


def granted(owner: Engine) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    with owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT table_name, privilege_type FROM information_schema.table_privileges"
                " WHERE table_schema = 'public' AND grantee IN (:role, 'PUBLIC')"
            ),
            {"role": APPLICATION_ROLE},
        )
        for table, privilege in rows:
            found[table].add(privilege)
    return {table: frozenset(privileges) for table, privileges in found.items()}


def test_privileges_are_those_of_the_list(owner: Engine) -> None:
    found = granted(owner)
    assert {table: each for table, each in found.items() if each != ALL} == NARROWER
    assert {table.name for table in Base.metadata.sorted_tables} <= set(found)


def test_of_what_is_only_added_no_column_may_be_changed_but_these(owner: Engine) -> None:
    with owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.column_privileges"
                " WHERE table_schema = 'public' AND grantee IN (:role, 'PUBLIC') AND privilege_type = 'UPDATE'"
            ),
            {"role": APPLICATION_ROLE},
        )
        assert {(table, column) for table, column in rows if table in NARROWER} == COLUMNS


def test_the_application_is_refused_and_the_owner_is_not(owner: Engine, application: Engine) -> None:
    with owner.connect() as allowed, application.connect() as refused:
        for statement in TRIES:
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
                refused.execute(text(statement))
            refused.rollback()
            allowed.execute(text(statement))
            allowed.rollback()


def test_the_application_can_not_become_the_owner(owner: Engine, application: Engine) -> None:
    with owner.connect() as connection:
        name = connection.scalar(text("SELECT tableowner FROM pg_tables WHERE tablename = 'transfer'"))
        assert (
            connection.scalar(text("SELECT pg_has_role(:role, :name, 'MEMBER')"), {"role": APPLICATION_ROLE, "name": name})
            is False
        )
        rights = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = :role"
        assert connection.scalar(text(rights), {"role": APPLICATION_ROLE}) is False
    with application.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM transfer")) == 0, "it does get in"
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f'SET ROLE "{name}"'))
