"""`verify` finds what is wrong in a backup that is whole as a file, and leaves nothing behind."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.backup_runs import backed_up, execute, is_sqlite, run
from timecredits.commands.backup import restore_command
from timecredits.commands.backup_checks import verify_command
from timecredits.foundation import clock, schema
from timecredits.records.backups.last_line import POSTGRESQL, SQLITE, add_last_line, read_backup
from timecredits.records.backups.sqlite_copy import faults_of


def verified(url: str, file: Path) -> dict[str, list[str]]:
    """What each check found. The outcome says the same as the exit code."""
    done = run(url, verify_command, file, "--json")
    told = json.loads(done.stdout)
    checks: dict[str, list[str]] = told["checks"]
    assert told["clean"] == (done.exit_code == 0) == (not any(checks.values()))
    plain = run(url, verify_command, file)
    assert plain.exit_code == done.exit_code
    assert ("Don't rely on this backup." in plain.stdout) == (done.exit_code == 1)
    return checks


def test_nothing_is_wrong(full: object, database_url: str, tmp_path: Path) -> None:
    assert full
    checks = verified(database_url, backed_up(database_url, tmp_path / "backup"))
    assert checks == {"database": [], "rows": [], "guards": [], "books": [], "chains": []}


def test_balances_and_acts_that_were_changed_behind_the_guards(full: object, database_url: str, tmp_path: Path) -> None:
    assert full
    if is_sqlite(database_url):
        off = ["DROP TRIGGER account_balance_only_by_transfer", "DROP TRIGGER audit_entry_is_not_changed"]
    else:
        off = ["ALTER TABLE transfer DISABLE TRIGGER transfer_moves_balance"]
    tampered = [
        "UPDATE account SET balance = balance + 60 WHERE id = (SELECT id FROM account WHERE floor IS NOT NULL LIMIT 1)",
        "UPDATE audit_entry SET action = 'nothing done' WHERE id = (SELECT id FROM audit_entry LIMIT 1)",
    ]
    execute(database_url, *off, *tampered)
    checks = verified(database_url, backed_up(database_url, tmp_path / "backup"))
    assert [name for name, faults in checks.items() if faults] == ["guards", "books", "chains"]
    assert "kept balances differ" in checks["books"][0] or "all accounts together" in checks["books"][0]
    assert "was changed" in checks["chains"][0]


@pytest.mark.postgresql
def test_a_wall_that_is_gone(postgresql_url: str, tmp_path: Path) -> None:
    execute(postgresql_url, "DROP POLICY own_programme ON volunteer", "ALTER TABLE enrolment DISABLE ROW LEVEL SECURITY")
    checks = verified(postgresql_url, backed_up(postgresql_url, tmp_path / "backup"))
    assert checks["guards"] == ["the wall between programmes at enrolment, volunteer"]


@pytest.mark.usefixtures("small")
def test_a_database_without_its_guards_is_restored_and_says_so(
    database_url: str, new_url: Callable[[], str], tmp_path: Path
) -> None:
    execute(database_url, f"DROP TRIGGER transfer_moves_balance{'' if is_sqlite(database_url) else ' ON transfer'}")
    file = backed_up(database_url, tmp_path / "backup")
    done = run(new_url(), restore_command, file)
    assert (done.exit_code, "Restored: " in done.stdout) == (1, True)
    assert "the application won't start on it" in done.stderr


@pytest.mark.usefixtures("small")
def test_rows_that_are_not_there(database_url: str, tmp_path: Path) -> None:
    file = backed_up(database_url, tmp_path / "backup")
    about = read_backup(file)
    file.write_bytes(file.read_bytes()[: about.size])
    rows = {**about.rows, "volunteer": about.rows["volunteer"] + 1}
    add_last_line(file, kind=about.kind, schema=about.schema, made_at=about.made_at, rows=rows)
    checks = verified(database_url, file)
    assert checks["rows"] == [f"volunteer: {about.rows['volunteer']:,}, not {rows['volunteer']:,}"]


def test_pages_that_were_broken_when_it_was_made(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "broken"
    file.write_bytes(Path(sqlite_url.removeprefix("sqlite:///")).read_bytes())
    with file.open("r+b") as content:
        content.seek(100 * 4096)
        content.write(bytes(40 * 4096))
    add_last_line(file, kind=SQLITE, schema=schema.head(), made_at=clock.now(), rows={})
    checks = verified(sqlite_url, file)
    assert list(checks) == ["database"]
    assert checks["database"]


def test_an_index_that_knows_not_every_row(sqlite_url: str, tmp_path: Path) -> None:
    """Every row is there and has its parent; who looks one up does not find it."""
    database, file = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "broken"
    with closing(sqlite3.connect(database, isolation_level=None)) as line:
        line.execute("PRAGMA journal_mode=DELETE")
        for number in (1, 2):
            line.execute("INSERT INTO programme VALUES (randomblob(16), ?, ?, 'Programme', 0, 0)", (number, f"number-{number}"))
        line.execute("CREATE INDEX by_slug ON programme (slug) WHERE number > 1")
        assert faults_of(database) == []
        line.execute("PRAGMA writable_schema=ON")
        line.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX by_slug ON programme (slug)' WHERE name = 'by_slug'")
    file.write_bytes(database.read_bytes())
    add_last_line(file, kind=SQLITE, schema=schema.head(), made_at=clock.now(), rows={})
    assert any("by_slug" in each for each in verified(sqlite_url, file)["database"])


def test_rows_whose_parent_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as line:
        line.execute(
            "INSERT INTO audit_head (programme_id, id, number, hash) VALUES (zeroblob(16), zeroblob(16), 0, zeroblob(32))"
        )
        line.commit()
    checks = verified(sqlite_url, backed_up(sqlite_url, tmp_path / "backup"))
    assert checks["database"] == ["audit_head: rows whose parent is gone"]


@pytest.mark.postgresql
def test_a_dump_that_pg_restore_does_not_take(postgresql_url: str, tmp_path: Path) -> None:
    file = backed_up(postgresql_url, tmp_path / "backup")
    about = read_backup(file)
    content = bytearray(file.read_bytes()[: about.size])
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    file.write_bytes(content)
    add_last_line(file, kind=POSTGRESQL, schema=about.schema, made_at=about.made_at, rows=about.rows)
    said = run(postgresql_url, verify_command, file)
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert "pg_restore" in said.stderr


@pytest.mark.postgresql
def test_a_backup_of_postgresql_needs_a_server_to_be_tried_on(postgresql_url: str, sqlite_url: str, tmp_path: Path) -> None:
    file = backed_up(postgresql_url, tmp_path / "backup")
    said = run(sqlite_url, verify_command, file)
    assert (said.exit_code, "--on" in said.stderr) == (2, True)
    assert run(sqlite_url, verify_command, file, "--on", postgresql_url).exit_code == 0
    lacking = run(postgresql_url, verify_command, file, POSTGRESQL_PROGRAMS=str(tmp_path))
    assert (lacking.exit_code, lacking.stderr.startswith("pg_restore is not there.")) == (2, True)
