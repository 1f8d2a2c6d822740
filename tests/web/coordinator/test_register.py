import re
from uuid import uuid4

import pytest

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.hours.finding_people import list_names

SAVE = "Save the register"
UNDO = "Undo: take these hours away"


def open_garden(staff: PageClient) -> Page:
    home = staff.get("/coordinator/")
    tile = home.soup.find("a", string=None, href=re.compile("/coordinator/register/")) or home.soup
    assert "Who came to Garden group?" in tile.get_text()
    return staff.get(str(tile["href"]))  # type: ignore[index]


def test_the_usual_twelve_take_two_taps(garden_group: Garden, staff: PageClient) -> None:
    page = open_garden(staff)
    assert "Here: 12 . Hours: 24" in page.text
    saved = page.submit(SAVE)
    assert "Saved. 24 hours added for 12 people." in saved.text
    assert {garden_group.credits(person) for person in garden_group.people} == {240}


def test_a_double_click_saves_twelve_and_not_24(garden_group: Garden, staff: PageClient) -> None:
    page = open_garden(staff)
    first, second = page.submit(SAVE), page.submit(SAVE)
    assert first.path == second.path
    assert "Saved already. Nothing was added twice." in second.text
    assert garden_group.credits(garden_group.people[0]) == 240


def test_three_exceptions(garden_group: Garden, staff: PageClient) -> None:
    gone, short, long = garden_group.people[:3]
    changes = {f"minutes-{gone}": "0", f"minutes-{short}": "60", f"minutes-{long}": "180"}
    page = open_garden(staff)
    sent = page.fields(SAVE) | changes | {"do": "save"}
    saved = staff.post(page.path, sent)
    assert "Saved. 22 hours added for 11 people." in saved.text
    assert [garden_group.credits(person) for person in (gone, short, long)] == [120, 180, 300]


def test_setting_everybody_works_without_javascript(garden_group: Garden, staff: PageClient) -> None:
    page = open_garden(staff)
    sent = page.fields(SAVE) | {f"minutes-{garden_group.people[0]}": "0", "everybody": "1h30", "do": "everybody"}
    again = staff.post(page.path, sent)
    assert "Here: 11 . Hours: 16½" in again.text
    assert "Saved. 16½ hours added for 11 people." in again.submit(SAVE).text


@pytest.mark.parametrize("typed", ["", "0", "-2", "25", "two", "<b>2</b>"])
def test_hours_that_cannot_be_read_are_kept_and_nothing_is_saved(garden_group: Garden, staff: PageClient, typed: str) -> None:
    again = open_garden(staff).submit("Set everybody", everybody=typed)
    assert "Type hours like 2, 2.5 or 2:30." in again.text
    assert again.fields(SAVE)["everybody"] == typed
    assert again.soup.title is not None
    assert again.soup.title.text.startswith("Error: ")
    assert garden_group.credits(garden_group.people[0]) == 120


@pytest.mark.parametrize("name", ["Ffion Llŷr", "Nowak-Żółć, Ala", "فاطمة خان", "=cmd|' /C calc'!A0", "O'Dowd"])
def test_somebody_new_takes_one_field_and_one_tap(garden_group: Garden, staff: PageClient, name: str) -> None:
    saved = open_garden(staff).submit(SAVE, add=name)
    assert "Saved. 26 hours added for 13 people." in saved.text
    assert len(garden_group.within(list_names)) == 13


def test_somebody_new_saved_twice_is_one_person(garden_group: Garden, staff: PageClient) -> None:
    page = open_garden(staff).submit("Add", add="Ffion Llŷr")
    assert "New. Saving enrols them." in page.text
    for _ in range(2):
        page.submit(SAVE)
    direct = open_garden(staff)
    for _ in range(2):
        direct.submit(SAVE, add="Huw Prys")
    assert len(garden_group.within(list_names)) == 14


