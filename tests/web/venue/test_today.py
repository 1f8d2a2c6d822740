"""What a venue's manager sees of a day: visits with first name and initial, totals, and a safe file."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.spending.shop import KEYRING, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.models import Volunteer
from timecredits.spending.models import CodeKind, Redemption
from timecredits.spending.redemption import redeem
from timecredits.spending.undoing import undo
from timecredits.web.database import db


@pytest.fixture
def manager(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "venue_manager")


def visit(app: Flask, world: World, *, taken_back: bool = False, days_ago: int = 0) -> None:
    with app.app_context(), clock.standing_at(clock.now() - timedelta(days=days_ago)):
        session = db.session()
        answer = redeem(session, KEYRING, till_of(world), scan(world, show(session, world).qr_text, adults=1, under_16s=1))
        assert answer.id is not None
        assert answer.may_undo
        if taken_back:
            undo(session, till_of(world), answer.id, "=1+1")
        session.commit()


def test_an_empty_day_says_so(manager: PageClient) -> None:
    assert "Nobody has used credits today" in manager.get("/venue").text


def test_a_day_with_visits(app: Flask, world: World, manager: PageClient) -> None:
    visit(app, world, taken_back=True)
    visit(app, world)
    page = manager.get("/venue")
    assert "1 visit 2 people 1½ credits used" in page.text
    assert "Siân O." in page.text
    assert "Neill" not in page.text
    assert "Undone: =1+1" in page.text
    assert "1 adult, 1 under 16" in page.text


def test_an_earlier_day_by_its_date(app: Flask, world: World, manager: PageClient) -> None:
    visit(app, world, days_ago=1)
    assert "Siân O." not in manager.get("/venue").text
    before = manager.get("/venue").click("Day before")
    assert "Siân O." in before.text
    assert before.click("Day after").heading == "Today"
    for odd in ("never", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert manager.get(f"/venue?day={odd}").heading == "Today"


def test_the_file_can_not_run_formulas(app: Flask, world: World, manager: PageClient) -> None:
    with app.app_context():
        session = db.session()
        session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).first_name = "=HYPERLINK(1)"
        session.commit()
    visit(app, world, taken_back=True)
    response = manager.http.get("/venue/visits.csv")
    assert response.mimetype == "text/csv"
    header, row = csv.reader(io.StringIO(response.get_data().decode("utf-8-sig")))
    assert header[:4] == ["Day", "Time", "Name", "Offer"]
    assert row[2] == "'=HYPERLINK(1) O."
    assert row[4:] == ["1", "1", "0", "Phone", "", "'=1+1"]


@pytest.mark.parametrize("path", ["/venue", "/venue/visits.csv", "/venue/summary", "/venue/tills", "/venue/offers"])
def test_nobody_else_comes_in(app: Flask, world: World, path: str) -> None:
    world.sign_in(PageClient(app), "coordinator").get(path, status=403)
    assert "/sign-in" in PageClient(app).get(path, follow=False, status=302).response.location


def test_a_note_is_nobodys_and_what_came_late_says_so(app: Flask, world: World, manager: PageClient) -> None:
    visit(app, world)
    with app.app_context():
        session = db.session()
        use = session.scalars(select(Redemption).where(Redemption.programme_id == world.programme_id)).one()
        use.volunteer_id, use.way, use.arrived_at = None, CodeKind.NOTE, use.used_at + timedelta(hours=2)
        session.commit()
    page = manager.get("/venue")
    assert "A note" in page.text
    assert "Siân" not in page.text
    assert "Scanned with no signal. We got it on" in page.text
    row = list(csv.reader(io.StringIO(manager.http.get("/venue/visits.csv").get_data().decode("utf-8-sig"))))[1]
    assert (row[2], row[7]) == ("A note", "Note")
    assert row[8] != ""


def test_a_stretch_of_days_is_added_up_by_offer_and_by_day(app: Flask, world: World, manager: PageClient) -> None:
    visit(app, world)
    visit(app, world, days_ago=3, taken_back=True)
    visit(app, world, days_ago=3)
    first, last = clock.today() - timedelta(days=4), clock.today()
    page = manager.get("/venue").click("Weeks and months")
    asked: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()}
    page = page.submit("Show these days", **asked)
    assert "2 visits 4 people 3 credits used" in page.text
    assert len(page.soup.select("table")) == 2
    response = manager.http.get(page.link("Download for a spreadsheet"))
    rows = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert len(rows) == 4
    assert f"visits-{first.isoformat()}-to-{last.isoformat()}.csv" in response.headers["Content-Disposition"]
    for name in ("This week", "Last week", "This month", "Last month"):
        assert manager.get("/venue/summary").click(name).soup.select_one("[aria-current=true]").get_text() == name  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", "", "Choose both days."),
        ("2026-11-01", "soon", "Choose both days."),
        ("2026-11-02", "2026-11-01", "The last day is before the first."),
        ("2020-01-01", "2026-11-01", "That is more than a year."),
    ],
)
def test_days_that_can_not_be_are_said_to_be_so(manager: PageClient, first: str, last: str, sentence: str) -> None:
    page = manager.get("/venue/summary", query_string={"from": first, "to": last})
    assert sentence in page.text
    assert page.fields("Show these days") == {"from": first, "to": last}
    assert manager.http.get(f"/venue/visits.csv?from={first}&to={last}").status_code == 200


def test_days_without_visits_say_so(manager: PageClient) -> None:
    assert "Nobody used credits in these days" in manager.get("/venue/summary").text
