"""What a seal costs beside a chain for each account: seconds to seal and to check, and what two more rows cost a posting.

The chain is the least it could be: both accounts' heads are held and written in the posting's own transaction.
"""

import time
from datetime import timedelta
from statistics import median

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.databases import BOTH
from bench.figures import Figure
from tests.ledger.books_of import Books, open_books
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.ledger.seals import BEHIND, check_seals, seal_programme
from timecredits.ledger.transfers import post_many

TRANSFERS = 100_000
BATCH = 10_000
POSTINGS = 300


def run() -> list[Figure]:
    """Seconds for 100,000 transfers sealed and checked, and microseconds a posting without and with a chain."""
    return [figure for name, database in BOTH.items() for figure in _measure(name, database)]


def _measure(name: str, database: object) -> list[Figure]:
    with database() as engine:  # type: ignore[operator]
        with transaction(engine) as session:
            books = open_books(session, volunteers=50)
        for _ in range(TRANSFERS // BATCH):
            with transaction(engine) as session:
                post_many(session, books.programme_id, [books.earned(number % 50, 60) for number in range(BATCH)])
        begin = time.perf_counter()
        sealed = seal_programme(engine, books.programme_id, now=clock.now() + BEHIND + timedelta(minutes=1))
        sealing = time.perf_counter() - begin
        assert sealed == TRANSFERS, sealed
        begin = time.perf_counter()
        with Session(engine) as session:
            assert not check_seals(session, books.programme_id)
        checking = time.perf_counter() - begin
        plain, chained = _postings(engine, books)
    note = f"{TRANSFERS:,} transfers of 50 people"
    return [
        Figure(f"{name}: sealing", sealing, "s", note, at_most=10),
        Figure(f"{name}: checking the seal", checking, "s", note, at_most=10),
        Figure(f"{name}: a posting", plain, "us", f"median of {POSTINGS}, seals cost it nothing"),
        Figure(f"{name}: a posting with a chain for each account", chained, "us", "two heads held and written"),
    ]


def _postings(engine: Engine, books: Books) -> tuple[float, float]:
    with transaction(engine) as session:
        session.execute(text("CREATE TEMPORARY TABLE chain_head (id INTEGER PRIMARY KEY, hash TEXT)"))
        session.execute(text("INSERT INTO chain_head VALUES (1, ''), (2, '')"))
        plain, chained = [], []
        for number in range(POSTINGS):
            begin = time.perf_counter()
            books.post(session, books.earned(number % 50, 60))
            middle = time.perf_counter()
            books.post(session, books.earned(number % 50, 60))
            for head in (1, 2):
                session.execute(text("UPDATE chain_head SET hash = :hash WHERE id = :id"), {"hash": f"{number:064}", "id": head})
            plain.append(middle - begin)
            chained.append(time.perf_counter() - middle)
    return median(plain) * 1e6, median(chained) * 1e6
