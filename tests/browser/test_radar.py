"""From a finding to the page where something can be done, and a coordinator's list of people to a list of places on paper."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.served_world import SECRET, ServedWorld
from tests.insight.spend_gap.test_pages import MANY, give
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from tests.web.world import build_world
from timecredits.app import create_app
from timecredits.foundation import clock
from timecredits.insight.counting.count_up import count_up
from timecredits.web.database import db


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_finding_to_what_can_be_done(
    sqlite_url: str, live_server: ServeApp, open_context: OpenContext, *, has_scripts: bool
) -> None:
    app = create_app({"DATABASE_URL": sqlite_url, "SECRET_KEY": SECRET, "TESTING": True})
    with app.app_context():
        world = build_world(db.session())
        give(world, world.organisation_id, MANY, name="Garden", days_ago=200)
        db.session.commit()
        count_up(db.engine, world.programme_id, now=clock.now(), lag=timedelta(0), figures_every=timedelta(0))
        db.engine.dispose()
    site = live_server("timecredits.app:create_app()", sqlite_url, environment={"SECRET_KEY": SECRET})
    served = ServedWorld(world, site.url, app)
    context = open_context(java_script_enabled=has_scripts)
    served.sign_in(context, "manager")
    page = context.new_page()
    page.goto(f"{site.url}/programme/radar")
    card = page.get_by_role("region", name="People with no venue near them")
    expect(card).to_contain_text("5 or more people")
    card.get_by_role("link", name="25 miles").click()
    expect(card).to_contain_text("within 25 miles")
    if has_scripts:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page) == []
    card.get_by_role("button", name="Invite a venue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invite a venue")

    context = open_context(java_script_enabled=has_scripts)
    served.sign_in(context, "coordinator")
    page = context.new_page()
    page.goto(f"{site.url}/coordinator/unused")
    expect(page.get_by_role("link", name="Zuzanna Quist")).to_have_count(MANY)
    if has_scripts:
        page.set_viewport_size({"width": 390, "height": 844})
        assert violations(page) == []
    page.get_by_role("button", name="A list of places to print").click()
    expect(page.get_by_role("heading", name="Swim, one hour")).to_be_visible()
