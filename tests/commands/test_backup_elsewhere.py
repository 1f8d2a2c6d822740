"""A PostgreSQL backup comes to a new machine: another server, where nobody knows the application's role or the old owner."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url

from tests.commands.backup_runs import backed_up, counts, databases_named, execute, run
from tests.page_client import PageClient
from tests.real.postgresql_server import PostgresqlServer
from tests.web.on_database import application_on
from tests.web.world import build_world
from timecredits.app import check_database
from timecredits.commands.backup import backup_command, restore_command
from timecredits.commands.backup_checks import verify_command
from timecredits.commands.tidy_end import ending_tidily
from timecredits.foundation.db import make_engine, transaction
from timecredits.records.backups.last_line import add_last_line, read_backup
from timecredits.records.backups.postgresql_dump import _line_of, temporary_database
from timecredits.web.database import db

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def machine() -> Iterator[PostgresqlServer]:
    """A server that never held our data."""
    with tempfile.TemporaryDirectory(prefix="timecredits-new-") as folder:  # short: a socket's path has a limit
        server = PostgresqlServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


@pytest.fixture
def keeper(machine: PostgresqlServer) -> Iterator[str]:
    """The address of an empty database there, and of its owner, who is no superuser but may make roles and databases."""
    execute_alone(machine.url(), "CREATE ROLE keeper LOGIN CREATEROLE CREATEDB", "CREATE DATABASE fresh OWNER keeper")
    yield make_url(machine.url("fresh")).set(username="keeper").render_as_string(hide_password=False)
    execute_alone(machine.url(), "DROP DATABASE fresh", "DROP ROLE IF EXISTS timecredits_app", "DROP ROLE keeper")


def execute_alone(url: str, *statements: str) -> None:
    """Each in no transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def file(postgresql_url: str, tmp_path: Path) -> Path:
    """A backup of a database with things in it that aren't ours, which a new owner could not make."""
    engine = make_engine(postgresql_url)
    with transaction(engine) as session:
        build_world(session)
    engine.dispose()
    execute(
        postgresql_url,
        "CREATE PUBLICATION of_somebody FOR TABLE programme",
        "CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$",
        "CREATE EVENT TRIGGER of_somebody ON ddl_command_end EXECUTE FUNCTION tell()",
    )
    return backed_up(postgresql_url, tmp_path / "backup")


def test_it_is_restored_by_another_owner_where_the_role_is_unknown(file: Path, postgresql_url: str, keeper: str) -> None:
    done = run(keeper, restore_command, file)
    assert done.exit_code == 0, done.output
    assert counts(keeper) == counts(postgresql_url)
    check_database(keeper)
    with application_on(keeper) as app:
        PageClient(app).get("/")
        with app.app_context():
            assert db.session.scalar(text("SELECT current_user")) == "timecredits_app"
            assert db.session.scalar(text("SELECT count(*) FROM programme")) == 1
    execute(keeper, "CREATE TABLE of_a_later_migration (id integer)", "SET ROLE timecredits_app", "TABLE of_a_later_migration")


def test_verifying_leaves_no_database_behind(file: Path, machine: PostgresqlServer, keeper: str, sqlite_url: str) -> None:
    assert run(sqlite_url, verify_command, file, "--on", keeper).exit_code == 0
    about = read_backup(file)
    content = file.read_bytes()[: about.size - 2000]
    file.write_bytes(content + bytes(about.size - len(content)))
    add_last_line(file, kind=about.kind, schema=about.schema, made_at=about.made_at, rows=about.rows)
    assert run(sqlite_url, verify_command, file, "--on", keeper).exit_code == 2, "pg_restore fails halfway"
    assert databases_named(machine.url(), "timecredits_verify_") == []


