"""Somebody has left and is back, a phone number, what sort of help an activity is, and getting ready: as pages."""

from datetime import date, timedelta
from uuid import uuid4

from flask import Flask

from tests.page_client import PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import ActivityCategory
from timecredits.web.database import db


def three(day: date) -> list[str]:
    """A day as its three fields send it."""
    return [str(day.day), str(day.month), str(day.year)]


def category_of(garden: Garden) -> ActivityCategory:
    """What sort of help the garden group is."""
    with garden.app.app_context():
        world = garden.world
        return find_activity(db.session(), world.programme_id, world.organisation_id, garden.activity_id).category


def test_somebody_leaves_and_is_back(staff: PageClient, garden_group: Garden) -> None:
    person = garden_group.people[1]
    before = garden_group.credits(person)
    form = staff.get(f"/coordinator/people/{person}").click("They have left")
    assert "Logging their own hours with you" in form.text
    early = form.submit("Note that they have left", left_on=three(clock.today() + timedelta(days=1)))
    assert "That day has not come yet. Nothing was saved." in early.text
    hours_after = form.submit("Note that they have left", left_on=three(garden_group.last_day - timedelta(days=1)))
    assert "They joined after that day." in hours_after.text or "They gave hours here on" in hours_after.text
    gone = form.submit("Note that they have left")
    assert gone.heading == "Łukasz Żak"
    assert "They have left. Their last day was" in gone.text
    assert "Garden group" in gone.text
    assert garden_group.credits(person) == before > 0
    assert form.submit("Note that they have left").path == gone.path  # pressed twice
    assert staff.get(f"/coordinator/people/{person}").path == gone.path
    assert "Łukasz" not in staff.get("/coordinator/people").text
    listed = staff.get("/coordinator/people").click("People who left")
    assert "Łukasz Żak" in listed.text
    assert "Nobody found" in listed.submit("Search", q="zoë").text
    back = listed.click("Łukasz Żak").submit("They are back")
    assert back.heading == "Łukasz Żak"
    assert "Welcome back." in back.response.text
    assert "They are here already." in gone.submit("They are back").response.text
    assert "Nobody has left" in staff.get("/coordinator/people/left").text


def test_a_letter_for_somebody_who_left_and_their_hours_on_paper(staff: PageClient, garden_group: Garden) -> None:
    """The commonest letter of all: somebody left last month and applies for a job now."""
    person = garden_group.people[1]
    gone = staff.get(f"/coordinator/people/{person}/leave").submit("Note that they have left", left_on=three(clock.today()))
    hours = gone.click("See hours by week or month")
    assert "given here since" in hours.text
    assert "Garden group" in hours.text
    assert hours.click("Back to this person").path == gone.path
    chosen = staff.get("/coordinator/letters/new?q=lukasz").click("Łukasz Żak")
    assert chosen.path == gone.click("Write a letter").path
    issued = chosen.submit("Save and read it through").submit("Issue this letter")
    assert "Withdraw this letter" in issued.text
    unknown = staff.get("/coordinator/letters/new?q=nobody")
    assert "Nobody fits" in unknown.text


def test_hours_up_to_the_last_day_are_still_taken(staff: PageClient, garden_group: Garden) -> None:
    person = garden_group.people[1]
    gone = staff.get(f"/coordinator/people/{person}/leave").submit("Note that they have left", left_on=three(clock.today()))
    form = gone.click("Add hours from before")
    activity = str(garden_group.activity_id)
    told = form.submit(None, activity=activity, day=three(clock.today()), hours="1")
    assert told.path == gone.path
    late = gone.click("Add hours from before").submit(
        None, activity=activity, day=three(clock.today() + timedelta(days=1)), hours="1"
    )
    assert "Nothing was saved." in late.text


def test_a_phone_number(app: Flask, staff: PageClient, world: World) -> None:
    page = staff.get(f"/coordinator/people/{world.volunteer_id}")
    assert "No phone number is noted." in page.text
    form = page.click("Note a phone number")
    wrong = form.submit("Save", phone="ring the bell")
    assert "That is not a phone number. Nothing was saved." in wrong.text
    assert wrong.fields("Save")["phone"] == "ring the bell"
    saved = form.submit("Save", phone="(01632) 960-123")
    assert saved.link("01632 960 123") == "tel:01632960123"
    assert "It is like that now." in saved.click("Change the phone number").submit("Save").response.text
    other = world.sign_in(PageClient(app), "other_coordinator")
    other.get(f"/coordinator/people/{world.volunteer_id}/phone", status=404)
    other.get(f"/coordinator/people/{world.volunteer_id}/leave", status=404)


def test_nobody_elses_people_leave(staff: PageClient, world: World) -> None:
    for person in (world.other_volunteer_id, uuid4()):
        for path in (f"/coordinator/people/{person}/leave", f"/coordinator/people/left/{person}"):
            staff.get(path, status=404)
    token = staff.get(f"/coordinator/people/{world.volunteer_id}/leave").fields("Note that they have left")["csrf_token"]
    staff.post(f"/coordinator/people/left/{world.other_volunteer_id}/back", {"csrf_token": token}, status=404)


def test_what_sort_of_help_it_is(staff: PageClient, garden_group: Garden) -> None:
    page = staff.get(f"/coordinator/activities/{garden_group.activity_id}")
    assert "Sort of help Something else" in page.text
    form = page.click("Change what is said")
    saved = form.submit("Save this activity", category="outdoors")
    assert "Sort of help Gardens, nature and animals" in saved.text
    assert category_of(garden_group) is ActivityCategory.OUTDOORS
    form.submit("Save this activity", category="made-up")
    assert category_of(garden_group) is ActivityCategory.OTHER


def test_getting_ready_leads_on(staff: PageClient, garden_group: Garden) -> None:
    page = staff.get("/coordinator/getting-ready")
    assert "3 of 5 done." in page.text  # it has an owner, an activity that earns and a register
    assert page.link("See your activities (Activity that earns)") == "/coordinator/activities"
    assert "Sign it with your programme." in page.text
    assert garden_group.people
