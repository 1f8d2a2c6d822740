"""One run of the tests: its name, its folder, and the lock that all its processes share.

pytest-xdist starts several processes. What is dear to start (a PostgreSQL server) is started by the first that asks, is shared
by all, and is stopped by the process that began the run. A run that was killed leaves its folder; the next run clears it away.
"""

import fcntl
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.real.postgresql_server import PostgresqlServer

_VARIABLE = "TIMECREDITS_TEST_RUN"
_PREFIX = "timecredits-tests-"
_BYTECODE = Path(__file__).resolve().parents[2] / ".cache" / "bytecode"


def begin_run() -> None:
    """Name this run, in the process that pytest was started as; workers inherit the name."""
    os.environ[_VARIABLE] = f"{os.getpid()}_{secrets.token_hex(2)}"
    _keep_bytecode()
    _clear_runs_that_died()


def _keep_bytecode() -> None:
    """Where Python was told to write no bytecode, let it keep this run's in the checkout's own cache instead.

    A run starts hundreds of processes (its own workers, servers, commands). Each would compile the whole application, and
    each worker all the tests, which takes three times as long as to read them.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_BYTECODE))
        sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]


def run_name() -> str:
    """Return the process id that began the run and four hexadecimal digits, the same in every process of this run."""
    return os.environ[_VARIABLE]


def run_folder() -> Path:
    """Return this run's folder; another system user (PostgreSQL's) may look into it, so it holds nothing secret."""
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{run_name()}"


@contextmanager
def run_lock() -> Iterator[Path]:
    """Hold this run's lock between processes; gives the run's folder, made on first use."""
    folder = run_folder()
    folder.mkdir(mode=0o755, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder


def shared_server() -> PostgresqlServer:
    """Return this run's PostgreSQL server, started by the first process that asks."""
    with run_lock() as folder:
        server = PostgresqlServer(folder / "postgresql")
        if not server.is_running():
            server.start()
        return server


def end_run() -> None:
    """Stop what this run started and remove its folder; called once, by the process that began the run."""
    _clear(run_folder())
    os.environ.pop(_VARIABLE, None)


def _clear_runs_that_died() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("_")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            _clear(folder)


def _clear(folder: Path) -> None:
    if (folder / "postgresql").exists():
        PostgresqlServer(folder / "postgresql").stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)