def test_told_to_end_it_leaves_no_database_behind(machine: PostgresqlServer) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def be_told_to_end() -> None:
        with ending_tidily(), temporary_database(machine.url()) as url:
            assert databases_named(machine.url(), "timecredits_verify_") == [make_url(url).database]
            os.kill(os.getpid(), signal.SIGTERM)
            pytest.fail("it went on")

    with pytest.raises(SystemExit) as ended:
        be_told_to_end()
    assert ended.value.code == 128 + signal.SIGTERM
    assert databases_named(machine.url(), "timecredits_verify_") == []
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_dump_that_breaks_off_halfway_leaves_the_database_empty(file: Path, keeper: str) -> None:
    about = read_backup(file)
    content = file.read_bytes()[: about.size - 2000]
    whole = file.read_bytes()
    file.write_bytes(content + bytes(about.size - len(content)))
    add_last_line(file, kind=about.kind, schema=about.schema, made_at=about.made_at, rows=about.rows)
    said = run(keeper, restore_command, file)
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    file.write_bytes(whole)
    assert run(keeper, restore_command, file).exit_code == 0, "it is empty as before"


def test_who_may_not_is_told_what_to_do(file: Path, machine: PostgresqlServer, keeper: str, tmp_path: Path) -> None:
    assert run(keeper, restore_command, file).exit_code == 0
    execute_alone(machine.url(), "CREATE ROLE till LOGIN IN ROLE timecredits_app", "CREATE DATABASE another OWNER till")
    try:
        till = make_url(keeper).set(username="till")
        reading = run(till.render_as_string(hide_password=False), backup_command, tmp_path / "by-till")
        assert (reading.exit_code, "Set MIGRATE_DATABASE_URL" in reading.stderr) == (2, True)
        assert not (tmp_path / "by-till").exists()
        trying = run(till.render_as_string(hide_password=False), verify_command, file)
        assert (trying.exit_code, "may not make databases" in trying.stderr) == (2, True)
        execute_alone(machine.url(), "REVOKE timecredits_app FROM till")
        lacking = run(till.set(database="another").render_as_string(hide_password=False), restore_command, file)
        assert (lacking.exit_code, "GRANT timecredits_app TO" in lacking.stderr) == (2, True)
    finally:
        execute_alone(machine.url(), "DROP DATABASE another", "DROP ROLE till")


def test_a_role_that_the_server_lacks_is_named(
    postgresql_url: str, machine: PostgresqlServer, keeper: str, tmp_path: Path
) -> None:
    name = f"reader_{os.getpid()}"
    execute(postgresql_url, f"CREATE ROLE {name}", f"GRANT SELECT ON programme TO {name}")
    try:
        file = backed_up(postgresql_url, tmp_path / "backup")
    finally:
        execute(postgresql_url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")
    said = run(keeper, restore_command, file)
    assert (said.exit_code, said.stderr) == (
        2,
        f"The backup gives rights to the role {name}, which this server lacks. Make it first.\n",
    )
    execute_alone(machine.url(), f"CREATE ROLE {name}")
    assert run(keeper, restore_command, file).exit_code == 0, "rights come last, and the database is empty as before"
    execute_alone(machine.url("fresh"), f"DROP OWNED BY {name}")
    execute_alone(machine.url(), f"DROP ROLE {name}")


def test_its_password_is_on_no_command_line() -> None:
    arguments, environment = _line_of("postgresql+psycopg://keeper:p%40ss@db.example:6432/credits?sslmode=require")
    assert environment == {"PGPASSWORD": "p@ss"}
    assert "p@ss" not in " ".join(arguments)
    assert conninfo_to_dict(arguments[0].removeprefix("--dbname=")) == {
        "user": "keeper",
        "host": "db.example",
        "port": "6432",
        "dbname": "credits",
        "sslmode": "require",
        "connect_timeout": "10",
    }
    several, _ = _line_of("postgresql+psycopg://keeper@/credits?host=a.example:5432&host=b.example:5433")
    assert conninfo_to_dict(several[0].removeprefix("--dbname="))["target_session_attrs"] == "read-write"
