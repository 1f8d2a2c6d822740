"""A volunteer's own hours and milestones."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.page_client import PageClient
from tests.web.volunteer.past import Past
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.web.database import db


def test_hours_by_month_with_sums_and_what_was_put_right(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/hours")
    assert "21 hours given since 1 September 2026" in page.text
    months = [heading.get_text(" ", strip=True) for heading in page.soup.select("h2.tc-month")]
    assert months == ["November 2026 2 hours", "October 2026 8 hours", "September 2026 11 hours"]
    assert "Put right It said 2 hours before." in page.text


def test_printing_is_two_taps_from_home(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/").click("Hours")
    printed = me.get(page.link("Print my hours"))
    assert printed.response.mimetype == "application/pdf"


@pytest.mark.parametrize("year", ["1999", "x", "2026'--"])
def test_a_year_without_hours_is_not_found(me: PageClient, past: Past, year: str) -> None:
    assert past.entries
    me.get("/my/hours", query_string={"year": year}, status=404)


def test_all_years_can_be_asked_for(me: PageClient, past: Past) -> None:
    assert past.entries
    assert me.get("/my/hours?year=all").text.count("Garden group") == 10


def test_no_hours_yet(me: PageClient) -> None:
    assert "You have no hours yet" in me.get("/my/hours").text


def test_each_line_says_where_it_comes_from_and_who_confirmed_it(me: PageClient, past: Past) -> None:
    assert past.entries
    text = me.get("/my/hours").text
    assert "Added by hand. Confirmed by Coordinator the same day." in text
    assert "Confirmed by Coordinator , 10 November 2026." in text, "a correction is confirmed on its own day"


@pytest.mark.parametrize(
    ("view", "headings"),
    [
        ("week", ["2 to 8 November 2026 2 hours", "26 October to 1 November 2026 2 hours"]),
        ("day", ["Tuesday 3 November 2026 2 hours", "Tuesday 27 October 2026 2 hours"]),
        ("month", ["November 2026 2 hours", "October 2026 8 hours"]),
    ],
)
def test_hours_by_week_day_and_month(me: PageClient, past: Past, view: str, headings: list[str]) -> None:
    assert past.entries
    page = me.get(f"/my/hours?view={view}")
    assert [heading.get_text(" ", strip=True) for heading in page.soup.select("h2.tc-month")][:2] == headings


@pytest.mark.parametrize(
    ("view", "title", "leads_to"),
    [
        ("year", "2026", "year=2026"),
        ("role", "Garden group", "activity="),
        ("organisation", "Riverside Trust", "organisation="),
    ],
)
def test_sums_lead_to_their_lines(me: PageClient, past: Past, view: str, title: str, leads_to: str) -> None:
    assert past.entries
    page = me.get(f"/my/hours?view={view}")
    assert "10 days, 1 September 2026 to 3 November 2026 21 hours" in page.text
    assert leads_to in page.link(title)
    lines = page.click(title)
    assert lines.text.count("Garden group") >= 10
    assert "21 hours" in lines.text


def test_a_chosen_part_is_named_and_can_be_let_go(me: PageClient, past: Past) -> None:
    page = me.get(f"/my/hours?activity={past.activity_id}")
    assert "Only Garden group" in page.text
    assert f"activity={past.activity_id}" in page.link("Print this part")
    assert "Only Garden group" not in page.click("Show all").text


@pytest.mark.parametrize(
    "query", ["view=x", "activity=x", "organisation=0198a000-0000-7000-8000-000000000000", "page=9", "page=-1"]
)
def test_what_is_not_there_is_not_found(me: PageClient, past: Past, query: str) -> None:
    assert past.entries
    me.get(f"/my/hours?{query}", status=404)
    if query.startswith(("activity", "organisation")):
        for ending in ("pdf", "csv", "json"):
            me.get(f"/my/hours.{ending}?{query}", status=404)


def test_a_long_history_comes_in_pages_that_hold_every_line_once(me: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        add_days(db.session(), world, 90)
        db.session.commit()
    page = me.get("/my/hours?view=week&year=all")
    seen = len(page.soup.select("li.tc-hour"))
    assert seen <= 30
    while page.soup.select("a[rel=next]"):
        page = me.get(str(page.soup.select("a[rel=next]")[0]["href"]))
        seen += len(page.soup.select("li.tc-hour"))
    assert seen == 90


def test_hours_nobody_checked_are_said_as_such(me: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        add_days(db.session(), world, 1, source=HourSource.SELF_LOGGED, actor_id=world.users["volunteer"])
        db.session.commit()
    text = me.get("/my/hours").text
    assert "Not checked You logged this. Nobody else checked it." in text
    assert "Of these, you logged 1 hour that nobody else checked." in text


def test_names_in_other_scripts_stand_apart(me: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        add_days(db.session(), world, 1, activity="مجموعة Zoë\u0301 الحديقة")
        db.session.commit()
    page = me.get("/my/hours")
    assert "مجموعة Zoë\u0301 الحديقة" in [each.get_text() for each in page.soup.select("li bdi")]


def test_milestones_are_quiet_until_looked_at(me: PageClient, past: Past) -> None:
    assert past.entries
    assert "ilestone" not in me.get("/my/").text
    page = me.get("/my/hours").click("Milestones")
    assert "10 hours 29 September 2026" in page.text
    assert "25 hours" not in page.soup.select("ol")[0].get_text()
    assert "The next one is at 25 hours. That is 4 hours from now" in page.soup.select("details")[0].get_text(" ", strip=True)
    paper = me.get(page.link("Certificate for 10 hours")).response
    assert paper.mimetype == "application/pdf"
    for hours in ("25", "11", "x", "-1"):
        me.get(f"/my/milestones/certificate.pdf?hours={hours}", status=404)


def test_no_milestones_yet(me: PageClient) -> None:
    page = me.get("/my/milestones")
    assert "No milestones yet" in page.text
    assert not page.soup.select("details")
    me.get("/my/milestones/certificate.pdf", status=404)


def add_days(
    session: Session,
    world: World,
    days: int,
    *,
    activity: str = "Lunch club",
    source: HourSource = HourSource.SINGLE,
    actor_id: UUID | None = None,
) -> None:
    """An hour on each of the last days."""
    here, today = (world.programme_id, world.organisation_id), clock.today()
    made = create_activity(session, *here, ActivityFacts(activity), actor_id=None)
    entries = [NewHours(new_id(), world.volunteer_id, made.id, None, today - timedelta(days=each), 60) for each in range(days)]
    record_hours(session, *here, entries, source=source, actor_id=actor_id, today=today)
