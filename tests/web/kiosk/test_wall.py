"""The code on the wall, on a kiosk and on a coordinator's own screen."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw

from tests.page_client import Page, PageClient
from tests.web.kiosk.conftest import TEN
from tests.web.kiosk.test_signing import add_activity
from tests.web.world import World
from timecredits.foundation.clock import standing_at
from timecredits.hours.activities import close_activity, known_activities
from timecredits.web.database import db


def address_on(page: Page) -> str:
    """What a phone reads from the square."""
    shown = page.soup.select_one(".tc-plate svg")
    assert shown is not None
    side = int(str(shown["viewbox"]).split()[2])
    picture = Image.new("L", (side, side), 255)
    drawing = ImageDraw.Draw(picture)
    for run in str(shown.select_one("path")["d"]).split("z")[:-1]:  # type: ignore[index]
        start, _, rest = run.removeprefix("M").partition("h")
        x, y = map(int, start.split())
        drawing.rectangle((x, y, x + int(rest.partition("v")[0]) - 1, y), fill=0)
    file = io.BytesIO()
    picture.resize((side * 8, side * 8), Image.Resampling.NEAREST).save(file, "png")
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    return found.text


@pytest.mark.parametrize("path", ["/kiosk/wall", "/kiosk/wall/part"])
def test_it_names_what_it_is_for_and_changes(app: Flask, kiosk: PageClient, path: str) -> None:
    page = kiosk.get("/kiosk/wall")
    assert "Garden group" in page.text
    refresh = page.soup.select_one("noscript meta")
    assert refresh is not None
    assert refresh["content"] == "25"
    first = address_on(page)
    assert first.startswith(app.config["BASE_URL"] + "/my/here/")
    with standing_at(TEN + timedelta(seconds=30)):
        assert address_on(kiosk.get("/kiosk/wall")) != first
    response = kiosk.http.get(path)
    assert response.text.count("data-wall-part") == 1
    assert first not in response.text, "the address is drawn, not written"


def test_of_several_one_is_chosen(app: Flask, kiosk: PageClient, world: World) -> None:
    add_activity(app, world, "Lunch club")
    page = kiosk.get("/kiosk/wall")
    assert page.soup.select_one(".tc-plate") is None
    chosen = page.click("Lunch club")
    assert address_on(chosen)
    assert chosen.soup.select_one(".tc-wall__what").get_text(strip=True) == "Lunch club"  # type: ignore[union-attr]
    for odd in ("nonsense", "0198a000-0000-7000-8000-000000000000"):
        assert kiosk.get(f"/kiosk/wall?for={odd}").soup.select_one(".tc-plate") is None


def test_nothing_on(app: Flask, kiosk: PageClient, world: World) -> None:
    with app.app_context():
        here = (world.programme_id, world.organisation_id)
        for activity_id in known_activities(db.session(), *here).values():
            close_activity(db.session(), *here, activity_id, actor_id=None)
        db.session.commit()
    assert "Nothing is on right now" in kiosk.get("/kiosk/wall").text
    assert "Nothing is on right now." in kiosk.get("/kiosk").text


def test_a_coordinator_may_show_it_too(app: Flask, kiosk: PageClient, world: World) -> None:
    page = world.sign_in(PageClient(app), "coordinator").get("/coordinator/attendance/wall")
    assert address_on(page) == address_on(kiosk.get("/kiosk/wall"))
