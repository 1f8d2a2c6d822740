"""A programme manager's year: from the index to a chart, a number, its rows, and the pack for a funder."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.served_world import SECRET, ServedWorld
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from tests.real.served import ServeApp
from tests.web.programme.test_reports import MANY, give
from tests.web.world import build_world
from timecredits.app import create_app
from timecredits.foundation import clock
from timecredits.hours.activity_models import ActivityCategory
from timecredits.insight.counting.count_up import count_up
from timecredits.web.database import db


@pytest.mark.browser
@pytest.mark.parametrize("has_scripts", [True, False])
def test_from_the_year_to_a_number_its_rows_and_the_pack(
    sqlite_url: str, live_server: ServeApp, open_context: OpenContext, *, has_scripts: bool
) -> None:
    app = create_app({"DATABASE_URL": sqlite_url, "SECRET_KEY": SECRET, "TESTING": True})
    with app.app_context():
        world = build_world(db.session())
        db.session.commit()
    give(app, world, world.organisation_id, MANY, 120, ActivityCategory.FOOD)
    give(app, world, world.other_organisation_id, MANY, 90, ActivityCategory.ARTS)
    with app.app_context():
        count_up(db.engine, world.programme_id, now=clock.now(), lag=timedelta(0), figures_every=timedelta(0))
        db.engine.dispose()
    site = live_server("timecredits.app:create_app()", sqlite_url, environment={"SECRET_KEY": SECRET})
    context = open_context(java_script_enabled=has_scripts)
    ServedWorld(world, site.url, app).sign_in(context, "manager")
    page = context.new_page()
    page.goto(f"{site.url}/programme/reports")
    expect(page.get_by_role("main")).to_contain_text("24½")
    page.get_by_role("link", name="Hours and people by organisation").click()
    expect(page.get_by_role("img", name="Hours and people by organisation")).to_be_visible()
    if has_scripts:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page) == []
    page.get_by_role("row", name="Riverside Trust").get_by_role("link", name="14", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The rows behind a number")
    expect(page.get_by_role("row").last).to_contain_text("14")
    expect(page.get_by_role("main")).not_to_contain_text("Quist")
    page.goto(f"{site.url}/programme/reports")
    address = page.get_by_role("button", name="Funder pack (PDF)").or_(page.get_by_role("link", name="Funder pack (PDF)"))
    pack = context.request.get(f"{site.url}{address.first.get_attribute('href')}")
    assert pack.headers["content-type"] == "application/pdf"
    assert pack.body().startswith(b"%PDF")
