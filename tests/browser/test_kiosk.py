"""Signing in and out, end to end in real browsers: a code held up to the camera, the code on the wall, a forgotten one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from sqlalchemy import select

from tests.browser.paper import new_card, picture_of, square_code
from tests.browser.served_world import ServedWorld, serve_world
from tests.commands.test_setting_up import run
from tests.real.axe import violations
from tests.real.camera import film, flags_for
from tests.real.chromium import PHONE, OpenContext, launched
from tests.real.served import ServeApp
from tests.web.world import PASSWORD
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import Attendance, AttendanceState
from timecredits.network.permissions import ActorKind
from timecredits.web.access import device_cookie
from timecredits.web.database import db

pytestmark = pytest.mark.browser

TABLET = {"viewport": {"width": 1024, "height": 768}}


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    add_activity(served, "Garden group")
    yield served
    with served.app.app_context():
        db.engine.dispose()


def add_activity(site: ServedWorld, name: str) -> None:
    with site.app.app_context():
        here = (site.world.programme_id, site.world.organisation_id)
        create_activity(db.session(), *here, ActivityFacts(name), actor_id=None)
        db.session.commit()
        db.engine.dispose()


def open_kiosk(site: ServedWorld, context: BrowserContext, path: str = "/kiosk") -> Page:
    name = device_cookie(site.app, ActorKind.KIOSK)
    context.add_cookies([{"name": name, "value": site.world.kiosk_token, "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}{path}")
    return page


def open_as(site: ServedWorld, context: BrowserContext, who: str, path: str) -> Page:
    site.sign_in(context, who)
    page = context.new_page()
    page.goto(f"{site.url}{path}")
    return page


def type_number(kiosk: Page, number: str = "V1", letter: str = "S") -> None:
    kiosk.get_by_label("Or type your number").fill(number)
    kiosk.get_by_label("First letter of your first name").fill(letter)
    kiosk.get_by_role("button", name="Sign in or out").click()


def let_time_pass(site: ServedWorld, **length: float) -> None:
    """Everybody who is signed in came that much earlier: the server's clock can't be set."""
    with site.app.app_context():
        for stay in db.session().scalars(select(Attendance).where(Attendance.state == AttendanceState.HERE)):
            stay.came_at -= timedelta(**length)
        db.session.commit()
        db.engine.dispose()


def show_to_camera(site: ServedWorld, picture: Image.Image, playwright: Playwright, folder: Path, sentences: list[str]) -> None:
    """Hold a code up to the kiosk, in a browser of its own, and wait for the answer."""
    path = film(picture, folder / "code.y4m")
    with launched(playwright, *flags_for(path)) as browser:
        context = browser.new_context(**{**PHONE, **TABLET})
        context.grant_permissions(["camera"], origin=site.url)
        kiosk = open_kiosk(site, context)
        result = kiosk.locator("[data-result-place] [data-result]")
        for sentence in sentences:
            expect(result).to_contain_text(sentence, timeout=15_000)
        expect(result).to_contain_text("Siân O.")
        assert "Neill" not in kiosk.content()
        assert violations(kiosk) == []
        # The code is still in view: nothing more happens, and after a while nobody's name is left.
        expect(kiosk.locator("[data-camera-words]")).to_have_text("Take it away now.")
        expect(result).to_have_count(0, timeout=40_000)
        assert "Siân" not in kiosk.content()


def test_a_code_held_up_to_the_camera_signs_in_and_out(
    site: ServedWorld, context: BrowserContext, open_context: OpenContext, playwright: Playwright, tmp_path: Path
) -> None:
    phone = open_as(site, context, "volunteer", "/my/code")
    show_to_camera(
        site, picture_of(phone, ".tc-plate__code"), playwright, tmp_path, ["Welcome. You are signed in.", "Garden group"]
    )
    office = open_as(site, open_context(**TABLET), "coordinator", "/coordinator/attendance")
    expect(office.get_by_text("1 person is signed in.")).to_be_visible()
    let_time_pass(site, minutes=106)
    phone.reload()
    again = picture_of(phone, ".tc-plate__code")
    show_to_camera(site, again, playwright, tmp_path, ["You are signed out.", "recorded as 1¾ hours."])
    office.reload()
    expect(office.get_by_text("Nobody is signed in")).to_be_visible()
    phone.goto(f"{site.url}/my/")
    expect(phone.locator(".tc-balance__number")).to_have_text("1¾")


def test_a_card_held_up_to_the_camera_signs_in(site: ServedWorld, playwright: Playwright, tmp_path: Path) -> None:
    with site.app.app_context():
        card = new_card(site.world, site.app.config["KEYRING"])
        db.engine.dispose()
    show_to_camera(site, square_code(card), playwright, tmp_path, ["Welcome. You are signed in.", "Garden group"])


def test_several_are_on_and_one_tap_chooses(site: ServedWorld, open_context: OpenContext) -> None:
    add_activity(site, "Lunch club")
    kiosk = open_kiosk(site, open_context(**TABLET))
    type_number(kiosk)
    result = kiosk.locator("[data-result-place] [data-result]")
    expect(result).to_contain_text("What are you here for?")
    assert violations(kiosk) == []
    kiosk.get_by_role("button", name="Lunch club").click()
    expect(result).to_contain_text("Lunch club, since")
    expect(kiosk.get_by_label("Or type your number")).to_have_value("")
    type_number(kiosk)
    expect(result).to_contain_text("You are signed in already.")
    type_number(kiosk, "V9")
    expect(result).to_contain_text("That did not work. Nothing was recorded.")
    expect(kiosk.get_by_label("Or type your number")).to_have_value("V9")
    kiosk.get_by_role("button", name="Clear the screen").click()
    expect(result).to_have_count(0)


def test_a_lost_answer_signs_nobody_out(site: ServedWorld, open_context: OpenContext) -> None:
    """The first answer never comes back; the page asks again, and the second is taken for a slip."""
    context = open_context(**TABLET)
    kiosk = open_kiosk(site, context)
    sent: list[str] = []

    def lose_the_first_answer(route: object) -> None:
        sent.append(route.request.post_data)  # type: ignore[attr-defined]
        if len(sent) == 1:
            route.fetch()  # type: ignore[attr-defined]  # it reaches the server
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    context.route("**/kiosk/sign", lose_the_first_answer)
    type_number(kiosk)
    expect(kiosk.locator("[data-result-place] [data-result]")).to_contain_text("You are signed in already.")
    assert len(sent) == 2


def test_the_code_on_the_wall_is_scanned_in_and_out_with_one_tap_each(site: ServedWorld, open_context: OpenContext) -> None:
    wall = open_kiosk(site, open_context(**TABLET), "/kiosk/wall")
    assert violations(wall) == []
    phone = open_as(site, open_context(), "volunteer", "/my/")
    phone.goto(read(wall))
    assert violations(phone) == []
    phone.get_by_role("button", name="I am here").click()
    expect(phone.get_by_text("Welcome. You are signed in.")).to_be_visible()
    let_time_pass(site, minutes=106)
    wall.reload()
    phone.goto(read(wall))
    expect(phone.get_by_role("main")).to_contain_text("1¾ hours")
    phone.get_by_role("button", name="I am leaving").click()
    expect(phone.get_by_role("main")).to_contain_text("recorded as 1¾ hours.")


def read(wall: Page) -> str:
    """What a phone's camera reads from the screen on the wall."""
    (code,) = zxingcpp.read_barcodes(picture_of(wall, ".tc-plate__code"))
    return code.text


