"""The register's rows: odd lengths, everybody at once, somebody else afterwards, a second time that day."""

import pytest
from sqlalchemy import event

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.web.database import db

SAVE = "Save the register"
ODD = "Type hours like 2, 2.5 or 2:30."


@pytest.fixture
def opened(garden_group: Garden, staff: PageClient) -> Page:
    return staff.get(f"/coordinator/register/{garden_group.activity_id}")


def other(garden: Garden, typed: str) -> dict[str, str]:
    person = garden.people[0]
    return {f"minutes-{person}": "other", f"other-{person}": typed}


@pytest.mark.parametrize(
    ("typed", "minutes"), [("1:40", 100), ("2,75", 165), ("100 min", 100), ("7", 420), ("10:00-11:05", 65), ("1\u00bd", 90)]
)
def test_one_person_may_have_any_length(garden_group: Garden, opened: Page, typed: str, minutes: int) -> None:
    opened.submit(SAVE, **other(garden_group, typed))
    assert garden_group.credits(garden_group.people[0]) == 120 + minutes


@pytest.mark.parametrize("typed", ["", "two", "0", "25", "<b>1</b>", "-1"])
def test_a_length_that_cannot_be_read_is_told_at_its_row_and_kept(garden_group: Garden, opened: Page, typed: str) -> None:
    person = garden_group.people[0]
    again = opened.submit(SAVE, **other(garden_group, typed))
    assert ODD in again.text
    assert again.soup.select_one(f"#row-{person} .govuk-error-message") is not None
    assert again.fields(SAVE)[f"other-{person}"] == typed
    assert again.fields(SAVE)[f"minutes-{person}"] == "other"
    assert "Here: 11 ." in again.text
    assert garden_group.credits(garden_group.people[1]) == 120


def test_an_odd_length_stays_while_somebody_is_added(garden_group: Garden, opened: Page) -> None:
    again = opened.submit("Add", add="Ffion Llŷr", **other(garden_group, "1:40"))
    assert again.fields(SAVE)[f"other-{garden_group.people[0]}"] == "1:40"
    assert "Here: 13 . Hours: 25.67" in again.text
    assert "Saved. 25 hours 40 minutes added for 13 people." in again.submit(SAVE).text


def test_everybody_came_is_one_tap(garden_group: Garden, opened: Page) -> None:
    nobody = {f"minutes-{person}": "0" for person in garden_group.people}
    one = nobody | {f"minutes-{garden_group.people[3]}": "60"}
    again = opened.submit("Everybody came", **one)
    assert "Here: 12 . Hours: 23" in again.text


def test_after_saving_somebody_else_is_added_to_the_same_register(garden_group: Garden, opened: Page) -> None:
    saved = opened.submit(SAVE)
    page = saved.click("Add somebody else")
    assert "Saved already: 12 people, 24 hours" in page.text
    assert "Everybody in the list is saved." in page.text
    both = page.submit(SAVE, add="Ffion Llŷr")
    assert both.path == saved.path
    assert "Saved. 2 hours added for 1 person." in both.text
    assert "People 13 Hours 26 hours" in both.text
    assert len(both.soup.select("form.tc-post")) == 2
    undone = both.submit("Undo: take these hours away")
    assert "Undone. 2 hours taken away." in undone.text
    assert garden_group.credits(garden_group.people[0]) == 240


def test_somebody_saved_already_is_not_added_again(garden_group: Garden, opened: Page) -> None:
    page = opened.submit(SAVE).click("Add somebody else")
    again = page.submit("Add", add="Siân O'Neill-Wyn")
    assert "Siân O'Neill-Wyn has 2 hours in this register already. Nothing was added." in again.text
    assert again.fields(SAVE)["add"] == "Siân O'Neill-Wyn"
    assert garden_group.credits(garden_group.people[0]) == 240


def test_a_second_time_that_day_has_a_register_of_its_own(garden_group: Garden, opened: Page) -> None:
    assert "They met again that day" not in opened.text
    first = opened.submit(SAVE)
    second = first.click("Add somebody else").click("They met again that day")
    assert "time 2 that day" in second.text
    person = garden_group.people[0]
    saved = second.submit(SAVE, **{f"minutes-{person}": "60"})
    assert saved.path != first.path
    assert "People 1 Hours 1 hour" in saved.text
    assert garden_group.credits(person) == 300


def test_the_page_asks_a_steady_number_of_questions(garden_group: Garden, opened: Page, staff: PageClient) -> None:
    """However many people stand in it."""
    assert garden_group.people
    few = count_questions(staff, opened.path)
    page = opened
    for number in range(30):
        page = page.submit("Add", add=f"Newcomer {number}")
    page.submit(SAVE)
    assert count_questions(staff, f"{opened.path}?time=2") <= few


def count_questions(staff: PageClient, path: str) -> int:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    with staff.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        staff.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
