"""The site that 50 people use: a server with workers, the worker beside it, and everybody signed in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Lock, Thread
from uuid import UUID

import psutil
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.serving import SECRET, Site, running
from tests.faults.town import Town, build_town
from tests.page_client import PageClient
from tests.real.nursery import ROOT
from tests.web.coordinator.conftest import make_garden
from timecredits.app import create_app
from timecredits.foundation import clock
from timecredits.network.models import User
from timecredits.network.sign_ins import list_capacities, start_sign_in
from timecredits.web import access
from timecredits.web.database import db

VOLUNTEERS, STAFF, TILLS, PHONES = 30, 6, 8, 400
FEW = 120
"""Minutes: who begins with so few has soon none, and a till's no is no fault."""
DAYS = 28
"""Back from today: those of which registers are kept."""


@contextmanager
def soak_site(folder: Path, database_url: str) -> Iterator[tuple[Site, list[psutil.Process], Path]]:
    """Serve it; gives the site, the processes to watch, and the file for tests/soak/users.py."""
    town = build_town(database_url, people=VOLUNTEERS, tills=TILLS, phones=PHONES)
    site = Site(database_url, folder / "soak.log", more={"JOBS": "worker"})
    told = folder / "site.json"
    with _phones(town) as phones, running(site):
        told.write_text(json.dumps(_signed_in(town, site) | {"phones": phones}))
        with site.log.open("ab") as output:
            command = [sys.executable, "-m", "timecredits.cli", "worker"]
            worker = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=output, stderr=output)  # noqa: S603
        try:
            yield site, [*site.processes(), psutil.Process(worker.pid)], told
        finally:
            worker.terminate()
            worker.wait(30)
    town.engine.dispose()


def _signed_in(town: Town, site: Site) -> dict[str, object]:
    app = create_app({"DATABASE_URL": town.url, "BASE_URL": site.url, "SECRET_KEY": SECRET, "TIMECREDITS_ENV": "development"})
    with app.app_context():
        session = db.session()
        garden = make_garden(session, app, town.world)
        session.commit()
    with app.test_request_context():
        session = db.session()
        emails = [person.email for person in town.people]
        people = list(session.scalars(select(User.id).where(User.email.in_(emails)).order_by(User.email)))
        staff = [town.world.users["coordinator"]] * STAFF
        secrets = [[_sign_in(session, each) for each in some] for some in (people, staff)]
        session.commit()
    volunteers, coordinators = ([_cookie(app, each) for each in some] for some in secrets)
    with app.app_context():
        db.engine.dispose()
    return {
        "volunteers": volunteers,
        "staff": coordinators,
        "tills": [{"counter": place, "token": each.token} for place, each in enumerate(town.counters)],
        "activity": str(garden.activity_id),
        "days": [str(clock.today() - timedelta(days=back)) for back in range(DAYS)],
        "offer": str(town.world.offer_id),
    }


def _sign_in(session: Session, user_id: UUID) -> str:
    """A secret, as a browser holds it, of somebody who has just shown that it is them."""
    return start_sign_in(session, user_id, list_capacities(session, user_id)[0], proved_at=clock.now())


def _cookie(app: Flask, secret: str) -> str:
    client = PageClient(app)
    with client.http.session_transaction() as browser:
        browser[access.SECRET] = secret
    name = client.app.config["SESSION_COOKIE_NAME"]
    found = client.http.get_cookie(name)
    assert found is not None
    return f"{name}={found.value}"


@contextmanager
def _phones(town: Town) -> Iterator[str]:
    """An address that says what the next phone at a counter shows now: /0 for the first counter."""
    rich = {place for place, person in enumerate(town.people) if person.minutes > FEW}
    shown = [cycle([phone for phone in each.phones if phone[0] in rich]) for each in town.counters]
    lock = Lock()

    class Phones(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                _place, reference = next(shown[int(self.path.strip("/"))])
            code = town.code(reference).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(code)))
            self.end_headers()
            self.wfile.write(code)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  http.server's name
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Phones) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
