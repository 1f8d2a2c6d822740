"""Posting through the service call against django-hordak's, a ledger for Django: same server, same clients, same durability.

Both sides run in turn, round after round; the ratio is the median of the rounds' own. Django and django-hordak are in an
environment of their own (requirements-bench.txt), made in a temporary folder, so that nothing of theirs is beside our code.
"""

import subprocess
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from bench.figures import Figure
from bench.posting import CLIENTS, DURABLE, ROUNDS, SECONDS, clients_of, create_database, prepared, ratio
from tests.real.postgresql_server import PostgresqlServer

ROOT = Path(__file__).resolve().parent.parent
SIDE = ROOT / "bench" / "hordak_side.py"


def run() -> list[Figure]:
    """Measure PostgreSQL with every commit on the disk."""
    with TemporaryDirectory(prefix="timecredits-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        python = _environment(folder / "hordak")
        server = PostgresqlServer(folder / "pg", settings=DURABLE)
        try:
            server.start()
            return [*_against(server, python, 1, at_least=3.0), *_against(server, python, CLIENTS, at_least=None)]
        finally:
            server.stop("immediate")


def _environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = ["-r", str(ROOT / "requirements-bench.txt"), "--require-hashes"]
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True)  # noqa: S603
    return python


def _against(server: PostgresqlServer, python: Path, clients: int, *, at_least: float | None) -> Iterator[Figure]:
    url, other = prepared(server, f"posting_{clients}"), f"hordak_{clients}"
    create_database(server, other)
    side = [str(python), "-P", str(SIDE)]  # -P: or this file would be found in place of theirs
    where = [str(make_url(server.url()).query["host"]), other]
    subprocess.run([*side, "open", *where], check=True)  # noqa: S603  our own script
    ours, theirs = [], []
    with clients_of(url, clients) as go, _others([*side, *where], clients) as go_too:
        go(1.0)
        for _ in range(ROUNDS):
            ours.append(go(SECONDS))
            theirs.append(go_too(SECONDS))
    many = "1 client" if clients == 1 else f"{clients} clients"
    yield Figure(f"django-hordak, {many}", median(theirs), "a second", f"transfer_to, fsync on, median of {ROUNDS}")
    yield Figure(f"posting / django-hordak, {many}", ratio(ours, theirs), "x", "service call over transfer_to", at_least=at_least)


@contextmanager
def _others(command: list[str], count: int) -> Iterator[Callable[[float], float]]:
    """Give a function as `posting.clients_of` does, for so many processes of the other side."""
    with ExitStack() as running:
        sides = [
            running.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
            )
            for _ in range(count)
        ]
        pipes = [(side.stdin, side.stdout) for side in sides if side.stdin and side.stdout]
        for _orders, answers in pipes:
            assert answers.readline() == "ready\n"

        def go(seconds: float) -> float:
            for orders, _answers in pipes:
                orders.write(f"{seconds}\n")
                orders.flush()
            return sum(float(answers.readline()) for _orders, answers in pipes)

        yield go
