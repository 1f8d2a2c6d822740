"""Hours by week and by period: one number typed, nothing kept of it."""

import io
import json
import logging
import re

import page as page_validation
import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import inspect, text

from tests.page_client import Page, PageClient
from tests.web.volunteer.past import BEGAN, Past
from tests.web.world import World
from timecredits.foundation.clock import standing_at
from timecredits.web.database import db

SHOW = "Show my hours"
ON_21_NOVEMBER = BEGAN.replace(month=11, day=21)
DATES = {"first": ["1", "9", "2026"], "last": ["30", "9", "2026"]}


def show(me: PageClient, **fields: object) -> Page:
    """Send the form as it was on 21 November 2026."""
    with standing_at(ON_21_NOVEMBER):
        return me.get("/my/hours/by-week").submit(SHOW, **fields)


def test_the_last_full_period_is_one_field_and_one_tap(me: PageClient, past: Past) -> None:
    assert past.entries
    page = show(me, begins="14")
    assert "6 hours from 14 October 2026 to 13 November 2026" in page.text
    rows = [each.get_text(" ", strip=True) for each in page.soup.select("li.tc-hour")]
    assert rows == [
        "14 October to 13 November 2026 6 hours",
        "14 to 18 October 2026 Part of it 0 hours",
        "19 to 25 October 2026 2 hours",
        "26 October to 1 November 2026 2 hours",
        "2 to 8 November 2026 2 hours",
        "9 to 13 November 2026 Part of it 0 hours",
    ]
    assert "Your work coach decides how this counts." in page.text


def test_three_periods_and_chosen_days(me: PageClient, past: Past) -> None:
    assert past.entries
    rows = [each.get_text(" ", strip=True) for each in show(me, begins="31", which="three").soup.select("li.tc-hour")]
    assert rows[:3] == [
        "31 July to 30 August 2026 0 hours",
        "31 August to 29 September 2026 11 hours",
        "30 September to 30 October 2026 8 hours",
    ]
    page = show(me, begins="", which="days", **DATES)
    assert "11 hours from 1 September 2026 to 30 September 2026" in page.text
    assert "Each period" not in page.text
    assert "1 to 6 September 2026 Part of it 3 hours" in page.text


def test_the_same_on_paper(me: PageClient, past: Past) -> None:
    assert past.entries
    page = show(me, begins="14")
    with standing_at(ON_21_NOVEMBER):
        answer = page.submit("Print this").response
    assert answer.mimetype == "application/pdf"
    for profile in ("ua1", "3a"):
        assert page_validation.validate_pdf_bytes(answer.data, profile=profile).is_compliant
    reader = PdfReader(io.BytesIO(answer.data))
    said = "\n".join(sheet.extract_text() for sheet in reader.pages)
    assert "Your work coach decides how this counts." in said
    for word in ("Garden", "Riverside", "Universal"):
        assert word not in said
    record = json.loads(reader.attachments["work_coach_statement.json"][0])
    assert (record["total_minutes"], record["periods"][0]["first_day"]) == (360, "2026-10-14")
    assert b"period,2026-10-14,2026-11-13,360,yes" in reader.attachments["work_coach_statement.csv"][0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"begins": ""}, "Type the day of the month"),
        ({"begins": "0"}, "from 1 to 31"),
        ({"begins": "32"}, "from 1 to 31"),
        ({"begins": "٣"}, "from 1 to 31"),
        ({"begins": "1.5"}, "from 1 to 31"),
        ({"begins": "9" * 4000}, "from 1 to 31"),
        ({"begins": "14", "which": "ever"}, "Choose how far back"),
        ({"begins": "14", "which": "days"}, "Type the day"),
        ({"begins": "14", "which": "days", **DATES, "last": ["31", "9", "2026"]}, "a day that exists"),
        ({"begins": "14", "which": "days", **DATES, "last": ["31", "8", "2026"]}, "before the first"),
        ({"begins": "14", "which": "days", **DATES, "last": ["1", "1", "2027"]}, "up to today"),
        ({"begins": "14", "which": "days", **DATES, "first": ["1", "1", "2000"]}, "at most 3 years"),
    ],
)
def test_what_cannot_be_read_keeps_what_was_typed(me: PageClient, fields: dict[str, object], words: str) -> None:
    page = show(me, **fields)
    assert words in page.text
    assert page.soup.select(".govuk-error-summary")
    assert page.fields(SHOW)["begins"] == fields["begins"]
    if "first" in fields:
        assert page.fields(SHOW)["first"] == fields["first"]


def test_a_page_kept_open_prints_what_is_wrong_instead(me: PageClient, past: Past) -> None:
    assert past.entries
    page = show(me, begins="14").submit("Print this", begins="77")
    assert "from 1 to 31" in page.text


def test_the_day_is_kept_nowhere(me: PageClient, app: Flask, world: World, past: Past, caplog: pytest.LogCaptureFixture) -> None:
    assert world.volunteer_id
    assert past.entries
    caplog.set_level(logging.DEBUG)
    before = everything(app)
    page = show(me, begins="23")
    page.submit("Print this")
    assert everything(app) == before
    assert page.path == "/my/hours/by-week"
    assert not page.response.request.query_string
    assert "23" not in page.response.headers.get("Set-Cookie", "")
    assert "begins" not in caplog.text
    assert me.get("/my/hours/by-week").fields(SHOW)["begins"] == ""
    assert not re.search("coach|benefit|Universal", page.soup.select("title")[0].get_text())
    assert page.soup.select_one("input#begins")["autocomplete"] == "off"  # type: ignore[index]


def everything(app: Flask) -> list[str]:
    """All rows of all tables."""
    with app.app_context():
        session = db.session()
        tables = sorted(inspect(session.connection()).get_table_names())
        rows = [str(row) for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608
        session.rollback()
    return rows


def test_nobody_else_has_this_page(client: PageClient, world: World) -> None:
    for who in ("coordinator", "manager"):
        world.sign_in(client, who).get("/my/hours/by-week", status=403)
