"""`timecredits audit`: a chain that stands, one that was tampered with, and heads written outside."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from tests.ledger.books_of import open_books
from timecredits.cli import cli
from timecredits.foundation import audit, clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.ledger.seals import BEHIND, seal_programme
from timecredits.network.witness import write_witness


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> CliRunner:
    """On a database of one's own, with one act and one seal."""
    (tmp_path / "heads").mkdir()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("WITNESS", str(tmp_path / "heads"))
    engine = make_engine(sqlite_url)
    with transaction(engine) as session:
        books = open_books(session)
        books.post(session, books.earned(0, 60))
        audit.record(session, books.programme_id, "act done", actor_id=new_id(), organisation_id=new_id())
    seal_programme(engine, books.programme_id, now=clock.now() + BEHIND + timedelta(minutes=1))
    engine.dispose()
    return CliRunner()


def _tamper(sqlite_url: str, *statements: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.begin() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for statement in (*(f"DROP TRIGGER {name}" for name in names), *statements):
            connection.execute(text(statement))
    engine.dispose()


def test_a_whole_chain_and_one_that_was_changed(runner: CliRunner, sqlite_url: str) -> None:
    whole = runner.invoke(cli, ["audit", "verify"])
    assert (whole.exit_code, whole.output) == (0, "What staff did stands as it was written.\n")
    assert runner.invoke(cli, ["audit", "verify", "--programme", "nowhere"]).exit_code == 2
    _tamper(sqlite_url, "UPDATE audit_entry SET action = 'act undone' WHERE action = 'act done'")
    broken = runner.invoke(cli, ["audit", "verify", "--programme", "books"])
    assert broken.exit_code == 1
    assert "number 1" in broken.output
    assert "was changed" in broken.output
    told = json.loads(runner.invoke(cli, ["audit", "verify", "--json"]).output)
    assert (told["clean"], [each["what"] for each in told["faults"]]) == (False, ["changed"])


def test_only_heads_outside_tell_of_an_end_that_was_cut_and_mended(runner: CliRunner, sqlite_url: str, tmp_path: Path) -> None:
    assert runner.invoke(cli, ["audit", "witness"]).output == "Written.\n"
    assert runner.invoke(cli, ["audit", "witness"]).output == "Today's are there already.\n"
    heads = ["--heads", str(tmp_path / "heads")]
    assert runner.invoke(cli, ["audit", "verify", *heads]).exit_code == 0
    cut = "(SELECT id FROM audit_entry WHERE action = 'act done')"
    _tamper(
        sqlite_url,
        f"DELETE FROM audit_head WHERE id = (SELECT chain_id FROM audit_link WHERE id = {cut})",  # noqa: S608  our own words
        f"DELETE FROM audit_link WHERE id = {cut}",  # noqa: S608
        "DELETE FROM audit_entry WHERE action = 'act done'",
        "UPDATE seal SET hash = zeroblob(32)",
    )
    assert runner.invoke(cli, ["audit", "verify"]).exit_code == 0
    told = runner.invoke(cli, ["audit", "verify", *heads])
    assert told.exit_code == 1
    assert told.output.count("is not what was written outside") == 2


def test_a_file_that_is_no_head(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text('{"programme": 1}\n')
    told = runner.invoke(cli, ["audit", "verify", "--heads", str(tmp_path / "odd.jsonl")])
    assert (told.exit_code, "odd.jsonl, line 1" in told.output) == (2, True)


def test_a_days_file_is_written_once_and_mailed(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        open_books(session)
    now = clock.now()
    answers = [write_witness(engine, str(tmp_path), mail_to="heads@example.org", now=now) for _ in range(2)]
    assert answers == [1, 0]
    assert write_witness(engine, "", now=now) == 0
    assert write_witness(engine, str(tmp_path), now=now + timedelta(days=1)) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM mail_message WHERE recipient = 'heads@example.org'")) == 1
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
