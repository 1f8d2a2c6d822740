"""The commands that move a programme as somebody at a terminal meets them, on both kinds of database."""

import gzip
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from tests.web.world import build_world
from timecredits.commands.importing import import_people
from timecredits.commands.moving import export_programme, import_programme
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import transaction
from timecredits.ledger.models import Transfer
from timecredits.network.models import Programme, Volunteer

SECRET = "a-secret-for-tests-0123456789abcdef"


@pytest.fixture
def isle(engine: Engine, database_url: str) -> str:
    """The address of a database with one programme in it."""
    with transaction(engine) as session:
        build_world(session)
    return database_url


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty database."""
    path = tmp_path / "empty.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


def run(url: str, command: click.Command, *words: object, typed: bytes = b"", secret: str = SECRET) -> Result:
    env = {"DATABASE_URL": url, "SECRET_KEY": secret}
    result = CliRunner(env=env).invoke(command, [str(word) for word in words], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def slug(engine: Engine) -> str:
    with transaction(engine) as session:
        return session.scalars(select(Programme.slug)).one()


@pytest.mark.parametrize("name", ["isle.jsonl", "isle.jsonl.gz"])
def test_a_programme_goes_out_and_comes_in(engine: Engine, isle: str, empty: str, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    out = run(isle, export_programme, slug(engine), file, "--with-sign-ins")
    assert out.exit_code == 0, out.output
    assert "rows exported." in out.stderr
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read it"
    text = gzip.decompress(file.read_bytes()) if name.endswith(".gz") else file.read_bytes()
    assert json.loads(text.splitlines()[-1])["end"] is True
    dry = run(empty, import_programme, file, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "Nothing was added" in dry.stdout
    done = run(empty, import_programme, file)
    assert done.exit_code == 0, done.output
    assert "before" in done.stdout
    again = run(empty, import_programme, file)
    assert (again.exit_code, "is here already. Nothing was added." in again.stdout) == (0, True)
    with transaction(engine) as session:
        assert "programme exported" in session.scalars(select(AuditEntry.action)).all()


def test_it_goes_through_a_pipe_too(engine: Engine, isle: str, empty: str) -> None:
    out = run(isle, export_programme, slug(engine), "-")
    assert out.exit_code == 0, out.output
    done = run(empty, import_programme, "-", typed=out.stdout_bytes)
    assert done.exit_code == 0, done.output


def test_a_file_that_is_there_is_not_written_over(engine: Engine, isle: str, tmp_path: Path) -> None:
    file = tmp_path / "there.jsonl"
    file.write_text("mine")
    out = run(isle, export_programme, slug(engine), file)
    assert (out.exit_code, file.read_text()) == (2, "mine")
    assert "Nothing was exported." in out.stderr
    assert run(isle, export_programme, slug(engine), tmp_path / "no" / "such" / "folder").exit_code == 2
    assert run(isle, export_programme, "no-such-programme", tmp_path / "new").exit_code == 2
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_used_is_one_line_each_and_exit_2(engine: Engine, isle: str, empty: str, tmp_path: Path) -> None:
    file = tmp_path / "isle.jsonl"
    run(isle, export_programme, slug(engine), file)
    content = file.read_bytes()
    cut, odd, packed = tmp_path / "cut", tmp_path / "odd", tmp_path / "cut.gz"
    cut.write_bytes(content[: len(content) // 2])
    odd.write_bytes(content.replace(b'"first_name":"', b'"first_nome":"'))
    packed.write_bytes(gzip.compress(content)[:-200])
    for path, said in (
        (cut, "Nothing was added."),
        (odd, "Line "),
        (packed, "Nothing was added."),
        (tmp_path / "none", "can't be read"),
    ):
        bad = run(empty, import_programme, path)
        assert (bad.exit_code, bad.stdout) == (2, "")
        assert said in bad.stderr
        assert "Traceback" not in bad.stderr
    assert run(empty, import_programme, file).exit_code == 0, "nothing of it stayed"


def test_without_the_keys_it_stops_unless_told_to_go_on(engine: Engine, isle: str, empty: str, tmp_path: Path) -> None:
    file = tmp_path / "isle.jsonl"
    run(isle, export_programme, slug(engine), file)
    other = "another-secret-for-tests-0123456789"
    stopped = run(empty, import_programme, file, secret=other)
    assert (stopped.exit_code, "lacks key 1 of the file's" in stopped.stderr) == (2, True)
    assert run(empty, import_programme, file, "--other-keys", secret=other).exit_code == 0


def test_people_come_with_their_credits_only_when_asked(engine: Engine, isle: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Number,Name,Credits\n701,Bo Lind,12\n702,Ada Mensah,2.5\n703,Kit Waters,12h\n")
    with transaction(engine) as session:
        before = session.scalar(select(func.count()).select_from(Transfer))
    words = (file, "--organisation", "riverside", "--json")
    dry = run(isle, import_people, *words, "--opening", "--dry-run")
    assert json.loads(dry.stdout)["enrolled"] == 0
    done = run(isle, import_people, *words, "--opening")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert (said["enrolled"], said["credited"], said["minutes"]) == (2, 2, 870)
    assert [(each["row"], each["column"]) for each in said["problems"]] == [(4, "credits")]
    again = json.loads(run(isle, import_people, *words, "--opening").stdout)
    assert (again["enrolled"], again["credited"], again["already"]) == (0, 0, 2)
    plain = json.loads(run(isle, import_people, *words).stdout)
    assert (plain["enrolled"], plain["already"]) == (1, 2)
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Transfer)) == (before or 0) + 2
        assert session.scalars(select(Volunteer).filter_by(first_name="Kit", last_name="Waters")).one()
