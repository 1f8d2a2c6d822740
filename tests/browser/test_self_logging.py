"""Hours that a volunteer logs, end to end in the browser: logged, asked about, answered, approved in two taps, and counted.

Once on both databases with the pages' scripts, and once without any script.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.served_world import SECRET, ServedWorld
from tests.browser.test_main_journey import button, watch
from tests.real.axe import violations
from tests.real.chromium import OpenContext, arrive
from tests.real.served import ServeApp
from tests.real.smtp import MailServer
from tests.web.world import build_world
from timecredits.app import create_app
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.web.database import db

pytestmark = pytest.mark.browser

QUESTION = "Was that the day of the storm?"


@contextmanager
def serve(live_server: ServeApp, database_url: str, mail_server: MailServer) -> Iterator[ServedWorld]:
    app = create_app({"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "TESTING": True})
    with app.app_context():
        world = build_world(db.session())
        create_activity(db.session(), world.programme_id, world.organisation_id, ActivityFacts("Garden group"), actor_id=None)
        db.session.commit()
        db.engine.dispose()
    environment = {"SECRET_KEY": SECRET, "MAIL_URL": mail_server.url}
    yield ServedWorld(world, live_server("timecredits.app:create_app()", database_url, environment=environment).url, app)
    with app.app_context():
        db.engine.dispose()


def log(phone: Page, hours: str, *, then: str) -> None:
    phone.get_by_label("How long?").fill(hours)
    button(phone, then)
    expect(phone.locator(".tc-flashes")).to_contain_text("wait for your coordinator")


def another_day(phone: Page) -> None:
    for part, value in (("Day", "3"), ("Month", "3"), ("Year", "2026")):
        phone.get_by_label(part, exact=True).fill(value)


def journey(site: ServedWorld, phone: Page, desk: Page, mail_server: MailServer, *, axe: bool) -> None:
    def look(page: Page, title: str) -> None:
        arrive(page, title)
        assert not axe or violations(page) == []

    phone.goto(f"{site.url}/my")
    phone.get_by_role("link", name="Log your hours").click()
    look(phone, "Log your hours")
    log(phone, "10:00-12:30", then="Save and add another day")
    another_day(phone)
    log(phone, "1h30", then="Save these hours")

    desk.goto(f"{site.url}/coordinator")
    desk.get_by_role("link", name="1 person logged hours").click()
    look(desk, "Hours to approve")
    desk.get_by_role("link", name="3 March 2026").click()
    look(desk, "Logged hours")
    desk.get_by_role("button", name="Ask a question").click()
    desk.get_by_label("Your question").fill(QUESTION)
    look(desk, "Ask a question")
    button(desk, "Send the question")
    expect(desk.locator(".tc-flashes")).to_contain_text("sees your question")

    letter = mail_server.wait_for(site.world.emails["volunteer"])
    assert letter["Subject"] == "Fenland Time Credits: a note about your hours"
    assert QUESTION not in letter.get_content()
    phone.goto(f"{site.url}/my")
    expect(phone.get_by_role("main")).to_contain_text("1 question about your hours.")
    phone.get_by_role("link", name="Read and answer").click()
    look(phone, "Hours you logged")
    phone.get_by_role("button", name="Answer").click()
    expect(phone.get_by_role("main")).to_contain_text(QUESTION)
    phone.get_by_label("Your answer").fill("No, the day after.")
    phone.get_by_text("Change the hours").click()
    phone.get_by_label("Day", exact=True).fill("4")
    look(phone, "A question about your hours")
    button(phone, "Send again")
    expect(phone.locator(".tc-flashes")).to_contain_text("Your coordinator looks at it again.")

    desk.goto(f"{site.url}/coordinator")
    desk.get_by_role("link", name="1 person logged hours").click()  # the first tap
    expect(desk.get_by_role("main")).to_contain_text("No, the day after.")
    desk.get_by_role("button", name=re.compile("Approve all 2 of Siân")).click()  # the second
    expect(desk.locator(".tc-flashes")).to_contain_text("Approved. 4 hours added for 1 person.")
    look(desk, "Hours to approve")

    phone.goto(f"{site.url}/my")
    expect(phone.get_by_role("main")).to_contain_text("You have given 4 hours.")
    expect(phone.locator(".tc-balance")).to_contain_text("4 credits")
    phone.goto(f"{site.url}/my/hours?year=all")
    expect(phone.get_by_role("main")).to_contain_text("4 March 2026")


def browsers(open_context: OpenContext, site: ServedWorld, **options: object) -> tuple[BrowserContext, BrowserContext]:
    phone = open_context(**options)
    desk = open_context(viewport={"width": 1280, "height": 900}, is_mobile=False, has_touch=False, **options)
    site.sign_in(phone, "volunteer")
    site.sign_in(desk, "coordinator")
    return phone, desk


def test_logged_asked_answered_and_approved(
    live_server: ServeApp, database_url: str, mail_server: MailServer, open_context: OpenContext
) -> None:
    with serve(live_server, database_url, mail_server) as site:
        phone, desk = (context.new_page() for context in browsers(open_context, site))
        faults = [watch(phone), watch(desk)]
        journey(site, phone, desk, mail_server, axe=True)
    assert faults == [[], []]


def test_the_same_without_scripts(
    live_server: ServeApp, sqlite_url: str, mail_server: MailServer, open_context: OpenContext
) -> None:
    with serve(live_server, sqlite_url, mail_server) as site:
        phone, desk = (context.new_page() for context in browsers(open_context, site, java_script_enabled=False))
        journey(site, phone, desk, mail_server, axe=False)
