"""Events as coordinators keep them: make, show, change, book for somebody, the door, the poster."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.spending.shop import earn
from tests.web.events import page_fair
from tests.web.world import World
from timecredits.community.event_models import Event
from timecredits.foundation import clock
from timecredits.hours.activity_models import ActivityPlan
from timecredits.web.database import db


@pytest.fixture
def staff(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def test_make_show_and_take_off(staff: PageClient, app: Flask) -> None:
    page = staff.get("/coordinator/events")
    assert "No events yet" in page.text
    page = page.click("Make an event")
    page = page.submit("Save as a draft", name="", starts="2pm")
    assert "Type the name of the event. Nothing was saved." in page.text
    page = page.submit(
        "Save as a draft", name="Film night", words="A film and a chat.", starts="2pm", capacity="20", most_guests="1"
    )
    assert page.heading == "Film night"
    assert "This is a draft." in page.text
    page = page.submit("Show it now")
    assert "People can see it and book." in page.soup.text
    assert "Film night" in staff.get("/in/fenland/events").text
    page = staff.get(page.path).submit("Make it a draft")
    assert "This is a draft." in page.text
    with app.app_context():
        assert len(db.session().scalars(select(Event)).all()) == 1
        plan = db.session().scalars(select(ActivityPlan)).one()
        assert (plan.starts, plan.rule, plan.capacity) == (14 * 60, "", None)


def test_a_double_save_makes_one(staff: PageClient, app: Flask) -> None:
    page = staff.get("/coordinator/events/new")
    for _ in range(2):
        page.submit("Save as a draft", name="Film night", starts="2pm")
    with app.app_context():
        assert len(db.session().scalars(select(Event)).all()) == 1


def test_change_keeps_what_isnt_asked(staff: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, entry_minutes=60)  # the programme doesn't allow entry: the form has no field for it
    page = staff.get(f"/coordinator/events/{fair.event_id}/edit")
    assert page.soup.select_one("#entry") is None
    page = page.submit("Save", name="Spring fair")
    assert page.heading == "Spring fair"
    with app.app_context():
        assert db.session().scalars(select(Event)).one().entry_minutes == 60
    page = staff.get(f"/coordinator/events/{fair.event_id}/edit").submit("Save", capacity="2")
    assert "There must be room for a person and their guests." in page.text


def test_the_activity_s_own_form_leaves_it_an_event(staff: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    with app.app_context():
        activity_id = db.session().get_one(Event, (world.programme_id, fair.event_id)).activity_id
    staff.get(f"/coordinator/activities/{activity_id}/edit").submit("Save this activity", name="Autumn fair")
    assert "Autumn fair" in staff.get("/coordinator/events").text
    assert staff.get(f"/coordinator/events/{fair.event_id}").heading == "Autumn fair"
    assert "None are counted" in staff.get(f"/coordinator/events/{fair.event_id}").text


def test_book_for_somebody_and_read_what_they_need(staff: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    page = staff.get(fair.bookings)
    assert "Nobody has booked yet." in page.text
    assert "Nobody here is called Nobody" in page.submit("Book", person="Nobody").text
    page = page.submit("Book", person="Siân O'Neill-Wyn", guests="1", needs="A ramp")
    assert "Booked for Siân O'Neill-Wyn. No credits were taken." in page.soup.text
    for said in ("and 1 guest", "Needs: A ramp", "Booked (2 of 4)"):
        assert said in page.text
    page = page.submit("Book", person="Siân O'Neill-Wyn")  # again, with nothing else typed
    assert "Siân O'Neill-Wyn had booked already." in page.soup.text
    for said in ("and 1 guest", "Needs: A ramp", "Booked (2 of 4)"):
        assert said in page.text
    with clock.standing_at(fair.begins + timedelta(hours=2)):
        page = world.sign_in(staff, "coordinator").get(fair.bookings)
        assert "and 1 guest" in page.text
        assert "A ramp" not in page.text


def test_the_door_lets_in_takes_entry_and_undoes(staff: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, entry=60)
    fair.book(world.volunteer_id, guests=1)
    assert "You can check people in from an hour before." in staff.get(fair.door).text
    with clock.standing_at(fair.begins):
        world.sign_in(staff, "coordinator")
        page = staff.get(fair.door)
        assert "Entry: 2 credits" in page.text
        page = page.submit("Has come Siân O'Neill-Wyn")
        assert "They have too few credits for this. Nothing was taken." in page.text
        assert "0 people are in." in page.text
        page = page.submit("Let them in without")
        assert "No credits were taken." in page.soup.text
        assert "2 people are in." in page.text
        page = page.submit("Undo Siân O'Neill-Wyn")
        assert "0 people are in." in page.text
        page = page.submit("Has come Siân O'Neill-Wyn", guests="0")
        assert "too few credits" in page.text


def test_entry_can_be_given_back_once_the_door_is_closed(staff: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world, entry=60)
    fair.book(world.volunteer_id)
    with app.app_context():
        earn(db.session(), world, 60)
        db.session.commit()
    with clock.standing_at(fair.begins):
        page = world.sign_in(staff, "coordinator").get(fair.door).submit("Has come Siân O'Neill-Wyn")
        assert "1 credit taken" in page.text
    with clock.standing_at(fair.begins + timedelta(days=2)):
        page = world.sign_in(staff, "coordinator").get(fair.door)
        assert "The list is closed." in page.text
        assert "1 credit given back." in page.submit("Undo Siân O'Neill-Wyn").soup.text


def test_other_organisations_events_are_not_there(client: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    fair.book(world.volunteer_id)
    world.sign_in(client, "other_coordinator")
    for path in (
        f"/coordinator/events/{fair.event_id}",
        fair.bookings,
        fair.door,
        f"/coordinator/events/{fair.event_id}/poster.pdf",
    ):
        client.get(path, status=404)
    client.get(f"/coordinator/events/{uuid4()}", status=404)


def test_a_poster_is_a_pdf_and_a_draft_has_none(staff: PageClient, app: Flask, world: World) -> None:
    fair = page_fair(app, world)
    answer = staff.http.get(f"/coordinator/events/{fair.event_id}/poster.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    draft = page_fair(app, world, shown=False, name="Spring fair")
    staff.get(f"/coordinator/events/{draft.event_id}/poster.pdf", status=404)
