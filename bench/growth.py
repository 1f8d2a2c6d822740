"""What a person waits for as their programme grows: balance, statement page and hour history, and how much a transfer takes up.

10 thousand, 100 thousand and 1 million transfers on both kinds of database, a hundred to a person; 10 million, which take an
hour, are a part of their own that runs only when it is named. Everything is read warm, for people by chance, through the verbs
that pages call. The curves are docs/images/growth-reads.svg, drawn from what both parts measured last.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from random import Random
from statistics import median, quantiles
from typing import Any, Final

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

__all__ = ["PARTS", "draw", "run", "run_large"]

PARTS: Final = ("growth", "growth_large")
"""Under these names `run` and `run_large` are kept in results.json."""
SIZES: Final = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
A_PERSON = 100
"""Transfers to a person: two years of an hour a week."""
READS = 200
DAY = date(2026, 6, 1)
MOST_MS = 5.0
MOST_BYTES = {"PostgreSQL": 385.0, "SQLite": 256.0}
IMAGE = ROOT / "docs" / "images" / "growth-reads.svg"
_NAME = re.compile(r"(\w+) transfers, (\w+): (.+)")


def run() -> list[Figure]:
    """Milliseconds by size and database, medians of reads for people by chance; and bytes."""
    return _of_sizes(("10k", "100k", "1M"))


def run_large() -> list[Figure]:
    """The same at 10 million transfers, for 100,000 people."""
    return _of_sizes(("10M",))


def draw(parts: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw what both parts measured, as results.json holds them."""
    curves: dict[str, Curve] = {}
    for record in (each for part in PARTS for each in parts.get(part, {}).get("figures", ())):
        told = _NAME.fullmatch(record["name"])
        if told and record["unit"] == "ms":
            name = f"{told[3]}, {told[2]}"
            curves.setdefault(name, Curve(name)).points.append((SIZES[told[1]], record["value"]))
    write_curves(IMAGE, "Time to answer, by transfers in the programme", "ms", [*curves.values()], bound=MOST_MS)


def _of_sizes(sizes: Iterable[str]) -> list[Figure]:
    figures: list[Figure] = []
    for kind, size in ((kind, size) for kind in BOTH for size in sizes):
        with BOTH[kind]() as engine:
            measured = _measure(engine, kind, SIZES[size])
        for what, (value, p95) in measured.items():
            name = f"{size} transfers, {kind}: {what}"
            is_size = what == "bytes a transfer"
            most = MOST_BYTES[kind] if is_size else MOST_MS
            note = "with all its indexes" if is_size else f"p95 {p95:.2f} ms, of {READS} people"
            figures.append(Figure(name, value, "" if is_size else "ms", note, at_most=most))
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
