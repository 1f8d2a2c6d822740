"""How long a long hour history takes: ten years of weekly hours, and 2,000 entries, in the domain and as a page."""

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.figures import Figure
from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.history.hour_history_files import hour_history_pdf
from timecredits.hours.history.hour_periods import View, by_period
from timecredits.hours.models import HourEntry, HourSource
from timecredits.web.database import db

ROUNDS = 15
TARGET_MS = 50.0
LENGTHS = (("10 years of weekly hours", 522, 7, TARGET_MS), ("2,000 entries", 2000, 2, TARGET_MS))


def run() -> list[Figure]:
    """Milliseconds on SQLite, as a reader waits for them."""
    figures: list[Figure] = []
    for name, entries, apart, target in LENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'history.db'}"
            migrating.upgrade(url)
            app = create_app({"DATABASE_URL": url, "TESTING": True, "SECRET_KEY": "a-secret-for-tests-0123456789abcdef"})
            with app.app_context():
                session = db.session()
                world = build_world(session)
                _fill(session, world, entries, apart)
                session.commit()
                here = world.programme_id, world.volunteer_id
                took = _median(lambda: _views(session, *here))  # noqa: B023  called at once
                session.rollback()
                figures.append(Figure(f"{name}: history, by week", took, "ms", f"median of {ROUNDS}", at_most=target))
                printed = _median(lambda: hour_history_pdf(session, *here, as_of=clock.today()), 3)  # noqa: B023
                session.rollback()
                figures.append(Figure(f"{name}: printed", printed, "ms", "every line, as PDF"))
            client = world.sign_in(PageClient(app), "volunteer")
            took = _median(lambda: client.http.get("/my/hours?view=week&year=all").close())  # noqa: B023
            figures.append(Figure(f"{name}: the page", took, "ms", "sign-in, page and all, one process"))
            with app.app_context():
                db.engine.dispose()
    return figures


def _views(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    history = hour_history(session, programme_id, volunteer_id, as_of=clock.today())
    by_period(history.lines, View.WEEK)


def _fill(session: Session, world: World, entries: int, apart: int) -> None:
    activity = create_activity(session, world.programme_id, world.organisation_id, ActivityFacts("Garden group"), actor_id=None)
    today = clock.today()
    rows = [
        {
            "programme_id": world.programme_id,
            "id": new_id(),
            "organisation_id": world.organisation_id,
            "volunteer_id": world.volunteer_id,
            "activity_id": activity.id,
            "activity_session_id": None,
            "done_on": today - timedelta(days=apart * each),
            "minutes": 120,
            "starts": None,
            "note": "",
            "source": HourSource.REGISTER,
            "recorded_by": world.users["coordinator"],
            "recorded_at": clock.now(),
            "without_credits": None,
            "earned": 120,
        }
        for each in range(entries)
    ]
    session.execute(insert(HourEntry), rows)


def _median(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    act()
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        took.append((time.perf_counter() - begin) * 1000)
    return median(took)
