"""What a backup takes, and whether anybody waits for it, on both kinds of database: `python -m bench.backups`."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Event, Thread

from sqlalchemy import Engine

from bench.databases import BOTH
from bench.figures import Figure, table
from tests.ledger.books_of import Books, open_books
from tests.real.postgresql_server import programs
from timecredits.foundation.db import make_engine, transaction
from timecredits.ledger.transfers import post_many
from timecredits.records.backups import postgresql_dump, sqlite_copy
from timecredits.records.backups.last_line import read_backup

TRANSFERS = 300_000
BATCH = 10_000
TRIES = 3
LONGEST_WAIT = 1.0
"""Seconds that a posting may take while a backup is made."""


def run() -> list[Figure]:
    """Seconds, bytes a transfer, and the longest that a posting took, without a backup and during one."""
    return [figure for name, database in BOTH.items() for figure in _measure(name, database)]


def _measure(name: str, database: object) -> Iterator[Figure]:
    with database() as engine, tempfile.TemporaryDirectory(prefix="timecredits-bench-") as folder:  # type: ignore[operator]
        with transaction(engine) as session:
            books = open_books(session, volunteers=50)
        for _ in range(TRANSFERS // BATCH):
            with transaction(engine) as session:
                post_many(session, books.programme_id, [books.earned(number % 50, 60) for number in range(BATCH)])
        url = engine.url.render_as_string(hide_password=False)
        with _somebody_posting(url, books) as waits:
            time.sleep(3)
            before = max(waits)
        took, during = [], []
        for number in range(TRIES):
            file = Path(folder) / f"{number}.backup"
            file.touch()
            with _somebody_posting(url, books) as waits:
                begin = time.perf_counter()
                _back_up(engine, url, file)
                took.append(time.perf_counter() - begin)
            during.append(max(waits))
        size = read_backup(file).size
        note = f"{TRANSFERS:,} transfers, somebody posting all the time"
        yield Figure(f"{name}: backup", median(took), "s", note)
        yield Figure(f"{name}: size of it", size / 1e6, "MB", note)
        yield Figure(f"{name}: longest posting without one", before, "s", "in 3 s")
        yield Figure(f"{name}: longest posting during one", max(during), "s", f"in {TRIES} backups", at_most=LONGEST_WAIT)


def _back_up(engine: Engine, url: str, file: Path) -> None:
    if engine.dialect.name == "sqlite":
        sqlite_copy.copy_database(sqlite_copy.database_file(url), file)
    else:
        postgresql_dump.dump_database(url, file, programs=str(programs()))


@contextmanager
def _somebody_posting(url: str, books: Books) -> Iterator[list[float]]:
    """Seconds that each posting took, from another thread with a connection of its own."""
    waits: list[float] = [0.0]
    ending = Event()

    def post_on() -> None:
        engine = make_engine(url)
        while not ending.is_set():
            begin = time.perf_counter()
            with transaction(engine) as session:
                books.post(session, books.earned(len(waits) % 50, 60))
            waits.append(time.perf_counter() - begin)
            time.sleep(0.002)
        engine.dispose()

    thread = Thread(target=post_on)
    thread.start()
    try:
        yield waits
    finally:
        ending.set()
        thread.join()


if __name__ == "__main__":
    figures = run()
    print(table(figures))
    sys.exit(0 if all(figure.holds for figure in figures) else 1)
