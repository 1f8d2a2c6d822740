"""How much is lost with Litestream when a machine is gone at once: `python -m bench.litestream [RUNS]` (docs/backup.md).

A writer posts transfers and notes each that the database acknowledged; Litestream copies to another folder, as it comes. Both are
killed, the database is restored from the copy alone, and what was acknowledged and isn't there is counted. Exit 1 where anything
but the newest is missing, the books don't add up, or more is lost than the page says.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.figures import Figure, table
from tests.ledger.books_of import open_books
from tests.static.tools import ROOT, make_environment
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine, transaction
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import Transfer
from timecredits.network.models import Programme

RUNS = 20
SHORTEST = 3.0
STEP = 0.13
"""Seconds by which each run is longer than the one before, so that it ends at another moment of Litestream's second."""
PAUSE = 0.005
PATIENCE = 60
MOST = 2.0
"""Seconds of acknowledged work that may be lost."""


def main() -> int:
    """Run it so many times, and print what was lost."""
    runs = int(sys.argv[1]) if sys.argv[1:] else RUNS
    program = make_environment(ROOT / ".cache" / "litestream", "requirements-litestream.txt") / "litestream"
    lost = [_lose(program, SHORTEST + number * STEP) for number in range(runs)]
    seconds, transfers, written = zip(*lost, strict=True)
    note = f"{runs} runs, both killed at once"
    figures = [
        Figure("acknowledged and lost, median", median(seconds), "s", note),
        Figure("acknowledged and lost, at most", max(seconds), "s", note, at_most=MOST),
        Figure("transfers lost, at most", max(transfers), "", f"of {median(written):.0f} written in a run"),
    ]
    print(table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


def _lose(program: Path, seconds: float) -> tuple[float, int, int]:
    """One run; answers how many seconds of acknowledged transfers were lost, how many they were, and how many there were."""
    with tempfile.TemporaryDirectory(prefix="timecredits-litestream-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'live.db'}"
        migrating.upgrade(url)
        settings = folder / "litestream.yml"
        settings.write_text(f"dbs:\n  - path: {folder}/live.db\n    replica:\n      type: file\n      path: {folder}/copy\n")
        notes = folder / "acknowledged"
        with _running([program, "replicate", "-config", settings], folder / "log") as litestream:
            _wait_until(lambda: any(each.is_file() for each in (folder / "copy").rglob("*")))
            with _running([sys.executable, "-m", "bench.litestream", "write", url], notes) as writer:
                _wait_until(lambda: notes.stat().st_size > 0)
                time.sleep(seconds)
                litestream.kill()
                ended = time.monotonic()
                writer.kill()
        restored = folder / "restored.db"
        command: list[str | Path] = [program, "restore", "-config", settings, "-o", restored, folder / "live.db"]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return _count(notes, f"sqlite:///{restored}", ended)


def _count(notes: Path, url: str, ended: float) -> tuple[float, int, int]:
    acknowledged = [(UUID(words[0]), float(words[1])) for words in map(str.split, notes.read_text().splitlines())]
    engine = make_engine(url)
    with Session(engine) as session:
        if session.scalars(text("PRAGMA integrity_check")).all() != ["ok"]:
            raise SystemExit("The restored database is broken.")
        if any(check_ledger(session, each) for each in session.scalars(select(Programme.id)).all()):
            raise SystemExit("The restored books don't add up.")
        there = set(session.scalars(select(Transfer.id)))
    engine.dispose()
    held = [each in there for each, _ in acknowledged]
    kept = held.index(False) if False in held else len(held)
    if any(held[kept:]):
        raise SystemExit("Something older is missing than what was kept.")
    first_lost = acknowledged[kept][1] if kept < len(acknowledged) else ended
    return max(0.0, ended - first_lost), len(acknowledged) - kept, len(acknowledged)


def write(url: str) -> None:
    """Post transfers until killed. Each that was committed is noted with its moment."""
    engine = make_engine(url)
    with transaction(engine) as session:
        books = open_books(session, volunteers=10)
    number = 0
    while True:
        movement = books.earned(number % 10, 60)
        with transaction(engine) as session:
            books.post(session, movement)
        os.write(1, f"{movement.id} {time.monotonic()}\n".encode())
        number += 1
        time.sleep(PAUSE)


@contextmanager
def _running(command: list[str | Path], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    with output.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, cwd=ROOT) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def _wait_until(begun: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not begun():
        if time.monotonic() > until:
            raise SystemExit("Nothing is written, or nothing is copied.")
        time.sleep(0.05)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(sys.argv[2])
    sys.exit(main())
