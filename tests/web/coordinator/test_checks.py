"""What a role asks, and what was seen of a person, as a coordinator notes it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock

SAVE_ASKED = "Save what this role asks"
SAVE_SEEN = "Save that you saw it"


def ask(staff: PageClient, garden: Garden, **values: Any) -> Page:
    page = staff.get(f"/coordinator/activities/{garden.activity_id}/asks")
    return page.submit(SAVE_ASKED, **values)


def note(staff: PageClient, garden: Garden, kind: str, **values: Any) -> Page:
    return staff.get(f"/coordinator/people/{garden.people[0]}/checks/{kind}").submit(SAVE_SEEN, **values)


def day(days: int) -> list[str]:
    when = clock.today() + timedelta(days=days)
    return [str(when.day), str(when.month), str(when.year)]


def person(staff: PageClient, garden: Garden) -> Page:
    return staff.get(f"/coordinator/people/{garden.people[0]}")


def test_nothing_about_checks_shows_where_no_role_asks(garden_group: Garden, staff: PageClient) -> None:
    assert "Checks" not in person(staff, garden_group).text
    page = staff.get(f"/coordinator/people/{garden_group.people[0]}/checks")
    assert "No role here asks for a check" in page.text
    assert "DBS" not in page.text
    staff.get(f"/coordinator/people/{garden_group.people[0]}/checks/dbs", status=404)


def test_a_role_asks_and_its_page_says_so(garden_group: Garden, staff: PageClient) -> None:
    asked = {"level": "enhanced", "workforce": "child", "trainings": "First aid\n\nFood  hygiene", "age": "18", "references": "2"}
    page = ask(staff, garden_group, **asked)
    assert "Saved. Who signed up before stays signed up." in page.text
    for words in ("enhanced DBS check for work with children", "training: Food hygiene", "2 references", "under 18"):
        assert words in page.text
    again = page.click("Change what it asks")
    kept = again.fields(SAVE_ASKED)
    assert {name: kept[name].replace("\r", "") for name in asked} == asked | {"trainings": "First aid\nFood hygiene"}
    cleared = again.submit(SAVE_ASKED, level="", workforce="", trainings="", age="", references="")
    assert "Nothing. Anybody can do it." in cleared.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"age": "old"}, "Type an age like 18"),
        ({"age": "99"}, "Type an age from 1 to 25"),
        ({"references": "-1"}, "Type a number like 2"),
        ({"references": "11"}, "Type how many, from 1 to 10"),
        ({"trainings": "x" * 200}, "too long"),
        ({"trainings": "x" * 800}, "too long"),
        ({"trainings": "\n".join("abcdef")}, "at most 5"),
        ({"trainings": "!!!"}, "name of the training"),
        ({"level": "golden"}, "Choose the level"),
    ],
)
def test_what_cannot_be_asked_keeps_what_was_typed(
    garden_group: Garden, staff: PageClient, values: dict[str, str], words: str
) -> None:
    page = ask(staff, garden_group, **({"trainings": "Boats"} | values))
    assert words in page.text
    assert "Error: " in page.soup.title.text  # type: ignore[union-attr]
    kept = page.fields(SAVE_ASKED)
    assert all(kept.get(name, "golden").replace("\r", "") == value for name, value in ({"trainings": "Boats"} | values).items())


def test_a_check_is_noted_shown_and_ended(garden_group: Garden, staff: PageClient) -> None:
    ask(staff, garden_group, level="standard")
    assert "Garden group : standard DBS check: not seen yet" in person(staff, garden_group).text
    form = staff.get(f"/coordinator/people/{garden_group.people[0]}/checks/dbs")
    for _ in range(2):
        page = form.submit(SAVE_SEEN, level="enhanced", workforce="adult", issued_on=day(-30), expires_on=day(30))
    assert page.text.count("Seen by") == 1
    assert "Enhanced DBS check for work with adults" in page.text
    assert "Seen by Coordinator" in page.text
    assert "Still needed" not in page.text
    assert "Counts until" in person(staff, garden_group).text
    assert "Checks to renew" in staff.get("/coordinator/").text
    ended = page.submit("End Enhanced DBS check for work with adults")
    assert "Ended. It no longer counts." in ended.text
    assert "Still needed" in ended.text
    assert "Checks to renew" not in staff.get("/coordinator/").text


def test_each_kind_is_noted(garden_group: Garden, staff: PageClient) -> None:
    ask(staff, garden_group, trainings="First aid", age="18", references="2")
    page = person(staff, garden_group)
    assert "month of birth: not known yet" in page.text
    assert note(staff, garden_group, "training", name="First aid", issued_on=day(-400), expires_on=day(-1))
    assert "training: First aid: ended on" in person(staff, garden_group).text
    note(staff, garden_group, "training", name="First aid", issued_on=day(-1))
    note(staff, garden_group, "references", number="1")
    page = person(staff, garden_group)
    assert "1 of 2 references seen" in page.text
    assert "First aid: ended" not in page.text
    note(staff, garden_group, "references", number="1")
    page = note(staff, garden_group, "guardian", issued_on=day(-1))
    assert "Still needed" not in page.text
    assert "A parent or guardian’s yes" in page.text


def test_the_month_of_birth_is_kept_and_forgotten(garden_group: Garden, staff: PageClient) -> None:
    ask(staff, garden_group, age="18")
    page = staff.get(f"/coordinator/people/{garden_group.people[0]}/checks").click("Change month of birth")
    for typed in ("soon", "13 2000", "3", "1 1", "1 2999"):
        again = page.submit("Save the month", month=typed)
        assert "Nothing was saved." in again.text
        assert again.fields("Save the month")["month"] == typed
    assert "March 2000" in page.submit("Save the month", month="3/2000").text
    assert "Not known" in page.submit("Save the month", month="").text


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("dbs", {"issued_on": ["1", "1", "2026"]}, "Choose the level."),
        ("dbs", {"level": "enhanced", "issued_on": ["1", "1", "2026"]}, "Choose who the check is for."),
        ("dbs", {"level": "basic", "issued_on": ["31", "2", "2026"]}, "a day that exists"),
        ("dbs", {"level": "basic", "issued_on": ["1", "1", "2999"]}, "has not come yet"),
        ("dbs", {"level": "basic", "issued_on": ["1", "1", "1950"]}, "too long ago"),
        ("dbs", {"level": "basic", "issued_on": ["2", "1", "2026"], "expires_on": ["1", "1", "2026"]}, "before it began"),
        ("dbs", {"level": "basic", "issued_on": ["2", "1", "2026"], "expires_on": ["32", "1", "2026"]}, "a day that exists"),
        ("training", {"issued_on": ["1", "1", "2026"], "name": ""}, "name of the training"),
        ("guardian", {"issued_on": ["", "", ""]}, "a day"),
        ("references", {"number": "900"}, "Type how many you saw"),
    ],
)
def test_what_cannot_be_noted_keeps_what_was_typed(
    garden_group: Garden, staff: PageClient, kind: str, values: dict[str, Any], words: str
) -> None:
    ask(staff, garden_group, level="basic", trainings="First aid\nBoats", age="18", references="1")
    page = note(staff, garden_group, kind, **values)
    assert words in page.text
    kept = page.fields(SAVE_SEEN)
    for name in ("issued_on", "expires_on"):
        if name in values:
            assert kept[name] == values[name]
    assert "Nothing seen yet" in staff.get(f"/coordinator/people/{garden_group.people[0]}/checks").text


def test_the_register_hints_and_does_not_stop(garden_group: Garden, staff: PageClient) -> None:
    ask(staff, garden_group, trainings="First aid")
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    assert page.text.count("Please check: training: First aid: not seen yet") == 12
    assert "for 12 people." in page.submit("Save the register").text


def test_other_organisations_and_missing_things_look_the_same(garden_group: Garden, staff: PageClient) -> None:
    ask(staff, garden_group, trainings="First aid")
    check = note(staff, garden_group, "training", name="First aid", issued_on=day(-1))
    end = str(check.form("End First aid")["action"])
    missing = staff.get(f"/coordinator/people/{uuid4()}/checks", status=404).text
    assert staff.get(f"/coordinator/activities/{garden_group.elsewhere_id}/asks", status=404).text == missing
    other = garden_group.world.sign_in(PageClient(staff.app), "other_coordinator")
    for path in (
        f"people/{garden_group.people[0]}/checks",
        f"people/{garden_group.people[0]}/checks/training",
        f"people/{garden_group.people[0]}/birth-month",
        f"activities/{garden_group.activity_id}/asks",
    ):
        assert other.get(f"/coordinator/{path}", status=404).text == missing
    token = other.get("/coordinator/activities").fields("Sign out")["csrf_token"]
    other.post(end, {"csrf_token": token}, status=404)


@pytest.mark.parametrize("who", ["volunteer", "manager", "venue_manager"])
def test_only_the_organisations_staff_come_in(garden_group: Garden, client: PageClient, who: str) -> None:
    garden_group.world.sign_in(client, who)
    for path in (f"people/{garden_group.people[0]}/checks", f"activities/{garden_group.activity_id}/asks"):
        client.get(f"/coordinator/{path}", status=403)
