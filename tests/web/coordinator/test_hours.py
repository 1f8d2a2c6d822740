from uuid import uuid4

import pytest

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock
from timecredits.hours.history.hour_history import hour_history
from timecredits.web.database import db

SAVE = "Save these hours"
MEND = "Save the right hours"


def new_hours(staff: PageClient, garden: Garden, **values: object) -> Page:
    page = staff.get(f"/coordinator/hours/new?volunteer={garden.people[0]}")
    return page.submit(SAVE, **({"hours": "2", "activity": str(garden.activity_id)} | values))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("2", 120), ("2.5", 150), ("2,5", 150), ("2h30", 150), ("2:30", 150), ("150 min", 150), ("10:00-12:30", 150)],
)
def test_hours_are_typed_as_people_write_them(garden_group: Garden, staff: PageClient, typed: str, minutes: int) -> None:
    page = new_hours(staff, garden_group, hours=typed)
    assert "Saved." in page.text
    assert page.heading == "Siân O'Neill-Wyn"
    assert garden_group.credits(garden_group.people[0]) == 120 + minutes


@pytest.mark.parametrize("typed", ["", "0", "-1", "24.5", "lots", "1/2/3"])
def test_bad_hours_are_kept_and_nothing_is_saved(garden_group: Garden, staff: PageClient, typed: str) -> None:
    page = new_hours(staff, garden_group, hours=typed, note="Rain")
    assert "Nothing was saved." in page.text
    assert (page.fields(SAVE)["hours"], page.fields(SAVE)["note"]) == (typed, "Rain")
    assert garden_group.credits(garden_group.people[0]) == 120


def test_a_day_ahead_is_sent_back(garden_group: Garden, staff: PageClient) -> None:
    page = new_hours(staff, garden_group, day=["1", "1", "2999"])
    assert "1 January 2999 has not come yet. Nothing was saved." in page.text
    assert page.fields(SAVE)["day"] == ["1", "1", "2999"]


def test_overlapping_hours_are_saved_and_remarked(garden_group: Garden, staff: PageClient) -> None:
    new_hours(staff, garden_group, hours="10:00-12:00")
    page = new_hours(staff, garden_group, hours="11:00-12:30")
    assert "other hours at the same time" in page.text
    assert garden_group.credits(garden_group.people[0]) == 120 + 120 + 90


def test_sent_twice_counts_once(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/hours/new?volunteer={garden_group.people[0]}")
    for _ in range(2):
        answer = page.submit(SAVE, hours="2")
    assert "Saved already. Nothing was added twice." in answer.text
    assert garden_group.credits(garden_group.people[0]) == 240


def test_unknown_people_and_people_of_elsewhere_are_answered_alike(garden_group: Garden, staff: PageClient) -> None:
    page = new_hours(staff, garden_group, person="Nobody Known")
    assert "Nobody here is called Nobody Known. Nothing was saved." in page.text
    staff.get(f"/coordinator/people/{garden_group.world.other_volunteer_id}", status=404)
    new_hours(staff, garden_group, activity=str(garden_group.elsewhere_id), status=404)
    assert "Choose an activity." in new_hours(staff, garden_group, activity="none").text


def newest(garden: Garden) -> str:
    with garden.app.app_context():
        history = hour_history(db.session(), garden.world.programme_id, garden.people[0], as_of=clock.today())
    return str(history.lines[0].entry_id)


def test_hours_are_corrected_with_a_reason_and_the_old_ones_stay_in_sight(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct")
    done = page.submit(MEND, hours="1:30", reason="Left early")
    assert "Done. It was 2 hours. Now it is 1½ hours." in done.text
    assert "It was 2 hours. Left early" in done.text
    assert "Now it is 1½ hours" in page.submit(MEND, hours="1:30", reason="Left early").text
    assert "corrected before" in page.submit(MEND, hours="1", reason="Again", new_id=str(uuid4())).text
    assert garden_group.credits(garden_group.people[0]) == 90
    assert "corrected before" in staff.get(page.path).text


def test_nought_takes_hours_away(garden_group: Garden, staff: PageClient) -> None:
    done = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct").submit(MEND, hours="0", reason="Wrong person")
    assert "Done. 2 hours taken away." in done.text
    assert "Taken away" in done.text
    assert garden_group.credits(garden_group.people[0]) == 0


@pytest.mark.parametrize(
    ("hours", "reason", "words"),
    [
        ("1", "", "Say why"),
        ("", "Slip", "Type the hours first"),
        ("30", "Slip", "at most 24"),
        ("2", "Slip", "says 2 hours already"),
    ],
)
def test_a_correction_that_cannot_be_keeps_what_was_typed(
    garden_group: Garden, staff: PageClient, hours: str, reason: str, words: str
) -> None:
    page = staff.get(f"/coordinator/hours/{newest(garden_group)}/correct").submit(MEND, hours=hours, reason=reason)
    assert words in page.text
    assert (page.fields(MEND)["hours"], page.fields(MEND)["reason"]) == (hours, reason)


def test_entries_of_another_organisation_are_not_found(garden_group: Garden, staff: PageClient) -> None:
    entry = newest(garden_group)
    other = garden_group.world.sign_in(PageClient(staff.app), "other_coordinator")
    missing = other.get(f"/coordinator/hours/{uuid4()}/correct", status=404).text
    assert other.get(f"/coordinator/hours/{entry}/correct", status=404).text == missing
