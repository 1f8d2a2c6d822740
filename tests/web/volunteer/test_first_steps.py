"""Taking it slowly, over the pages; and the page that leads to everything around credits."""

from datetime import timedelta

from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.hours.activities import create_activity
from timecredits.hours.activity_facts import ActivityFacts
from timecredits.hours.activity_models import Talking
from timecredits.web.database import db


def make_steps(app: Flask, world: World) -> None:
    with app.app_context():
        for name, talking in (("Garden group", Talking.SOME), ("The quiet room", Talking.NONE)):
            facts = ActivityFacts(name=name, good_first_step=True, talking=talking, when_text="Tuesdays")
            create_activity(db.session(), world.programme_id, world.organisation_id, facts, actor_id=None)
        db.session.commit()


def test_what_needs_no_talking_comes_first(me: PageClient, app: Flask, world: World) -> None:
    make_steps(app, world)
    page = me.get("/my/first-steps")
    assert page.heading == "Take it slowly"
    assert [each.get_text(strip=True) for each in page.soup.select(".tc-offer__title")] == ["The quiet room", "Garden group"]


def test_put_on_tick_off_and_take_off(me: PageClient, app: Flask, world: World) -> None:
    make_steps(app, world)
    page = me.get("/my/first-steps").submit("Put it on my list The quiet room")
    assert "It is on your list. Only you can see it." in page.text
    page = page.submit("Tick off The quiet room")
    assert "What you tried" in page.text
    page = page.submit("Take the tick away The quiet room")
    assert "What you tried" not in page.text
    page = page.click("More The quiet room").submit("Take it off my list")
    assert "It is off your list." in page.text
    assert "Your list" not in page.text


def test_a_step_of_ones_own_and_a_note(me: PageClient) -> None:
    page = me.get("/my/first-steps/new").submit("Put it on my list", words="")
    assert "Type one small thing" in page.text
    page = page.submit("Put it on my list", words="Walk to the sea")
    step = page.click("More Walk to the sea")
    assert step.heading == "A step on your list"
    assert "Walk to the sea" in step.text
    day = clock.today() - timedelta(days=366)
    assert "from tomorrow on" in step.submit("Save the day", day=[str(day.day), str(day.month), str(day.year)]).text
    assert "We send you no note" in step.submit("Save the day").text


def test_the_hub_leads_to_every_part(me: PageClient) -> None:
    page = me.get("/my/around")
    hrefs = {str(link["href"]) for link in page.soup.select("main a[href]")}
    assert {
        "/my/first-steps",
        "/my/groups",
        "/my/events",
        "/my/pair",
        "/my/comments",
        "/my/apart",
        "/help-now",
        "/safety",
        "/in/fenland/support",
        "/in/fenland/stories",
        "/in/fenland/ask",
        "/in/fenland/concern",
    } <= hrefs
    for href in sorted(hrefs):
        if href.startswith("/") and "#" not in href:
            assert me.http.get(href).status_code == 200, href
