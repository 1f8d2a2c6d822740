"""The browser is real, axe runs under a strict policy, and the camera shows what it was given."""

import json

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Page, Playwright

from tests.real.axe import violations
from tests.real.camera import film, flags_for
from tests.real.chromium import OpenContext, find_chromium, launched
from tests.real.served import ServeApp

pytestmark = pytest.mark.browser
APP = "tests.real.tiny_app:create()"

# Gives the brightness of the camera's picture at points, once it has one.
LOOK = """async (points) => {
  const video = document.createElement("video");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  await video.play();
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const ink = canvas.getContext("2d");
  ink.drawImage(video, 0, 0);
  return points.map(([x, y]) => Array.from(ink.getImageData(x, y, 1, 1).data.slice(0, 3)));
}"""


def test_a_page_is_that_of_a_person_in_london_with_a_phone(page: Page, live_server: ServeApp) -> None:
    page.goto(live_server(APP, "sqlite:///jar.db").url)
    assert page.inner_text("h1") == "A jar"
    assert page.evaluate("innerWidth") == 390
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/London"


def test_two_people_share_nothing(open_context: OpenContext, live_server: ServeApp) -> None:
    site = live_server(APP, "sqlite://")
    one, other = open_context().new_page(), open_context(viewport={"width": 1280, "height": 800}).new_page()
    one.goto(site.url)
    other.goto(site.url)
    one.evaluate("document.cookie = 'who=one'")
    assert other.evaluate("document.cookie") == ""
    assert other.evaluate("innerWidth") == 1280


def test_axe_finds_faults_under_a_strict_policy(page: Page, live_server: ServeApp) -> None:
    site = live_server(APP, "sqlite://")
    page.goto(f"{site.url}/faulty")
    found = violations(page)
    assert {line.partition(":")[0] for line in found} == {"image-alt", "label"}
    assert [line.partition(":")[0] for line in violations(page, without=("label",))] == ["image-alt"]
    page.goto(site.url)
    assert violations(page) == []


def test_the_camera_shows_the_code_it_was_given(
    playwright: Playwright, live_server: ServeApp, tmp_path_factory: pytest.TempPathFactory
) -> None:
    code = qrcode.QRCode(border=4, box_size=10)
    code.add_data("TC1:A7K2M9QX")
    code.make(fit=True)
    modules = code.get_matrix()
    side = len(modules)
    picture = Image.new("L", (side, side))
    picture.putdata([0 if dark else 255 for row in modules for dark in row])
    path = film(picture.resize((side * 10, side * 10), Image.Resampling.NEAREST), tmp_path_factory.mktemp("camera") / "code.y4m")
    points = [[320 - 200 + (x + 0.5) * 400 / side, 240 - 200 + (y + 0.5) * 400 / side] for y in range(side) for x in range(side)]
    site = live_server(APP, "sqlite://")
    with launched(playwright, *flags_for(path)) as browser:
        page = browser.new_page()
        page.goto(site.url)
        seen = page.evaluate(LOOK, [[round(x), round(y)] for x, y in points])
    dark = [red + green + blue < 3 * 128 for red, green, blue in seen]
    assert json.dumps(dark) == json.dumps([module for row in modules for module in row])


def test_the_browser_is_where_it_was_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_chromium() is not None
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert find_chromium() is None
