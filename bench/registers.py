"""How long a coordinator waits for the register of 12 to be saved: one request, committed to disk, sign-in and all."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from bench.figures import Figure
from tests.page_client import PageClient
from tests.web.coordinator.conftest import make_garden
from tests.web.world import build_world
from timecredits.app import create_app
from timecredits.foundation import clock, migrating
from timecredits.web.database import db

ROUNDS = 60
TARGET_MS = 300.0
MOST_CPU_MS = 40.0
SAVE = "Save the register"


def run() -> list[Figure]:
    """Milliseconds on SQLite, in one process: what a network adds is not in it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'registers.db'}"
        migrating.upgrade(url)
        settings = {"SECRET_KEY": "a-secret-for-tests-0123456789abcdef", "TESTING": True, "WTF_CSRF_ENABLED": False}
        app = create_app({"DATABASE_URL": url, **settings})
        with app.app_context():
            session = db.session()
            world = build_world(session)
            garden = make_garden(session, app, world)
            session.commit()
        opened, saved, cpu = [], [], []
        for ahead in range(1, ROUNDS + 1):
            with clock.standing_at(clock.now() + timedelta(days=ahead)):  # a register a day, each with a roster from the last
                day = clock.today()
                client = world.sign_in(PageClient(app), "coordinator")
                path = f"/coordinator/register/{garden.activity_id}?day={day}"
                page = client.get(path)
                begun, worked = time.perf_counter(), time.process_time()
                client.http.get(path).close()
                cpu.append((time.process_time() - worked) * 1000)
                opened.append((time.perf_counter() - begun) * 1000)
                sent = page.fields(SAVE) | {"do": "save"}
                begun = time.perf_counter()
                answer = client.http.post(path, data=sent)
                saved.append((time.perf_counter() - begun) * 1000)
            if answer.status_code != 302:  # noqa: PLR2004  sent on to what was saved
                raise LookupError(f"the register of {day} was not saved")
        with app.app_context():
            rows = len(garden.people) * (ROUNDS + 1)
            db.engine.dispose()
    how = f"{len(garden.people)} people, {ROUNDS} registers, {rows} entries at the end"
    return [
        Figure("a register saved, p95", quantiles(saved, n=20)[-1], "ms", how, at_most=TARGET_MS),
        Figure("a register saved, median", median(saved), "ms", how),
        Figure("the register's page", median(opened), "ms", how),
        Figure("the register's page, CPU", median(cpu), "ms CPU", how, at_most=MOST_CPU_MS),
    ]
