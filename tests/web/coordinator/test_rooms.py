from uuid import uuid4

import pytest

from tests.page_client import PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.world import World


def test_a_new_organisation_is_told_where_to_begin(staff: PageClient) -> None:
    assert "Add your first activity" in staff.get("/coordinator/").text
    assert "No activities yet" in staff.get("/coordinator/register").text
    assert "No activities yet" in staff.get("/coordinator/activities").text
    assert "Add an activity first." in staff.get("/coordinator/hours/new").text


def test_home_shows_the_month_and_who_has_not_used_credits(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get("/coordinator/")
    assert page.heading == "Today"
    assert "12 people have credits and have not used any." in page.text
    assert garden_group.people


def test_enrolling_under_the_id_of_somebody_elsewhere_finds_nobody(world: World, staff: PageClient) -> None:
    form = staff.get("/coordinator/people/new")
    form.submit("Enrol this person", first_name="Ffion", new_id=str(world.other_volunteer_id), status=404)


def test_an_activity_is_added_changed_closed_and_opened(staff: PageClient) -> None:
    form = staff.get("/coordinator/activities/new")
    values = {"name": "Café Łąka", "usual": "1h30", "when_text": "Fridays", "place": "Hall"}
    for _ in range(2):
        page = form.submit("Save this activity", **values)
    assert page.text.count("Fridays") == 1
    edit = page.click("Change what is said")
    assert edit.fields("Save this activity")["usual"] == "1½"
    assert edit.fields("Save this activity")["earns_credits"] == "y"
    changed = edit.submit("Save this activity", name="Café Zwei", earns_credits=None)
    assert "Saved. Hours given before stay as they are." in changed.text
    closed = changed.submit("Close this activity")
    assert "Café Zwei is closed." in closed.text
    assert "Closed" in closed.text
    assert "is open again" in closed.click("Café Zwei").submit("Open this activity").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Type the name"),
        ({"name": "GARDEN GROUP"}, "already"),
        ({"usual": "0"}, "Type hours like"),
        ({"name": "x" * 200}, "too long"),
    ],
)
def test_bad_activities_keep_what_was_typed(garden_group: Garden, staff: PageClient, changes: dict[str, str], words: str) -> None:
    page = staff.get("/coordinator/activities/new").submit("Save this activity", **({"name": "Walk", "place": "Park"} | changes))
    assert words in page.text
    kept = page.fields("Save this activity")
    assert kept["place"] == "Park"
    assert all(kept[name] == value for name, value in changes.items())
    staff.get(f"/coordinator/activities/{garden_group.elsewhere_id}", status=404)
    staff.get(f"/coordinator/activities/{uuid4()}", status=404)


def test_people_are_found_and_paged(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get("/coordinator/people")
    assert "12 people" in page.text
    assert "Łukasz Żak" in page.submit("Search", q="zak").text
    assert "Siân" not in page.submit("Search", q="zak").text
    assert "Nobody found" in page.submit("Search", q="<script>").text
    person = page.click("Siân O'Neill-Wyn")
    assert "2 credits earned here 2 hours given here" in person.text
    assert "Garden group" in person.text
    assert garden_group.people


def test_somebody_is_enrolled_once(staff: PageClient) -> None:
    form = staff.get("/coordinator/people/new")
    for _ in range(2):
        page = form.submit("Enrol this person", first_name="Ffion", last_name="Llŷr", number="V9")
    assert page.heading == "Ffion Llŷr"
    assert "No hours yet" in page.text
    assert "2 people" in staff.get("/coordinator/people").text


def test_a_namesake_is_asked_about(staff: PageClient) -> None:
    form = staff.get("/coordinator/people/new")
    asked = form.submit("Enrol this person", first_name="Sian", last_name="ONeill Wyn")
    assert "is here already. Nothing was saved." in asked.text
    assert "See the person who is here already" in asked.text
    enrolled = asked.submit("Enrol this person", another="y")
    assert "Saved." in enrolled.text
    both = staff.get("/coordinator/people").text
    assert "2 people" in both


@pytest.mark.parametrize(
    ("values", "words"),
    [({"first_name": ""}, "first name"), ({"number": "V1"}, "belongs to somebody else"), ({"first_name": "x" * 101}, "too long")],
)
def test_a_person_that_cannot_be_enrolled_keeps_what_was_typed(staff: PageClient, values: dict[str, str], words: str) -> None:
    typed = {"first_name": "Ann", "last_name": "Lee"} | values
    page = staff.get("/coordinator/people/new").submit("Enrol this person", **typed)
    assert words in page.text
    assert all(page.fields("Enrol this person")[name] == value for name, value in typed.items())
