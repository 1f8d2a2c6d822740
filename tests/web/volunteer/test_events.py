"""Events for a volunteer: booking with guests and needs, changing, cancelling; drafts and others' pages aren't there."""

from datetime import timedelta

from flask import Flask

from tests.page_client import PageClient
from tests.web.events import PageFair, page_fair
from tests.web.world import World
from timecredits.community.events.event_facts import EventFacts
from timecredits.community.events.keeping import edit_event
from timecredits.foundation import clock
from timecredits.web.database import db


def test_book_change_and_cancel(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, entry=60)
    page = me.get(f"/my/events/{fair.event_id}")
    page = me.get(str(page.soup.select_one(".tc-session__act a")["href"]))  # type: ignore[index]
    assert page.heading == "Book this event"
    assert "Booking takes no credits." in page.text
    page = page.submit("Book", guests="1", needs="A seat by the door")
    assert "Done. You are coming. No credits were taken." in page.soup.text
    assert "You and 1 guest." in page.text
    assert page.fields("Save the change")["needs"] == "A seat by the door"
    page = page.submit("Save the change", guests="2")
    assert "You and 2 guests." in page.text
    assert "You and 2 guests" in me.get("/my/events").text
    page = page.submit("Yes, cancel my booking")
    assert page.heading == "Events"
    assert "You are not down for it any more." in page.soup.text
    assert "You have booked" not in page.text


def test_a_full_event_makes_a_line(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, capacity=3)
    fair.book(fair.somebody("Gwen"), guests=2)
    page = me.get(fair.mine).submit("Wait for a place")
    assert "You are number 1 in line" in page.text


def test_what_is_typed_wrong_is_said_and_stays(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    page = me.get(fair.mine)
    for typed, said in (
        ("three", "Type how many people you bring"),
        ("9", "You can bring up to 2 people"),
        ("-1", "Type how many"),
    ):
        wrong = page.submit("Book", guests=typed, needs="No nuts")
        assert said in wrong.text
        assert wrong.fields("Book")["guests"] == typed
        assert wrong.fields("Book")["needs"] == "No nuts"
    assert "That is too long." in page.submit("Book", needs="x" * 501).text
    assert "You have booked" not in me.get("/my/events").text


def test_room_that_went_meanwhile(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, capacity=3)
    page = me.get(fair.mine).submit("Book")
    fair.book(fair.somebody("Gwen"), guests=1)
    wrong = page.submit("Save the change", guests="1")
    assert "There is room for 0 more people. Your booking stays as it was." in wrong.text
    assert "Just you." in wrong.text


def test_a_draft_and_a_date_that_isnt_are_not_there(me: PageClient, app: Flask, world: World) -> None:
    draft = page_fair(app, world, shown=False)
    me.get(f"/my/events/{draft.event_id}", status=404)
    me.get(draft.mine, status=404)
    shown = page_fair(app, world, name="Spring fair", is_public=False)
    assert "Spring fair" in me.get("/my/events").text
    for day in ("2026-1-1", "nonsense", (shown.day + timedelta(days=1)).isoformat(), "9999-12-31"):
        me.get(shown.mine.replace(shown.day.isoformat(), day), status=404)
    me.get(f"/my/events/{shown.event_id}/{draft.plan_id}/{shown.day.isoformat()}", status=404)


def test_once_it_began_nothing_is_booked(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    page = me.get(fair.mine)
    with clock.standing_at(fair.begins + timedelta(hours=2)):
        assert "This session is over. You are not signed up." in page.submit("Book").soup.text
        assert "You have booked" not in world.sign_in(me, "volunteer").get("/my/events").text


def test_guests_who_are_booked_are_kept_when_fewer_may_be_brought(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    me.get(fair.mine).submit("Book", guests="2")
    with app.app_context():
        here = (db.session(), world.programme_id, world.organisation_id, fair.event_id)
        edit_event(*here, EventFacts("Winter fair", capacity=4, asks_needs=True), actor_id=None)
        db.session.commit()
    page = me.get(fair.mine).submit("Save the change", needs="A ramp")
    assert "You and 2 guests." in page.text
    with clock.standing_at(fair.begins):
        door = world.sign_in(me, "coordinator").get(fair.door).submit("Has come Siân O'Neill-Wyn")
        assert "3 people are in." in door.text


def test_who_has_come_is_not_asked_to_change_or_cancel(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    page = me.get(fair.mine).submit("Book")
    with clock.standing_at(fair.begins - timedelta(minutes=30)):
        page = world.sign_in(me, "volunteer").get(fair.mine)
        world.sign_in(me, "coordinator").get(fair.door).submit("Has come Siân O'Neill-Wyn")
        world.sign_in(me, "volunteer")
        assert "You have signed in for this. Nothing was changed." in page.submit("Yes, cancel my booking").soup.text
        now = me.get(fair.mine)
    assert "You came. Good to see you." in now.text
    assert "cancel my booking" not in now.text


def test_no_address_title_or_page_of_the_list_says_what_somebody_needs(me: PageClient, app: Flask, world: World) -> None:
    fair: PageFair = page_fair(app, world)
    page = me.get(fair.mine).submit("Book", needs="canary words")
    assert "canary" not in page.path
    assert "canary" not in (page.soup.title.string or "" if page.soup.title else "")
    for path in ("/my/events", "/my/sessions", f"/my/events/{fair.event_id}", fair.public):
        assert "canary" not in me.get(path).soup.text


def test_a_session_of_an_event_is_booked_where_the_event_is(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    plain = f"/my/sessions/{fair.plan_id}/{fair.day.isoformat()}"
    assert me.get(plain).path == fair.mine
    page = me.get(fair.mine)
    answer = me.http.post(f"{plain}/sign-up", data={"csrf_token": page.soup.select_one("input[name=csrf_token]")["value"]})  # type: ignore[index]
    assert answer.location == fair.mine
    assert "You have booked" not in me.get("/my/events").text


def test_nobody_comes_to_a_draft_by_its_session(me: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, shown=False)
    assert me.http.get(f"/my/sessions/{fair.plan_id}/{fair.day.isoformat()}").status_code == 404
