"""A PostgreSQL server of one's own can be stopped and killed; a run that died leaves nothing behind for long."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.real.postgresql_server import PostgresqlServer

pytestmark = pytest.mark.postgresql
ROOT = Path(__file__).resolve().parents[2]
# A run of its own, with the real parts only: the application need not be whole for it.
ALONE = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--noconftest", "-p", "tests.real.plugin")


@pytest.fixture
def server() -> Iterator[PostgresqlServer]:
    with tempfile.TemporaryDirectory(prefix="timecredits-own-") as folder:  # short: a socket's path has a limit
        own = PostgresqlServer(Path(folder), settings=())
        own.start()
        try:
            yield own
        finally:
            own.stop("immediate")


def run(url: str, sql: str) -> object:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(sql))
        return result.scalar() if result.returns_rows else None


def test_what_was_committed_outlives_a_killed_server(server: PostgresqlServer) -> None:
    run(server.url(), "CREATE TABLE jar AS SELECT 60 AS minutes")
    server.kill()
    with pytest.raises(OperationalError):
        run(server.url(), "SELECT 1")
    assert not server.is_running()
    server.start()
    assert run(server.url(), "SELECT minutes FROM jar") == 60


def test_stopping_twice_is_quiet(server: PostgresqlServer) -> None:
    server.stop()
    assert not server.is_running()
    server.stop()
    server.kill()


def test_another_server_is_used_when_named_and_left_as_it_was(server: PostgresqlServer) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    names = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database"
    before = run(server.url(), names)
    chosen = "tests/real/test_postgres.py"
    tests = subprocess.run(  # noqa: S603 - pytest itself
        [*ALONE, chosen],
        cwd=ROOT,
        env={**environment, "TEST_POSTGRES_URL": server.url()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert run(server.url(), names) == before


def test_the_next_run_clears_away_one_that_died() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    with tempfile.TemporaryDirectory(prefix="timecredits-own-") as elsewhere:  # where no other run looks
        folder = Path(elsewhere) / f"timecredits-tests-{ended.pid}_dead"
        left = PostgresqlServer(folder / "postgresql")
        left.start()
        command = [*ALONE, "tests/real/test_smtp.py"]
        subprocess.run(command, cwd=ROOT, env={**environment, "TMPDIR": elsewhere}, capture_output=True, check=True)  # noqa: S603
        assert not left.is_running()
        assert not folder.exists()
