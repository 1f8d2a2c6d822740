"""The full world served by a real gunicorn, and browsers that are each kind of actor in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext

from tests.house.full_world import FullWorld, build_full_world, every_page
from tests.made_once import share_what_is_compiled
from tests.page_client import PageClient
from tests.real.served import served
from timecredits.app import create_app
from timecredits.foundation import migrating
from timecredits.network.permissions import EVERYBODY, ActorKind
from timecredits.web.database import db

SECRET = "a-secret-for-tests-0123456789abcdef"


@dataclass(frozen=True)
class FullSite:
    """A running site; `app` is the same application on the same database within this process."""

    url: str
    pid: int
    app: Flask
    full: FullWorld

    def become(self, context: BrowserContext, kind: ActorKind) -> None:
        """Let every page of this browser context be this kind of actor."""
        client = self.full.become(PageClient(self.app), kind)
        for cookie in client.http._cookies.values():
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def pages(self, kind: ActorKind, *, every: bool) -> list[tuple[str, str]]:
        """(endpoint, address) of the pages that this actor sees, as HTML and whole.

        Unless `every`, pages for everybody are left to the visitor, and the owner's to the coordinator: they are the same.
        """
        found = []
        for endpoint, path in every_page(self.app, self.full, kind):
            permission = self.app.view_functions[endpoint].permission  # type: ignore[attr-defined]
            shared = permission.allowed == EVERYBODY and kind is not ActorKind.VISITOR
            as_coordinator = kind is ActorKind.ORGANISATION_OWNER and ActorKind.COORDINATOR in permission.allowed
            if not every and (shared or as_coordinator):
                continue
            answer = self.full.become(PageClient(self.app), kind).http.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
                found.append((endpoint, path))
        return found


@contextmanager
def full_site(*, workers: int = 1) -> Iterator[FullSite]:
    """Make the world in a database of its own and serve it until the block ends."""
    with tempfile.TemporaryDirectory(prefix="timecredits-site-") as folder:
        url = f"sqlite:///{Path(folder) / 'site.db'}"
        migrating.upgrade(url)
        settings = {"SECRET_KEY": SECRET, "TIMECREDITS_ENV": "demo"}
        app = share_what_is_compiled(create_app({"DATABASE_URL": url, "TESTING": True, **settings}))
        with app.app_context():
            full = build_full_world(db.session(), app.config["KEYRING"], app.config["BASE_URL"])
            db.session.commit()
        try:
            with served("timecredits.app:create_app()", url, environment=settings, workers=workers) as site:
                yield FullSite(site.url, site.pid, app, full)
        finally:
            with app.app_context():
                db.engine.dispose()
