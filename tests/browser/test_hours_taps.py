"""Every journey about hours in as few taps and fields as the design asks, on a phone; and to its end without scripts too.

the usual 12 people                2 taps from the coordinator's first page
with 3 exceptions                  5 taps
somebody new while doing it        1 field, 1 tap
approve hours that were logged     2 taps from the coordinator's first page
load a spreadsheet                 choose, look, confirm: 1 file, 2 taps
a volunteer prints their hours     2 taps from their first page
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.browser.tap_counter import begin, counted, listen
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from tests.web.coordinator.conftest import Garden, make_garden
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_hours import log_hours
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@dataclass
class Desk:
    """A person's phone. With scripts, taps are counted; without, it is enough to get there."""

    site: ServedWorld
    garden: Garden
    context: BrowserContext
    scripts: bool

    def open(self, who: str, path: str) -> Page:
        """Be somebody, and stand on a page with nothing counted yet."""
        self.site.sign_in(self.context, who)
        page = self.context.new_page()
        page.goto(f"{self.site.url}{path}")
        if self.scripts:
            begin(page)
        return page

    @contextmanager
    def within(self, page: Page, *, taps: int, fields: int = 0) -> Iterator[None]:
        """The journey in the block takes so many taps and fields, no more and no fewer."""
        yield
        if self.scripts:
            found = counted(page)
            assert (found.taps, len(found.fields)) == (taps, fields), found


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def desk(request: pytest.FixtureRequest, site: ServedWorld, open_context: OpenContext) -> Desk:
    with site.app.app_context():
        garden = make_garden(db.session(), site.app, site.world)
        db.session.commit()
    context = open_context(has_touch=True, is_mobile=True, java_script_enabled=request.param)
    if request.param:
        listen(context)
    return Desk(site, garden, context, request.param)


def open_garden(page: Page) -> None:
    page.get_by_role("link", name="Who came to Garden group?").tap()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the register").tap()


def test_the_usual_twelve_take_two_taps(desk: Desk) -> None:
    page = desk.open("coordinator", "/coordinator/")
    with desk.within(page, taps=2):
        open_garden(page)
        save(page)
        expect(page.get_by_role("status")).to_contain_text("Saved. 24 hours added for 12 people.")


def test_three_exceptions_take_five(desk: Desk) -> None:
    page = desk.open("coordinator", "/coordinator/")
    absent, short, long = desk.garden.people[:3]
    with desk.within(page, taps=5):
        open_garden(page)
        page.locator(f"#minutes-{absent}").tap()
        page.locator(f"#minutes-{short}-60").tap()
        page.locator(f"#minutes-{long}-180").tap()
        save(page)
        expect(page.get_by_role("status")).to_contain_text("Saved. 22 hours added for 11 people.")


def test_somebody_new_takes_one_field_and_one_tap(desk: Desk) -> None:
    page = desk.open("coordinator", f"/coordinator/register/{desk.garden.activity_id}")
    with desk.within(page, taps=1, fields=1):
        page.get_by_label("Add someone").tap()
        page.keyboard.type("Ffion Llŷr")
        save(page)
        expect(page.get_by_role("status")).to_contain_text("Saved. 26 hours added for 13 people.")
    expect(page.get_by_role("main")).to_contain_text("Ffion Llŷr")


def test_an_odd_length_for_one_person_takes_one_field_and_one_more_tap(desk: Desk) -> None:
    page = desk.open("coordinator", f"/coordinator/register/{desk.garden.activity_id}")
    person = desk.garden.people[0]
    with desk.within(page, taps=2, fields=1):
        page.locator(f"#minutes-{person}-other").tap()
        page.locator(f"#other-{person}").tap()
        page.keyboard.type("1:40")
        save(page)
        expect(page.get_by_role("status")).to_contain_text("Saved. 23 hours 40 minutes added for 12 people.")


def test_hours_that_were_logged_are_approved_in_two(desk: Desk) -> None:
    with desk.site.app.app_context():
        for days_ago in (1, 2):
            log_hours(
                db.session(),
                desk.site.world.programme_id,
                desk.site.world.volunteer_id,
                log_id=new_id(),
                activity_id=desk.garden.activity_id,
                parts=[DayPart(clock.today() - timedelta(days=days_ago), 90, None)],
                note="",
                user_id=None,
                today=clock.today(),
            )
        db.session.commit()
    page = desk.open("coordinator", "/coordinator/")
    with desk.within(page, taps=2):
        page.get_by_role("link", name="1 person logged hours").tap()
        page.get_by_role("button", name="Approve all 2 of Siân").tap()
        expect(page.get_by_role("status")).to_contain_text("Approved. 3 hours added for 1 person.")


def test_a_spreadsheet_is_chosen_looked_at_and_confirmed(desk: Desk) -> None:
    day = clock.today() - timedelta(days=3)
    rows = ("Siân O'Neill-Wyn,2", "Łukasz Żak,3")
    sheet = "Date,Activity,Name,Hours\n" + "".join(f"{day.isoformat()},Garden group,{row}\n" for row in rows)
    page = desk.open("coordinator", "/coordinator/imports")
    with desk.within(page, taps=2, fields=1):
        with page.expect_file_chooser() as chooser:
            page.get_by_label("Your file").tap()
        chooser.value.set_files({"name": "garden group.csv", "mimeType": "text/csv", "buffer": sheet.encode()})
        page.get_by_role("button", name="Look at it").tap()
        page.get_by_role("button", name="Add 2 entries").tap()
        expect(page.get_by_role("main")).to_contain_text("We added 2 entries")


def test_a_volunteer_prints_their_hours_in_two(desk: Desk) -> None:
    page = desk.open("volunteer", "/my/")
    with desk.within(page, taps=2):
        page.get_by_role("link", name="Hours", exact=True).first.tap()
        with page.expect_navigation(url="**/my/hours.pdf", wait_until="commit") as printed:
            page.get_by_role("button", name="Print my hours").tap()
    assert printed.value.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("desk", [True], indirect=True)
def test_the_counter_counts_what_a_hand_does_and_nothing_else(desk: Desk) -> None:
    page = desk.open("coordinator", f"/coordinator/register/{desk.garden.activity_id}")
    first, second = desk.garden.people[:2]
    with desk.within(page, taps=4, fields=1):
        page.locator(f"#minutes-{first}-60").tap()
        page.locator(f'label[for="minutes-{second}-60"]').dispatch_event("click")
        page.evaluate("document.querySelector('.tc-choice__input').click()")
        page.locator(".tc-roll__line").first.tap()
        page.get_by_label("Add someone").tap()
        page.keyboard.type("Siân O'Neill-Wyn of the garden")
        page.locator(f"#minutes-{first}-60").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        page.get_by_text("Add someone", exact=True).tap()
        page.get_by_role("heading", level=1).tap()
