"""The small world behind a real server, and browsers that are already somebody in it."""

from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import BrowserContext

from tests.made_once import share_what_is_compiled
from tests.page_client import PageClient
from tests.real.served import ServeApp
from tests.spending.shop import earn
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.web.access import till_cookie
from timecredits.web.database import db

SECRET = "a-secret-for-tests-0123456789abcdef"


@dataclass(frozen=True)
class ServedWorld:
    """The world, its address, and an application on the same database for signing people in."""

    world: World
    url: str
    app: Flask

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Let this browser be signed in as `who`."""
        client = PageClient(self.app)
        self.world.sign_in(client, who)
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.http.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": self.url}])

    def be_till(self, context: BrowserContext) -> None:
        """Let this browser be the venue's till."""
        context.add_cookies([{"name": till_cookie(self.app), "value": self.world.till_token, "url": self.url}])


def serve_world(live_server: ServeApp, database_url: str, *, minutes: int) -> ServedWorld:
    """Build the world with `minutes` of credit for the volunteer, and serve it."""
    app = share_what_is_compiled(create_app({"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "TESTING": True}))
    with app.app_context():
        session = db.session()
        world = build_world(session)
        if minutes:
            earn(session, world, minutes)
        session.commit()
        db.engine.dispose()
    site = live_server("timecredits.app:create_app()", database_url, environment={"SECRET_KEY": SECRET})
    return ServedWorld(world, site.url, app)
