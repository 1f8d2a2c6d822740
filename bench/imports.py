"""How fast a register comes in: reading, matching, checking and posting, as `timecredits import-hours` does it."""

import tempfile
import time
from datetime import timedelta
from statistics import median

from bench.figures import Figure
from timecredits.foundation import clock, schema
from timecredits.foundation.db import make_engine, transaction
from timecredits.hours.import_hours import preview_import, run_import
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer

PEOPLE, DAYS, ROUNDS = 100, 10, 3


def run() -> list[Figure]:
    """Rows a second on SQLite; each round imports other days."""
    looked, added = [], []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/imports.db"
        schema.upgrade(url)
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
            content = _register(each)
            with transaction(engine) as session:
                begin = time.perf_counter()
                preview_import(session, *here, content, "register.csv", activity=None, today=clock.today())
                looked.append(PEOPLE * DAYS / (time.perf_counter() - begin))
            begin = time.perf_counter()
            with transaction(engine) as session:
                result = run_import(session, *here, content, "register.csv", activity=None, today=clock.today(), actor_id=None)
            added.append(PEOPLE * DAYS / (time.perf_counter() - begin))
            assert result.imported == PEOPLE * DAYS, result
        engine.dispose()
    how = f"{PEOPLE * DAYS} rows, SQLite, median of {ROUNDS}"
    return [
        Figure("looking at a register", median(looked), "rows a second", how),
        Figure("adding a register", median(added), "rows a second", how),
    ]


def _register(number: int) -> bytes:
    first = clock.today() - timedelta(days=(number + 1) * DAYS)
    rows = [
        f"{(first + timedelta(days=day)):%d/%m/%Y},V{person},Person{person} Bench,2,Garden group"
        for day in range(DAYS)
        for person in range(PEOPLE)
    ]
    return "\n".join(["Date,Number,Name,Hours,Activity", *rows]).encode()
