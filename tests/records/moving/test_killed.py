"""Whoever dies in the middle leaves nothing that looks whole: an export no file, an import no programme. By real SIGKILL."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.records.moving.moved import SECRET, bring, export
from tests.web.world import build_world
from timecredits.foundation.db import make_engine, transaction
from timecredits.network.models import Programme
from timecredits.records.moving.form import BadFileError
from timecredits.records.moving.reading import check_file
from timecredits.records.moving.tables import moved_tables
from timecredits.records.opening.adding import import_list


@pytest.fixture
def slug(engine: Engine) -> str:
    """The short name of a programme that is there."""
    with transaction(engine) as session:
        return session.get_one(Programme, build_world(session).programme_id).slug


def start(url: str, *command: object) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", *map(str, command)]
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SECRET, "TIMECREDITS_ENV": "development"}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603


def kill_before(statement: str, url: str, *words: object) -> bytes:
    """Run a command that dies before it sends this; answers what it had written."""
    with start(url, "tests.records.moving.killed", statement, *words) as process:
        out, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err.decode()
    return out


@pytest.mark.parametrize("name", ["isle.jsonl.gz", "-"])
def test_an_export_that_dies_leaves_no_file_that_looks_whole(slug: str, database_url: str, tmp_path: Path, name: str) -> None:
    file = Path(name) if name == "-" else tmp_path / name
    out = kill_before("FROM volunteer", database_url, "export-programme", slug, file)
    if name != "-":
        assert not file.exists()
    left = tmp_path / "left"
    left.write_bytes(out if name == "-" else next(tmp_path.glob(".timecredits-*")).read_bytes())
    with left.open("rb") as content, pytest.raises(BadFileError, match="Nothing was added"):
        check_file(content, dialect="sqlite")


def test_an_export_whose_reader_is_gone_says_so_and_is_no_export(slug: str, database_url: str) -> None:
    with start(database_url, "tests.records.moving.killed", "NOTHING", "export-programme", slug, "-") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode()
    assert process.returncode == 2
    assert err.strip().splitlines() == ["- can't be written: Broken pipe. Nothing was exported."]


@pytest.mark.parametrize("moment", ["INSERT INTO transfer", "COMMIT"])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_an_import_that_dies_leaves_nothing_and_can_be_done_again(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path, kind: str, moment: str
) -> None:
    home = tmp_path / "home.db"
    home.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{home}")
    with transaction(engine) as session:
        world = build_world(session)
        people = b"Name,Credits\nBo Lind,12\nAda Mensah,2\n"
        import_list(session, world.programme_id, world.organisation_id, people, "people.csv", actor_id=None)
    file = tmp_path / "isle.jsonl"
    file.write_bytes(export(engine, world.programme_id))
    engine.dispose()
    if kind == "sqlite":
        path = tmp_path / "other.db"
        path.write_bytes(sqlite_template.read_bytes())
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("create_database_from")(request.getfixturevalue("postgresql_template"))
    kill_before(moment, url, "import-programme", file)
    other = make_engine(url)
    with other.connect() as connection:
        tables = [moved.table for moved in moved_tables(with_sign_ins=True)]
        assert [each.name for each in tables if connection.execute(each.select().limit(1)).first() is not None] == []
    assert not bring(other, file.read_bytes()).already
    other.dispose()
