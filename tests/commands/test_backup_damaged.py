"""Whatever happened to a backup's file, nothing that isn't as it was written is taken for a backup."""

import hashlib
import json
import resource
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.commands.backup_runs import backed_up, is_sqlite, run
from timecredits.commands.backup import backup_command, restore_command
from timecredits.commands.backup_checks import verify_command
from timecredits.foundation import clock, schema
from timecredits.records.backups.last_line import SQLITE, UnusableError, add_last_line, read_backup

New = Callable[[], str]
MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
pytestmark = pytest.mark.usefixtures("small")


@pytest.fixture
def file(small: object, database_url: str, tmp_path: Path) -> Path:
    """A backup."""
    assert small
    return backed_up(database_url, tmp_path / "backup")


def test_one_byte_that_is_another_is_found_wherever_it_is(file: Path) -> None:
    whole = file.read_bytes()
    places = st.integers(0, len(whole) - 1) | st.integers(max(0, len(whole) - 5000), len(whole) - 1)

    @MANY
    @given(place=places, other=st.integers(1, 255))
    def try_one(place: int, other: int) -> None:
        with file.open("r+b") as content:
            content.seek(place)
            content.write(bytes([whole[place] ^ other]))
        try:
            with pytest.raises(UnusableError):
                read_backup(file)
        finally:
            with file.open("r+b") as content:
                content.seek(place)
                content.write(whole[place : place + 1])

    try_one()
    assert read_backup(file).rows["programme"] == 1, "as it was written it is good"


def test_one_that_was_cut_off_or_grew_is_found(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    other = tmp_path / "other"

    @MANY
    @given(length=st.integers(0, len(whole) - 1), more=st.binary(min_size=1, max_size=20))
    def try_one(length: int, more: bytes) -> None:
        for content in (whole[:length], whole + more, whole[length + 1 :], more + whole):
            other.write_bytes(content)
            with pytest.raises(UnusableError):
                read_backup(other)

    try_one()
    other.write_bytes(whole)
    assert read_backup(other) == read_backup(file)


def test_commands_say_it_in_one_sentence_and_change_nothing(file: Path, database_url: str, new_url: New, tmp_path: Path) -> None:
    whole = file.read_bytes()
    packed = tmp_path / "packed"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("backup", whole[:1000])
    wrong = {
        "cut": (whole[: len(whole) // 2], "is not a whole backup"),
        "flipped": (whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], "is damaged"),
        "empty": (b"", "is not a backup"),
        "words": (b"Not a backup.\n", "is not a backup"),
        "packed": (packed.read_bytes(), "is not a backup"),
        "the database alone": (whole[: read_backup(file).size], "its last line is missing"),
    }
    for name, (content, said) in wrong.items():
        bad = tmp_path / name
        bad.write_bytes(content)
        new = new_url()
        for command in (verify_command, restore_command):
            answer = run(new, command, bad)
            assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
            assert said in answer.stderr
        if is_sqlite(new):
            assert not Path(new.removeprefix("sqlite:///")).exists()
    for missing in (tmp_path / "none", tmp_path):
        assert "can't be read" in run(database_url, verify_command, missing).stderr
        assert run(new_url(), restore_command, missing).exit_code == 2


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        '{"format": "something else"}',
        '{"format": "timecredits-backup", "version": 2}',
        '{"format": "timecredits-backup", "version": 1, "kind": "other", "schema": "0001", "size": 0}',
    ],
)
def test_a_last_line_of_another_time_is_not_taken(sqlite_url: str, tmp_path: Path, line: str) -> None:
    file = tmp_path / "of-another-time"
    file.write_bytes(Path(sqlite_url.removeprefix("sqlite:///")).read_bytes())
    add_last_line(file, kind=SQLITE, schema=schema.head(), made_at=clock.now(), rows={})
    assert read_backup(file).kind == SQLITE
    cut = file.read_bytes()[: read_backup(file).size]
    _seal(file, cut + b"\n" + line.encode())
    with pytest.raises(UnusableError, match="no backup that this version can read"):
        read_backup(file)


def _seal(file: Path, content: bytes) -> None:
    content += b" "
    file.write_bytes(content + hashlib.sha256(content).hexdigest().encode() + b"\n")


def test_a_disk_that_is_full_leaves_nothing_under_its_name(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    with _at_most(200_000):
        said = run(database_url, backup_command, folder / "backup")
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert list(folder.iterdir()) == []
    assert run(database_url, backup_command, folder / "backup").exit_code == 0, "with room it is made"


def test_a_disk_that_is_full_leaves_no_half_database(sqlite_url: str, tmp_path: Path) -> None:
    """A PostgreSQL that has no room takes back the one transaction that it is restored in."""
    file = backed_up(sqlite_url, tmp_path / "backup")
    database = tmp_path / "restored" / "new.db"
    new = f"sqlite:///{database}"
    with _at_most(200_000):
        said = run(new, restore_command, file)
        tried = run(new, verify_command, file)
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert (tried.exit_code, "Set TMPDIR" in tried.stderr) == (2, True)
    assert list(database.parent.iterdir()) == []
    assert run(new, restore_command, file).exit_code == 0


@contextmanager
def _at_most(size: int) -> Iterator[None]:
    """No file may grow larger: what this process and its children meet as a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_left_of_another_database_is_not_written_into_the_new_one(sqlite_url: str, tmp_path: Path) -> None:
    """A log of changes whose database is gone would be worked into whatever comes in its place."""
    file = backed_up(sqlite_url, tmp_path / "backup")
    database = tmp_path / "new" / "timecredits.db"
    database.parent.mkdir()
    for suffix in ("-wal", "-journal", "-shm"):
        beside = database.with_name(f"timecredits.db{suffix}")
        beside.write_bytes(b"of another")
        said = run(f"sqlite:///{database}", restore_command, file)
        assert (said.exit_code, "left of another database" in said.stderr) == (2, True)
        beside.unlink()
    assert list(database.parent.iterdir()) == []


def test_the_databases_own_programs_read_a_backup_too(file: Path, database_url: str) -> None:
    """Without this program, a backup is still a database's file."""
    about = read_backup(file)
    if is_sqlite(database_url):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as line:
            assert line.execute("SELECT count(*) FROM programme").fetchone() == (1,)
            assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert json.loads(file.read_bytes()[about.size :].decode().rpartition(" ")[0])["schema"] == schema.head()
