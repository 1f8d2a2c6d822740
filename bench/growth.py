"""What a person waits for as their programme grows: balance, statement page and hour history, and how much a transfer takes up.

10 thousand, 100 thousand and 1 million transfers on both kinds of database, a hundred to a person; BENCH_GROWTH names others:
"10k 10M postgresql". Everything is read warm, for people by chance, through the verbs that pages call. Writes the curves as
docs/images/growth-*.svg where the usual sizes or more were measured.
"""

import os
import time
from collections.abc import Callable
from datetime import date
from random import Random
from statistics import median, quantiles

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.curves import Curve, write_curves
from bench.databases import BOTH
from bench.figures import Figure
from bench.made_programme import MadeProgramme
from timecredits.foundation.db import READ_ONLY, make_engine
from timecredits.foundation.places import ROOT
from timecredits.hours.history.hour_history import hour_history
from timecredits.ledger.transfers import balance
from timecredits.spending.statements import volunteer_statement

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
USUAL = ("10k", "100k", "1M")
A_PERSON = 100
"""Transfers to a person: two years of an hour a week."""
READS = 200
DAY = date(2026, 6, 1)
MOST_MS = 5.0
MOST_BYTES = {"PostgreSQL": 385.0, "SQLite": 256.0}
IMAGES = ROOT / "docs" / "images"


def run() -> list[Figure]:
    """Milliseconds by size and database, medians of reads for people by chance; and bytes."""
    wanted = os.environ.get("BENCH_GROWTH", "").split()
    sizes = [each for each in SIZES if each in wanted] or list(USUAL)
    kinds = [each for each in BOTH if each.lower() in wanted] or list(BOTH)
    figures: list[Figure] = []
    curves: dict[str, list[Curve]] = {}
    for kind in kinds:
        for size in sizes:
            with BOTH[kind]() as engine:
                measured = _measure(engine, kind, SIZES[size])
            for what, (value, p95) in measured.items():
                name = f"{size} transfers, {kind}: {what}"
                is_size = what == "bytes a transfer"
                most = MOST_BYTES[kind] if is_size else MOST_MS
                note = "with all its indexes" if is_size else f"p95 {p95:.2f} ms, of {READS} people"
                figures.append(Figure(name, value, "" if is_size else "ms", note, at_most=most))
                lines = curves.setdefault("bytes" if is_size else "reads", [])
                line = next((each for each in lines if each.name == f"{what}, {kind}"), None)
                if line is None:
                    lines.append(line := Curve(f"{what}, {kind}"))
                line.points.append((SIZES[size], value))
    if len(sizes) > 1:
        write_curves(
            IMAGES / "growth-reads.svg", "Time to answer, by transfers in the programme", "ms", curves["reads"], bound=MOST_MS
        )
    return figures


def _measure(engine: Engine, kind: str, transfers: int) -> dict[str, tuple[float, float]]:
    made = MadeProgramme(engine, people=transfers // A_PERSON)
    made.fill(transfers)
    owner = make_engine(engine.url.render_as_string(hide_password=False), as_application=False)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if kind == "PostgreSQL" else "ANALYZE"))
        size = _bytes(connection.scalar, kind) / transfers
    owner.dispose()
    chance = Random(11)  # noqa: S311  whose page is read
    people = [chance.randrange(len(made.people)) for _ in range(READS)]
    programme_id = made.programme_id

    def statement(session: Session, person: int) -> object:
        account_id = made.accounts[person]
        return volunteer_statement(session, programme_id, made.people[person], account_id=account_id, limit=20)

    acts: dict[str, Callable[[Session, int], object]] = {
        "balance": lambda session, person: balance(session, programme_id, made.accounts[person]),
        "statement page": statement,
        "hour history": lambda session, person: hour_history(session, programme_id, made.people[person], as_of=DAY),
    }
    measured = {what: _read(engine, people, act) for what, act in acts.items()}
    return {**measured, "bytes a transfer": (size, size)}


def _read(engine: Engine, people: list[int], act: Callable[[Session, int], object]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, each in a session of its own; the first round warms."""
    times: list[float] = []
    for _round in range(2):
        times = []
        for person in people:
            with Session(engine) as session:
                session.connection(execution_options=READ_ONLY)
                begin = time.perf_counter()
                act(session, person)
                times.append((time.perf_counter() - begin) * 1000)
    return median(times), quantiles(times, n=20)[-1]


def _bytes(ask: Callable[..., object], kind: str) -> float:
    if kind == "PostgreSQL":
        return float(str(ask(text("SELECT pg_total_relation_size('transfer')"))))
    tables = "SELECT name FROM sqlite_schema WHERE tbl_name = 'transfer' AND type IN ('table', 'index')"
    return float(str(ask(text(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({tables})"))))  # noqa: S608  our own words
