"""A card for each of 500 people in one file: the job as the worker does it, from making the cards to the stored PDF."""

import resource
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from tests.web.world import build_world
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.jobs import run_waiting
from timecredits.foundation.keys import Keyring
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.cards.card_jobs import ask_for_cards, handlers
from timecredits.spending.cards.listing import Showing

PEOPLE = 500
KEYRING = Keyring.from_secret("a-secret-for-a-benchmark-0123456789abcdef")


def run() -> list[Figure]:
    """Measure in a process of its own, so that its memory is the job's."""
    with TemporaryDirectory(prefix="timecredits-bench-") as name, get_context("spawn").Pool(1) as pool:
        url = f"sqlite:///{Path(name) / 'cards.db'}"
        _enrol(url)
        seconds, megabytes, size = pool.apply(_print, (url,))
    how = f"{PEOPLE} cards, {-(-PEOPLE // 10)} sheets, {size / 1e6:.1f} MB"
    return [
        Figure("cards in one PDF", seconds, "seconds", how, at_most=20),
        Figure("cards in one PDF, memory", megabytes, "MB", "the whole worker process at its largest", at_most=300),
    ]


def _enrol(url: str) -> None:
    migrating.upgrade(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        world = build_world(session)
        here = world.programme_id, world.organisation_id
        for number in range(PEOPLE - 1):
            enrol_volunteer(session, *here, first_name=f"Siân {number}", last_name="O'Neill")
        ask_for_cards(session, *here, showing=Showing.NONE, job_id=new_id(), actor_id=None)
    engine.dispose()


def _print(url: str) -> tuple[float, float, int]:
    """Seconds, the largest memory in MB, and the bytes of the file."""
    engine = make_engine(url)
    begin = time.perf_counter()
    run_waiting(engine, handlers(KEYRING))
    seconds = time.perf_counter() - begin
    with engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT length(content) FROM job_file").scalar_one()
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, int(size)
