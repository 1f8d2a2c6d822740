"""The register in a real browser: nothing hides under the save, lengths of any kind, one save however often it is tapped."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.browser.test_main_journey import watch
from tests.real.axe import violations
from tests.real.chromium import OpenContext, arrive
from tests.real.served import ServeApp
from tests.web.coordinator.conftest import Garden, make_garden
from timecredits.web.database import db

pytestmark = pytest.mark.browser

_HIDDEN = """
() => {
  const bar = document.querySelector(".tc-roll__save").getBoundingClientRect();
  const here = document.activeElement;
  if (here === document.body || here.closest(".tc-roll__save")) return null;
  const box = here.getBoundingClientRect();
  return box.bottom > bar.top + 1 && box.top < bar.bottom && box.bottom > 0 ? here.id || here.className : null;
}
"""
_STOPS = 60


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture
def garden(site: ServedWorld) -> Garden:
    with site.app.app_context():
        made = make_garden(db.session(), site.app, site.world)
        db.session.commit()
    return made


def open_register(site: ServedWorld, garden: Garden, open_context: OpenContext, **options: object) -> Page:
    context = open_context(**options)
    site.sign_in(context, "coordinator")
    page = context.new_page()
    page.goto(f"{site.url}/coordinator/register/{garden.activity_id}")
    return page


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 568), (1280, 720)])
def test_the_save_never_hides_what_has_the_focus(
    site: ServedWorld, garden: Garden, open_context: OpenContext, width: int, height: int
) -> None:
    page = open_register(site, garden, open_context, viewport={"width": width, "height": height})
    page.locator("summary").first.click()
    for key in ("Tab", "Shift+Tab"):
        hidden = []
        for _ in range(_STOPS):
            page.keyboard.press(key)
            hidden.append(page.evaluate(_HIDDEN))
        assert [each for each in hidden if each] == []


def test_everybody_came_and_another_length_are_done_on_the_spot(
    site: ServedWorld, garden: Garden, open_context: OpenContext
) -> None:
    page = open_register(site, garden, open_context)
    faults = watch(page)
    total = page.locator(".tc-roll__sum")
    for person in garden.people:
        page.locator(f"#minutes-{person}").check()
    expect(total).to_contain_text("Here: 0")
    page.locator(f"#minutes-{garden.people[1]}-other").check()
    expect(page.locator(f"#other-{garden.people[1]}")).to_be_focused()
    page.keyboard.type("1:45")
    expect(total).to_contain_text("Here: 1")
    expect(total).to_contain_text("1¾")
    assert violations(page) == []
    page.get_by_role("button", name="Everybody came").click()
    expect(total).to_contain_text("Here: 12")
    expect(total).to_contain_text("23¾")
    assert "do=" not in page.url
    page.get_by_role("button", name="Save the register").click()
    expect(page.get_by_role("status")).to_contain_text("Saved. 23¾ hours added for 12 people.")
    assert violations(page) == []
    assert faults == []


def test_enter_in_a_field_never_saves(site: ServedWorld, garden: Garden, open_context: OpenContext) -> None:
    for scripts in (True, False):
        page = open_register(site, garden, open_context, java_script_enabled=scripts)
        page.get_by_label("Add someone").fill("Ffion Llŷr")
        page.keyboard.press("Enter")
        expect(page.get_by_text("New. Saving enrols them.")).to_be_visible()
        page.locator(f"#minutes-{garden.people[0]}-other").check()
        page.locator(f"#other-{garden.people[0]}").fill("50 min")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Save the register")).to_be_visible()
        assert garden.credits(garden.people[0]) == 120


def test_a_double_tap_saves_once(site: ServedWorld, garden: Garden, open_context: OpenContext) -> None:
    page = open_register(site, garden, open_context)
    page.get_by_role("button", name="Save the register").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert garden.credits(garden.people[0]) == 240


def test_errors_lead_to_the_row(site: ServedWorld, garden: Garden, open_context: OpenContext) -> None:
    page = open_register(site, garden, open_context)
    page.locator(f"#minutes-{garden.people[4]}-other").check()
    page.keyboard.type("many")
    page.get_by_role("button", name="Save the register").click()
    arrive(page, "Error: ")
    assert violations(page) == []
    page.locator(".govuk-error-summary a").first.click()
    expect(page.locator(f"#other-{garden.people[4]}")).to_be_focused()
    expect(page.locator(f"#other-{garden.people[4]}")).to_have_value("many")


def test_a_small_screen_and_large_text_never_scroll_sideways(
    site: ServedWorld, garden: Garden, open_context: OpenContext
) -> None:
    page = open_register(site, garden, open_context, viewport={"width": 320, "height": 568})
    page.locator("summary").first.click()
    page.locator(f"#minutes-{garden.people[0]}-other").check()
    sizes = {"fontSizes": {"standard": 32, "fixed": 32}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
