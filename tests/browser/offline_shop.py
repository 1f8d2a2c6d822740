"""A till in a real browser whose server can be switched off and on again, and the cards and notes that are shown to it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.made_once import share_what_is_compiled
from tests.real.chromium import launch_lasting
from tests.real.served import ServedApp, served
from tests.spending.shop import card_text, earn, make_card, make_note, note_text
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.ledger.books import check_ledger
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.books import check_spending
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.notes.books import check_notes
from timecredits.spending.offline_models import OfflineUse
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.web.access import till_cookie
from timecredits.web.database import db

SECRET = "a-secret-for-tests-0123456789abcdef"
PATIENCE = 15_000
"""Milliseconds that a page may take to show what the server's going or coming leads to."""


@dataclass
class OfflineShop:
    """The small world, its server, and an application on the same database. `stop` and `start` are the signal."""

    app: Flask
    world: World
    database_url: str
    port: int = 0
    _running: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        """Where it is or was served."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, at the same address as before."""
        site: ServedApp = self._running.enter_context(
            served("timecredits.app:create_app()", self.database_url, environment={"SECRET_KEY": SECRET}, port=self.port)
        )
        self.port = int(site.url.rpartition(":")[2])

    def stop(self) -> None:
        """No more answers."""
        self._running.close()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session whose changes are kept."""
        with self.app.app_context():
            session = db.session()
            yield session
            session.commit()
            db.engine.dispose()

    def be_till(self, context: BrowserContext, token: str = "") -> None:
        """Let this browser be the venue's till, or the one with this token."""
        cookie = {"name": till_cookie(self.app), "value": token or self.world.till_token, "url": self.url}
        context.add_cookies([{**cookie, "expires": 2_000_000_000}])  # it lasts over a restart of the browser

    def another_till(self) -> str:
        """Pair one more till of the venue; its token."""
        with self.session() as session:
            paired = pair_till(session, begin_pairing(session, self.world.venue_id, till_name="Side door", made_by=None))
            assert paired is not None
            return paired.token

    def notes(self, number: int, minutes: int = 60) -> list[str]:
        """The codes of so many notes."""
        with self.session() as session:
            earn(session, self.world, number * minutes)
            return [note_text(session, make_note(session, self.world, minutes)) for _ in range(number)]

    def cards(self, number: int) -> list[str]:
        """The codes of cards of so many volunteers who have 5 credits each."""
        with self.session() as session:
            texts = []
            for index in range(number):
                enrolled = enrol_volunteer(
                    session, self.world.programme_id, self.world.organisation_id, first_name=f"Ada{index}", last_name="Blue"
                )
                earn(session, self.world, 300, enrolled.volunteer.id)
                card = make_card(session, self.world, SecondCheck.PHOTO, volunteer_id=enrolled.volunteer.id)
                texts.append(card_text(session, card))
            return texts

    def book_faults(self) -> list[object]:
        """What doesn't add up in the ledger, the uses and the notes."""
        with self.session() as session:
            return [
                fault
                for check in (check_ledger, check_spending, check_notes)
                for fault in check(session, self.world.programme_id)
            ]

    def results(self) -> list[str]:
        """What became of everything that was sent, in the order of the tills' own counts."""
        with self.session() as session:
            found = session.scalars(select(OfflineUse).order_by(OfflineUse.till_id, OfflineUse.sequence))
            return [each.result.value for each in found]


@contextmanager
def offline_shop(database_url: str) -> Iterator[OfflineShop]:
    """Make the world in this database and serve it until the block ends."""
    app = share_what_is_compiled(create_app({"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "TESTING": True}))
    with app.app_context():
        session = db.session()
        world = build_world(session)
        session.commit()
        db.engine.dispose()
    shop = OfflineShop(app, world, database_url)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


@contextmanager
def device(
    playwright: Playwright, shop: OfflineShop, folder: Path, *flags: str, token: str = "", **options: Any
) -> Iterator[BrowserContext]:
    """A till with a disk of its own: what it stores in `folder` is there again when it is started again."""
    with launch_lasting(playwright, folder, *flags, **options) as context:
        shop.be_till(context, token)
        yield context


def bar(page: Page) -> Locator:
    """What the till's bar says."""
    return page.locator("[data-bar]")


def get_ready(shop: OfflineShop, context: BrowserContext) -> Page:
    """Open the usual page and wait until it says that it is ready."""
    page = context.new_page()
    page.goto(f"{shop.url}/till")
    expect(bar(page)).to_contain_text("Ready for no signal")
    return page


def open_without_signal(shop: OfflineShop, context: BrowserContext) -> Page:
    """Open the till as somebody does in the morning; the server is away."""
    page = context.new_page()
    page.goto(f"{shop.url}/till")
    expect(page.locator("h1")).to_have_text("Take credits with no signal")
    expect(page.locator("[data-offline-form]")).to_be_visible()
    return page


def wedge(page: Page, code: str) -> None:
    """A scanner that types."""
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")


def result(page: Page) -> Locator:
    """The answer on the screen."""
    return page.locator("[data-result-place] [data-result]")


def touch(page: Page) -> None:
    """The browser notices that the network is back."""
    page.evaluate("window.dispatchEvent(new Event('online'))")