def test_who_must_sign_in_on_the_way_loses_nothing(site: ServedWorld, open_context: OpenContext) -> None:
    wall = open_kiosk(site, open_context(**TABLET), "/kiosk/wall")
    phone = open_context().new_page()
    phone.goto(read(wall))
    phone.get_by_role("button", name="Sign in with a password").click()
    phone.get_by_label("Your email address").fill(site.world.emails["volunteer"])
    phone.get_by_label("Your password", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.get_by_role("button", name="I am here").click()
    expect(phone.get_by_text("Welcome. You are signed in.")).to_be_visible()


def test_the_wall_fetches_its_next_code_in_time(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_context(**TABLET).new_page()
    page.clock.install()
    page.context.add_cookies([{"name": "kiosk", "value": site.world.kiosk_token, "url": site.url}])
    page.goto(f"{site.url}/kiosk/wall")
    with page.expect_response("**/kiosk/wall/part") as fetched:
        page.clock.fast_forward(31_000)
    assert fetched.value.ok
    expect(page.locator(".tc-plate svg")).to_have_count(1)
    page.context.set_offline(True)
    page.clock.fast_forward(31_000)
    expect(page.get_by_text("No signal.")).to_be_visible()
    expect(page.locator(".tc-plate")).to_be_hidden()


def test_a_forgotten_one_is_found_by_the_worker_and_settled_in_one_tap(
    site: ServedWorld, sqlite_url: str, open_context: OpenContext
) -> None:
    kiosk = open_kiosk(site, open_context(**TABLET))
    type_number(kiosk)
    expect(kiosk.locator("[data-result-place] [data-result]")).to_contain_text("Welcome.")
    let_time_pass(site, hours=9)
    worked = run(sqlite_url, "worker", "--once")
    assert worked.returncode == 0, worked.stderr
    office = open_as(site, open_context(**TABLET), "coordinator", "/coordinator/")
    office.get_by_role("link", name="They did not sign out").click()
    office.get_by_role("button", name="Give 2 hours").click()
    expect(office.get_by_text("Saved. 2 hours for Siân O'Neill-Wyn.")).to_be_visible()
    phone = open_as(site, open_context(), "volunteer", "/my/")
    expect(phone.locator(".tc-balance__number")).to_have_text("2")


def test_everything_goes_without_javascript(site: ServedWorld, open_context: OpenContext) -> None:
    kiosk = open_kiosk(site, open_context(**TABLET, java_script_enabled=False))
    type_number(kiosk)
    expect(kiosk.locator("[data-result-place]")).to_contain_text("Welcome. You are signed in.")
    kiosk.get_by_role("button", name="Clear the screen").click()
    expect(kiosk.locator("[data-result]")).to_have_count(0)
    let_time_pass(site, minutes=60)
    wall = open_kiosk(site, open_context(**TABLET, java_script_enabled=False), "/kiosk/wall")
    phone = open_as(site, open_context(java_script_enabled=False), "volunteer", "/my/")
    phone.goto(read(wall))
    phone.get_by_role("button", name="I am leaving").click()
    expect(phone.get_by_role("main")).to_contain_text("1 hour.")
