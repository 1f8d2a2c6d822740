"""How fast a register comes in: reading, matching, checking and posting, as `timecredits import-hours` and the pages do it."""

import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import Engine

from bench.figures import Figure
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.jobs import run_waiting
from timecredits.hours.importing.import_hours import preview_import, run_import
from timecredits.hours.importing.import_jobs import HANDLERS
from timecredits.hours.importing.import_undoing import undo_import
from timecredits.hours.importing.import_uploads import confirm_upload, find_import, keep_upload
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer

PEOPLE, DAYS, ROUNDS = 100, 10, 3
LARGE_DAYS = 50
LEAST_ROWS, MOST_MIB = 2000, 200


def run() -> list[Figure]:
    """Measured in a process of its own, so that the memory is that of imports and nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as own:
        return own.submit(_measure).result()


def _measure() -> list[Figure]:
    """Rows a second on SQLite; each round imports other days. Then 5,000 rows as a job, and what memory all of it took."""
    looked, added = [], []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/imports.db"
        migrating.upgrade(url)
        engine = make_engine(url)
        with transaction(engine) as session:
            programme = create_programme(session, name="Bench", slug="bench")
            organisation = create_organisation(session, programme.id, name="Bench", slug="bench")
            for number in range(PEOPLE):
                enrol_volunteer(
                    session, programme.id, organisation.id, first_name=f"Person{number}", last_name="Bench", number=f"V{number}"
                )
        here = programme.id, organisation.id
        for each in range(ROUNDS):
            content = _register(each * DAYS, DAYS)
            with transaction(engine) as session:
                begin = time.perf_counter()
                preview_import(session, *here, content, "register.csv", activity=None, today=clock.today())
                looked.append(PEOPLE * DAYS / (time.perf_counter() - begin))
            begin = time.perf_counter()
            with transaction(engine) as session:
                result = run_import(session, *here, content, "register.csv", activity=None, today=clock.today(), actor_id=None)
            added.append(PEOPLE * DAYS / (time.perf_counter() - begin))
            assert result.imported == PEOPLE * DAYS, result
        as_job, undone = _large(engine, here)
        engine.dispose()
    memory = _peak_mib()
    how = f"{PEOPLE * DAYS} rows, SQLite, median of {ROUNDS}"
    large = f"{PEOPLE * LARGE_DAYS} rows, SQLite, by a job in groups of 500"
    return [
        Figure("looking at a register", median(looked), "rows a second", how),
        Figure("adding a register", median(added), "rows a second", how, at_least=LEAST_ROWS),
        Figure("adding a large register", as_job, "rows a second", large, at_least=LEAST_ROWS),
        Figure("undoing a large register", undone, "rows a second", large),
        Figure("memory for a large register", memory, "MiB", "peak of a process that does only this", at_most=MOST_MIB),
    ]


def _peak_mib() -> float:
    """The most memory this process held. Not getrusage: what it tells of a process includes its parent's before the start."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return float(found[1]) / 1024 if found else float("nan")


def _large(engine: Engine, here: tuple[UUID, UUID]) -> tuple[float, float]:
    """Rows a second of a large register added and undone by jobs."""
    today, rows = clock.today(), PEOPLE * LARGE_DAYS
    with transaction(engine) as session:
        content = _register(ROUNDS * DAYS, LARGE_DAYS)
        import_id = keep_upload(
            session, *here, content, "register.csv", activity=None, today=today, uploaded_by=None, import_id=new_id()
        )
        confirm_upload(session, *here, import_id, today=today, actor_id=None)
    begin = time.perf_counter()
    run_waiting(engine, HANDLERS)
    added = rows / (time.perf_counter() - begin)
    with transaction(engine) as session:
        assert find_import(session, *here, import_id).imported == rows
        undo_import(session, *here, import_id, today=today, actor_id=None)
    begin = time.perf_counter()
    run_waiting(engine, HANDLERS)
    undone = rows / (time.perf_counter() - begin)
    with transaction(engine) as session:
        assert find_import(session, *here, import_id).undone_at is not None
    return added, undone


def _register(days_ago: int, days: int) -> bytes:
    first = clock.today() - timedelta(days=days_ago + days)
    rows = [
        f"{(first + timedelta(days=day)):%d/%m/%Y},V{person},Person{person} Bench,2,Garden group"
        for day in range(days)
        for person in range(PEOPLE)
    ]
    return "\n".join(["Date,Number,Name,Hours,Activity", *rows]).encode()