def test_somebody_known_is_added_and_not_enrolled_again(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}?day=2020-01-01")
    assert "Nobody has come to this activity yet" not in page.text or page.fields(SAVE)
    added = page.submit("Add", add="zak łukasz")
    assert "Łukasz Żak" in added.text
    assert "Saved. 2 hours added for 1 person." in added.submit(SAVE).text
    assert len(garden_group.within(list_names)) == 12


def test_an_empty_register_says_what_to_do(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}?day=2020-01-01")
    assert "Add the first person below" in page.text
    assert "Nobody has hours yet. Nothing was saved." in page.submit(SAVE).text
    assert "Type a name first." in page.submit("Add").text


def test_more_than_24_hours_are_told_at_the_row(garden_group: Garden, staff: PageClient) -> None:
    person = garden_group.people[0]
    page = open_garden(staff)
    staff.post(page.path, page.fields(SAVE) | {f"minutes-{person}": "1440", "do": "save"})
    page = staff.get(f"{page.path}?time=2")
    assert "Has 24 hours for this day already" in page.text
    again = page.submit(SAVE, **{f"minutes-{person}": "120"})
    assert "would have more than 24 hours" in again.text
    assert again.soup.select_one(f"#row-{person} .govuk-error-message") is not None
    assert again.fields(SAVE)[f"minutes-{person}"] == "120"


def test_undo_takes_everything_away_once(garden_group: Garden, staff: PageClient) -> None:
    saved = open_garden(staff).submit(SAVE)
    undone = saved.submit(UNDO)
    assert "Undone. 24 hours taken away." in undone.text
    assert "Undone already." in saved.submit(UNDO).text
    assert garden_group.credits(garden_group.people[0]) == 120
    again = undone.click("Write down who came").submit(SAVE)
    assert "Saved. 24 hours added for 12 people." in again.text
    assert garden_group.credits(garden_group.people[0]) == 240


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "2026-02-30"])
def test_a_day_that_cannot_be_leads_back_to_the_choice(garden_group: Garden, staff: PageClient, day: str) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}?day={day}")
    assert "Choose today or a day before." in page.text


def test_another_day_is_chosen_with_the_activity(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get("/coordinator/register")
    opened = page.submit("Open the register", activity=str(garden_group.activity_id), day=["2", "3", "26"])
    assert "2 March 2026" in opened.text
    for typed, words in (
        (["1", "1", "2999"], "has not come yet"),
        (["31", "2", "2026"], "a day that exists"),
        (["", "", ""], "a day"),
    ):
        again = page.submit("Open the register", activity=str(garden_group.activity_id), day=typed)
        assert words in again.text
        assert again.fields("Open the register")["day"] == typed


def test_other_organisations_and_missing_things_look_the_same(garden_group: Garden, staff: PageClient) -> None:
    session_id = open_garden(staff).submit(SAVE).path.rsplit("/", 1)[1]
    missing = staff.get(f"/coordinator/register/{uuid4()}", status=404).text
    assert staff.get(f"/coordinator/register/{garden_group.elsewhere_id}", status=404).text == missing
    other = garden_group.world.sign_in(PageClient(staff.app), "other_coordinator")
    assert other.get(f"/coordinator/registers/{session_id}", status=404).text == missing
    assert other.get(f"/coordinator/register/{garden_group.activity_id}", status=404).text == missing
    token = other.get("/coordinator/activities").fields("Sign out")["csrf_token"]
    other.post(f"/coordinator/registers/{session_id}/undo", {"csrf_token": token}, status=404)


@pytest.mark.parametrize("who", ["volunteer", "manager", "venue_manager"])
def test_only_the_organisations_staff_come_in(client: PageClient, world: World, garden_group: Garden, who: str) -> None:
    world.sign_in(client, who)
    for path in ("", "register", f"register/{garden_group.activity_id}", "people", "people/new", "activities", "hours/new"):
        client.get(f"/coordinator/{path}", status=403)
