"""The restore drill on both kinds of database: what was backed up is there again, guards and walls too, and the site starts."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.commands.backup_runs import backed_up, counts, execute, is_sqlite, run
from tests.house.full_world import FullWorld
from tests.page_client import PageClient
from tests.web.on_database import application_on
from timecredits.app import check_database
from timecredits.cli import cli
from timecredits.commands.backup import backup_command, restore_command
from timecredits.commands.backup_checks import verify_command
from timecredits.commands.books import check_books
from timecredits.commands.erasures import erasures
from timecredits.community.directory.engine import Group, Term, look_up
from timecredits.community.directory_models import SupportService
from timecredits.foundation import migrating, schema
from timecredits.web.database import db

New = Callable[[], str]


def test_what_was_backed_up_is_there_again(
    engine: Engine, full: FullWorld, database_url: str, new_url: New, tmp_path: Path
) -> None:
    before = counts(database_url)
    file = backed_up(database_url, tmp_path / "backup")
    assert file.stat().st_mode & 0o777 == 0o600
    assert before["transfer"] > 10
    verified = run(database_url, verify_command, file, "--every-month", "--rows")
    assert verified.exit_code == 0, verified.output
    assert f"  transfer{before['transfer']:>36,}" in verified.stdout
    assert "The backup is whole and right." in verified.stdout
    new = new_url()
    restored = run(new, restore_command, file)
    assert restored.exit_code == 0, restored.output
    assert restored.stdout.startswith("Restored: ")
    assert counts(new) == before == counts(database_url)
    check_database(new)
    assert run(new, check_books, "--every-month").exit_code == 0
    with application_on(new) as app:
        full.world.sign_in(PageClient(app), "coordinator").get("/", follow=True)
        with app.app_context():
            assert found(db.engine, full.world.programme_id, "c") == found(engine, full.world.programme_id, "c") > 0


def found(engine: Engine, programme_id: UUID, word: str) -> int:
    """How many entries of the directory the database's own search engine finds."""
    with Session(engine) as session:
        hits = look_up(session, programme_id, [Group((Term(word, is_start=True),))])
        return session.scalar(select(func.count()).select_from(SupportService.__table__.join(hits.table, hits.on))) or 0


@pytest.mark.usefixtures("full")
def test_guards_hold_after_a_restore(database_url: str, new_url: New, tmp_path: Path) -> None:
    new = new_url()
    assert run(new, restore_command, backed_up(database_url, tmp_path / "backup")).exit_code == 0
    kept = "UPDATE transfer SET amount = amount + 1"
    balance = "UPDATE account SET balance = balance + 60"
    emptied = "DELETE FROM audit_entry"
    as_application = [] if is_sqlite(database_url) else ["SET ROLE timecredits_app"]
    for refused in (kept, balance, emptied):
        with pytest.raises(DBAPIError):
            execute(new, *as_application, refused)
    if not is_sqlite(database_url):
        count = "DO $$ BEGIN ASSERT (SELECT count(*) FROM volunteer) {} 0; END $$"
        alone = "SELECT set_config('timecredits.programme', gen_random_uuid()::text, true)"
        execute(new, "SET ROLE timecredits_app", count.format(">"), alone, count.format("="))
        execute(new, "CREATE TABLE of_a_later_migration (id integer)", "SET ROLE timecredits_app", "TABLE of_a_later_migration")


@pytest.mark.usefixtures("full")
def test_a_database_that_is_there_is_left_alone(database_url: str, new_url: New, tmp_path: Path) -> None:
    file = backed_up(database_url, tmp_path / "backup")
    before = counts(database_url)
    over = run(database_url, restore_command, file)
    assert (over.exit_code, over.stdout) == (2, "")
    assert "Nothing was" in over.stderr
    assert counts(database_url) == before
    new = new_url()
    assert run(new, restore_command, file).exit_code == 0
    assert run(new, restore_command, file).exit_code == 2, "not over one that was restored either"
    assert counts(new) == before


@pytest.mark.usefixtures("small")
def test_a_file_that_is_there_is_not_written_over(database_url: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    for file in (mine, tmp_path / "no" / "such" / "folder", tmp_path):
        said = run(database_url, backup_command, file)
        assert (said.exit_code, said.stdout) == (2, "")
        assert said.stderr.count("\n") == 1
    assert mine.read_text() == "mine"
    assert list(tmp_path.glob(".timecredits-*")) == []


@pytest.mark.usefixtures("small")
def test_one_that_is_behind_is_backed_up_and_restored_and_says_migrate(database_url: str, new_url: New, tmp_path: Path) -> None:
    migrating.downgrade(database_url, "0008")
    file = backed_up(database_url, tmp_path / "before-migrating")
    verified = run(database_url, verify_command, file)
    assert (verified.exit_code, "version 0008" in verified.stdout) == (0, True), verified.output
    new = new_url()
    restored = run(new, restore_command, file)
    assert restored.exit_code == 0
    assert "Run: timecredits migrate" in restored.stdout
    assert "erasures apply FILE" in restored.stderr
    migrating.upgrade(new)
    check_database(new)


@pytest.mark.usefixtures("small")
def test_one_that_a_newer_release_made_is_left_alone(database_url: str, new_url: New, tmp_path: Path) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9000'")
    file = backed_up(database_url, tmp_path / "newer")
    new = new_url()
    for command in (restore_command, verify_command):
        said = run(new, command, file)
        assert (said.exit_code, said.stdout) == (2, "")
        assert f"The backup is of version 9000, and this is {schema.head()}. Install the newer release." in said.stderr
    if is_sqlite(new):
        assert not Path(new.removeprefix("sqlite:///")).exists()


def test_one_that_was_never_migrated_holds_nothing_to_back_up(database_url: str, new_url: New, tmp_path: Path) -> None:
    new = new_url()
    said = run(new, backup_command, tmp_path / "backup")
    assert (said.exit_code, said.stderr.count("\n")) == (2, 1)
    assert not (tmp_path / "backup").exists()
    assert database_url


@pytest.mark.usefixtures("small")
def test_of_the_other_kind_and_of_none(database_url: str, tmp_path: Path) -> None:
    file = backed_up(database_url, tmp_path / "backup")
    other = "postgresql+psycopg://127.0.0.1:9/none" if is_sqlite(database_url) else f"sqlite:///{tmp_path}/other.db"
    crossed = run(other, restore_command, file)
    assert (crossed.exit_code, "docs/moving.md" in crossed.stderr) == (2, True)
    assert run("nonsense", restore_command, file).exit_code == 2
    assert run("nonsense", backup_command, tmp_path / "new").exit_code == 2
    assert run("sqlite://", backup_command, tmp_path / "new").exit_code == 2
    assert not (tmp_path / "other.db").exists()
    assert not (tmp_path / "new").exists()


def test_a_database_that_is_away(tmp_path: Path) -> None:
    away = "postgresql+psycopg://somebody:a-password-of-ours@127.0.0.1:9/none"
    said = run(away, backup_command, tmp_path / "backup")
    assert (said.exit_code, said.stderr) == (2, "The database does not answer. Check its address, and that it runs.\n")
    assert list(tmp_path.iterdir()) == []
    said = run(f"sqlite:///{tmp_path}/none.db", backup_command, tmp_path / "backup")
    assert (said.exit_code, "There is no database at" in said.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_the_commands_are_there() -> None:
    assert [cli.commands[name] for name in ("backup", "restore", "verify")] == [backup_command, restore_command, verify_command]
    assert cli.commands["erasures"] is erasures
