"""docs/backup.md on PostgreSQL's own log of changes: followed word by word, it brings back the moment before a mistake."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.commands.backup_runs import execute
from tests.real.postgresql_server import PostgresqlServer
from timecredits.foundation.places import ROOT

pytestmark = pytest.mark.postgresql
PAGE = (ROOT / "docs" / "backup.md").read_text()


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="timecredits-pitr-", ignore_cleanup_errors=True) as name:  # short, for sockets
        (Path(name) / "archive").mkdir()
        Path(name).chmod(0o755)  # PostgreSQL may run as another user
        (Path(name) / "archive").chmod(0o777)
        yield Path(name)


def told(name: str, folder: Path) -> str:
    """A setting as the page has it, with the archive in this folder."""
    found = re.search(rf"^    {name} = (.*?)(?:  +#.*)?$", PAGE, re.MULTILINE)
    assert found is not None, f"the page sets {name}"
    return f"{name} = {found[1]}".replace("/archive/", f"{folder}/archive/")


def ask(server: PostgresqlServer, question: str) -> list[str]:
    engine = create_engine(server.url(), poolclass=NullPool)
    with engine.connect() as connection:
        return [str(each) for each in connection.scalars(text(question))]


def test_the_moment_before_a_mistake_comes_back(folder: Path) -> None:
    settings = tuple(told(name, folder) for name in ("wal_level", "archive_mode", "archive_timeout", "archive_command"))
    first, second = PostgresqlServer(folder / "first", settings=settings), PostgresqlServer(folder / "second")
    first.start()
    try:
        execute(first.url(), "CREATE TABLE jar (word text)", "INSERT INTO jar VALUES ('before the base')")
        second.folder.mkdir()
        second.folder.chmod(0o777)
        options = re.findall(r"--[^ ]+", re.findall(r"pg_basebackup .*", PAGE)[0])
        first._run("pg_basebackup", "-h", str(first.folder), "-U", "postgres", "-D", str(second.data), *options)
        execute(first.url(), "INSERT INTO jar VALUES ('after the base')")
        (moment,) = ask(first, "SELECT clock_timestamp()")
        execute(first.url(), "DELETE FROM jar")
        assert ask(first, "SELECT word FROM jar") == []
        execute(first.url(), "SELECT pg_switch_wal()")
    finally:
        first.stop()  # what is in the log is archived before it ends
    recovery = [told(name, folder) for name in ("restore_command", "recovery_target_action")]
    target = re.sub(r"'.*'", f"'{moment}'", told("recovery_target_time", folder))
    ours = [f"unix_socket_directories = '{second.folder}'"]
    with (second.data / "postgresql.conf").open("a") as file:
        file.writelines(f"{line}\n" for line in (*recovery, target, *ours))
    assert "recovery.signal" in PAGE
    (second.data / "recovery.signal").touch()
    second.start()
    try:
        until = monotonic() + 60
        while ask(second, "SELECT pg_is_in_recovery()") == ["True"]:
            assert monotonic() < until, "it never comes to the moment"
        assert ask(second, "SELECT word FROM jar") == ["before the base", "after the base"]
        execute(second.url(), "INSERT INTO jar VALUES ('it takes writes')")
    finally:
        second.stop("immediate")
