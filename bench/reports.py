"""Reports of a large programme: how fast tables are read, and how fast the counting job keeps up. Asserts nothing.

10 thousand and 1 million transfers on both kinds of database; 10 million too where BENCH_REPORTS_10M is set. BENCH_REPORTS names
fewer: "10k sqlite".
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bench.databases import BOTH
from bench.figures import Figure
from bench.made_programme import GROUP, MadeProgramme
from timecredits.foundation.db import READ_ONLY
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.rows import rows_behind
from timecredits.insight.reports.shapes import TableName

SIZES = {"10k": 10_000, "1M": 1_000_000, "10M": 10_000_000}
ROUNDS = 21


def run() -> list[Figure]:
    """Milliseconds and rows a second, by size and database."""
    wanted = os.environ.get("BENCH_REPORTS", "").split()
    sizes = [name for name in SIZES if name in wanted] or (
        ["10k", "1M"] + (["10M"] if os.environ.get("BENCH_REPORTS_10M") else [])
    )
    kinds = [kind for kind in BOTH if kind.lower() in wanted] or list(BOTH)
    figures: list[Figure] = []
    for size in sizes:
        for kind in kinds:
            with BOTH[kind]() as engine:
                figures += _measure(engine, f"{size} transfers, {kind}", SIZES[size])
    return figures


def _measure(engine: Engine, name: str, transfers: int) -> list[Figure]:
    begin = time.perf_counter()
    made = MadeProgramme(engine, people=max(100, transfers // 100))
    until = made.fill(transfers)
    figures = [Figure(f"{name}: filled", transfers / (time.perf_counter() - begin), "rows/s", "by bulk insert")]
    took = _seconds(lambda: _count(engine, made.programme_id, until))
    figures.append(Figure(f"{name}: first count", transfers / took, "rows/s", "with every figure"))
    for label, rows in (("steady, 100 rows a round", 100), ("steady, 5,000 rows a round", GROUP)):
        until = made.fill(rows, until)
        counted = _seconds(lambda: _count(engine, made.programme_id, until, figures=False))  # noqa: B023  called at once
        figures.append(Figure(f"{name}: {label}", rows / counted, "rows/s", "counting alone"))
    took = _seconds(lambda: _count(engine, made.programme_id, until + timedelta(seconds=1)))
    figures.append(Figure(f"{name}: figures of what changed", took * 1000, "ms", "with what may be shown"))
    return figures + _reads(engine, name, made)


def _reads(engine: Engine, name: str, made: MadeProgramme) -> list[Figure]:
    figures, slowest = [], [0.0]
    started: list[float] = []

    def before(*_: Any) -> None:
        started.append(time.perf_counter())

    def after(*_: Any) -> None:
        slowest[0] = max(slowest[0], time.perf_counter() - started.pop())

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        year = list_years(session, made.programme_id)[1]
        for table in TableName:
            own = made.organisations[0] if table is TableName.HOURS_OF_ORGANISATION else None
            times = []
            for _ in range(ROUNDS):
                begin = time.perf_counter()
                read_table(session, made.programme_id, table, year, organisation_id=own)
                times.append((time.perf_counter() - begin) * 1000)
            note = f"p95 {quantiles(times, n=20)[-1]:.1f} ms"
            figures.append(Figure(f"{name}: {table.value}", median(times), "ms", note))
    figures.append(Figure(f"{name}: slowest query of a table", slowest[0] * 1000, "ms", "warm", at_most=50))
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        for table in (TableName.HOURS_BY_MONTH, TableName.CREDITS_BY_MONTH, TableName.USES_BY_VENUE):
            total = read_table(session, made.programme_id, table, year).total
            key = next((value.opens for value in reversed(total.values) if value.opens), "") if total is not None else ""
            if key:
                took = _seconds(lambda: rows_behind(session, made.programme_id, key))  # noqa: B023  called at once
                figures.append(
                    Figure(f"{name}: rows behind a year of {table.value}", took * 1000, "ms", "the whole year's total")
                )
    return figures


def _count(engine: Engine, programme_id: UUID, now: datetime, *, figures: bool = True) -> None:
    every = timedelta(0) if figures else timedelta(days=10_000)
    count_up(engine, programme_id, now=now, lag=timedelta(0), figures_every=every)


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin
