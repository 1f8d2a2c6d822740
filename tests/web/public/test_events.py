"""What's on for everybody: a list, one event, nothing of what isn't public."""

from datetime import timedelta

from flask import Flask

from tests.page_client import PageClient
from tests.web.events import page_fair
from tests.web.world import World
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import make_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.planning.plans import PlanFacts
from timecredits.web.database import db


def test_a_visitor_finds_an_event_and_whom_to_ring(client: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, access_facts=("Step-free",))
    page = client.get("/in/fenland/events")
    assert page.heading == "What’s on"
    page = client.get(str(page.soup.select_one(".tc-offer__title a")["href"]))  # type: ignore[index]
    assert page.heading == "Winter fair"
    for said in ("Music and soup.", "The long hall", "Step-free", "4 places free", "Free", "01353 000000"):
        assert said in page.text
    assert page.link("Sign in to book") == f"/my/events/{fair.event_id}"
    calendar = client.http.get(page.link("Put it in your calendar"))
    assert calendar.mimetype == "text/calendar"
    assert "Winter fair" in calendar.text


def test_a_search_with_nothing_found_leads_back(client: PageClient, app: Flask, world: World) -> None:
    page_fair(app, world)
    assert "We found nothing like that" in client.get("/in/fenland/events?q=swimming").text
    assert "Winter fair" in client.get("/in/fenland/events?q=soup&show=free").text
    assert "Nothing is on in these weeks" in client.get("/in/fenland/events?from=2099-01-01").text
    assert "Winter fair" in client.get("/in/fenland/events?from=nonsense").text


def test_what_isnt_public_is_not_there(client: PageClient, app: Flask, world: World) -> None:
    for more in ({"shown": False}, {"is_public": False, "name": "Quiet fair"}):
        hidden = page_fair(app, world, **more)  # type: ignore[arg-type]
        client.get(hidden.public, status=404)
    assert "Nothing is on in these weeks" in client.get("/in/fenland/events").text
    client.get("/in/nowhere/events", status=404)


def test_entry_is_said_plainly(client: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, entry=60)
    text = client.get(fair.public).text
    assert "They are given at the door, not when you book." in text
    assert "Credits have no value in money." in text
    assert "£" not in text


def test_short_way_there(client: PageClient, app: Flask, world: World) -> None:
    page_fair(app, world)
    assert client.get("/to/events").path == "/in/fenland/events"


def test_many_events_come_in_pages_of_whole_days(client: PageClient, app: Flask, world: World) -> None:
    today = clock.today()
    with app.app_context():
        for ahead in range(1, 21):
            facts, day, key = EventFacts(name=f"Event {ahead:02}"), today + timedelta(days=ahead), new_id()
            here = (db.session(), world.programme_id, world.organisation_id)
            make_event(*here, facts, PlanFacts(day, 600, 60), event_id=key, actor_id=None)
            show_event(*here, key, shown=True, actor_id=None)
        db.session.commit()
    first = client.get("/in/fenland/events")
    later = client.get(first.link("Later"))
    shown = [[each.get_text(strip=True)[:8] for each in page.soup.select(".tc-offer__title")] for page in (first, later)]
    assert shown == [[f"Event {ahead:02}" for ahead in ahead_of] for ahead_of in (range(1, 16), range(16, 21))]
