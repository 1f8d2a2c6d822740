"""The commands that start things, run as a person runs them: the installed command, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from timecredits.cli import cli
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine

COMMAND = Path(sys.executable).parent / "timecredits"
PASSWORD = "quiet river seven lamps"


def run(url: str, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "TIMECREDITS_ENV": "development", **(env or {})}
    return subprocess.run(  # noqa: S603
        [str(COMMAND), *words], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def said(answer: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said: exactly one line, and no traceback."""
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 1, answer.stderr
    return answer.stderr.strip()


def test_from_nothing_to_a_programme_with_staff(database_url: str) -> None:
    assert run(database_url, "create-programme", "Fenland", "--slug", "fenland").stdout == "Programme 1: Fenland (fenland).\n"
    made = run(database_url, "create-organisation", "Riverside Trust", "--slug", "riverside", "--programme", "fenland")
    assert made.stdout == "Riverside Trust (riverside) is in Fenland.\n"
    user = ("create-user", "hazel@example.org", "--name", "Hazel", "--role", "coordinator", "--password", PASSWORD)
    assert run(database_url, *user, "--organisation", "riverside").stdout == "Hazel can sign in as hazel@example.org.\n"
    assert said(run(database_url, *user, "--organisation", "riverside")) == "Somebody has this email address already."
    again = run(database_url, "create-programme", "Fenland", "--slug", "fenland")
    assert again.returncode == 2
    assert "Choose another short name" in said(again)
    assert run(database_url, "check-books").stdout == "The books of 1 programme add up.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("create-organisation", "X", "--slug", "x", "--programme", "nowhere"), "There is no such thing here."),
        (("create-user", "a@b.example", "--name", "A", "--role", "coordinator", "--password", PASSWORD), "--organisation"),
        (("create-user", "a@b.example", "--name", "A", "--role", "venue_manager", "--password", PASSWORD), "--programme"),
    ],
)
def test_what_can_not_be_is_said_in_one_line(sqlite_url: str, words: tuple[str, ...], sentence: str) -> None:
    answer = run(sqlite_url, *words)
    assert answer.returncode == 2
    assert sentence in said(answer)


@pytest.mark.parametrize("command", ["check-books", "serve"])
def test_a_database_that_is_behind_is_not_worked_on(tmp_path: Path, command: str) -> None:
    answer = run(f"sqlite:///{tmp_path / 'empty.db'}", command)
    assert answer.returncode == 2
    assert said(answer) == "The database is behind. Run: timecredits migrate"


def test_migrate_makes_the_folder_and_says_where_it_stands(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'it.db'}"
    assert "up to date" in run(url, "migrate").stdout
    assert "up to date" in run(url, "migrate").stdout
    assert run(url, "check-books").stdout == "The books of 0 programmes add up.\n"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "not a database's address"),
        ("mysql://a/b", "not a database's address"),
        ("sqlite:////proc/nope/x.db", "can not be made"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "does not answer"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "check-books"])
def test_an_address_of_nothing_is_said_in_one_line(url: str, sentence: str, command: str) -> None:
    answer = CliRunner(env={"DATABASE_URL": url, "MIGRATE_DATABASE_URL": ""}).invoke(cli, [command])
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert sentence in answer.stderr or (command == "check-books" and "does not answer" in answer.stderr)


@pytest.mark.postgresql
def test_migrate_does_not_wait_long_for_whoever_holds_a_table(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All who come after would wait behind it."""
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 1)
    holder = make_engine(postgresql_url, as_application=False)
    try:
        with holder.begin() as connection:
            connection.execute(text("LOCK TABLE alembic_version"))
            answer = CliRunner(env={"DATABASE_URL": postgresql_url, "MIGRATE_DATABASE_URL": ""}).invoke(cli, ["migrate"])
        assert answer.exit_code == 2
        assert "Somebody is using what has to change" in answer.stderr
        again = CliRunner(env={"DATABASE_URL": postgresql_url, "MIGRATE_DATABASE_URL": ""}).invoke(cli, ["migrate"])
        assert "up to date" in again.stdout
    finally:
        holder.dispose()


@pytest.mark.parametrize("url", ["nonsense", "oracle+nothing://x/y", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_an_address_that_leads_nowhere_is_said_in_one_line(url: str) -> None:
    answer = run(url, "check-books")
    assert answer.returncode == 2
    assert "DATABASE_URL" in said(answer)


def test_books_that_do_not_add_up_are_named(sqlite_url: str) -> None:
    run(sqlite_url, "create-programme", "Fenland", "--slug", "fenland")
    engine = make_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER account_opens_empty"))
        connection.execute(
            text(
                "INSERT INTO account (programme_id, id, kind, floor, balance)"
                " SELECT id, randomblob(16), 'volunteer', 0, 60 FROM programme"
            )
        )
    engine.dispose()
    answer = run(sqlite_url, "check-books", "--json")
    assert answer.returncode == 1
    told = json.loads(answer.stdout)
    assert not told["clean"]
    assert {fault["rule"] for fault in told["faults"]} == {"sum_not_zero", "balance_differs"}
    plain = run(sqlite_url, "check-books")
    assert plain.returncode == 1
    assert "fenland: kept balances differ" in plain.stdout


def test_the_demo_does_not_touch_a_real_programme(sqlite_url: str) -> None:
    run(sqlite_url, "create-programme", "Fenland", "--slug", "fenland")
    answer = run(sqlite_url, "demo", "--prepare")
    assert answer.returncode == 2
    assert "leaves it alone" in answer.stderr


def test_the_demo_does_not_run_in_production(sqlite_url: str) -> None:
    safe = {
        "TIMECREDITS_ENV": "production",
        "SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "BASE_URL": "https://credits.example.org",
        "MAIL_URL": "smtp://127.0.0.1:2525",
    }
    answer = run(sqlite_url, "demo", "--prepare", env=safe)
    assert answer.returncode == 2
    assert "production" in said(answer)


def test_every_command_has_help(sqlite_url: str) -> None:
    listed = run(sqlite_url, "--help").stdout
    for command in (
        "demo",
        "serve",
        "migrate",
        "create-programme",
        "create-organisation",
        "create-user",
        "check-books",
        "routes",
    ):
        assert command in listed
        assert CliRunner().invoke(cli, [command, "--help"]).exit_code == 0  # each a process of its own would cost seconds
