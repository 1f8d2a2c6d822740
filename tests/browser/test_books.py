"""A manager has the books checked and looks at what was taken back and who did it, with and without JavaScript."""

from collections.abc import Iterator
from uuid import uuid5

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.web.database import db

pytestmark = pytest.mark.browser

PATIENCE = 400


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    with served.app.app_context():
        world = served.world
        here, today = (world.programme_id, world.organisation_id), clock.today()
        activity = create_activity(db.session(), *here, ActivityFacts("Tea and talk"), actor_id=None)
        entry = NewHours(new_id(), world.volunteer_id, activity.id, None, today, 120)
        record_hours(db.session(), *here, [entry], source=HourSource.SINGLE, actor_id=None, today=today)
        coordinator = world.users["coordinator"]
        correct_hours(db.session(), *here, entry.id, minutes=None, reason="Typed twice", actor_id=coordinator, today=today)
        subject = uuid5(world.programme_id, "hours")
        audit.record(db.session(), here[0], "hours added", actor_id=coordinator, subject_id=subject, organisation_id=here[1])
        db.session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


def phone(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> Page:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "manager")
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_the_books_are_checked_and_what_was_done_is_found(
    site: ServedWorld, open_context: OpenContext, *, javascript: bool
) -> None:
    page = phone(site, open_context, javascript=javascript)
    page.goto(f"{site.url}/programme")
    page.get_by_role("link", name="Look at the books").tap()
    page.get_by_role("button", name="Check now").tap()
    page.wait_for_url("**/programme/books/checks/*")
    done = page.get_by_role("heading", level=1, name="The books are checked", exact=True)
    for _ in range(PATIENCE if not javascript else 0):  # with scripts the page keeps itself fresh
        if done.is_visible():
            break
        page.reload()
    expect(done).to_be_visible()
    page.get_by_role("button", name="Look at the books").tap()
    expect(page.get_by_text("The books add up. We checked on")).to_be_visible()
    page.get_by_role("link", name="What was taken back").tap()
    expect(page.get_by_text("Typed twice")).to_be_visible()
    page.get_by_label("Words in the reason").fill("nothing of the kind")
    page.get_by_role("button", name="Show", exact=True).tap()
    expect(page.get_by_role("heading", name="Nothing like this")).to_be_visible()
    page.goto(f"{site.url}/programme/audit")
    page.get_by_label("Name of somebody on the staff").fill("coordinator")
    page.get_by_role("button", name="Show", exact=True).tap()
    expect(page.get_by_text("Added hours")).to_be_visible()
