from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import PageClient
from tests.web.support_entries import FOOD_BANK, add
from tests.web.world import World
from timecredits.community.directory.reports import say_wrong
from timecredits.community.directory_models import SupportFault, SupportReport, SupportService
from timecredits.web.database import db

ROOM = "/coordinator/support"
PUBLIC = "/in/fenland/support"


@pytest.fixture
def food_bank(app: Flask, world: World) -> UUID:
    return add(app, world.programme_id, world.organisation_id)


@pytest.fixture
def staff(world: World, client: PageClient) -> PageClient:
    return world.sign_in(client, "coordinator")


def test_add_an_entry_and_find_it(app: Flask, staff: PageClient) -> None:
    page = staff.get(ROOM)
    assert "No entries yet" in page.text
    form = page.click("Add a service")
    values = {
        "name": "Quay Café",
        "phone": "01632 960222",
        "monday": "9am to 12:30, 1pm-5pm",
        "friday": "10pm to 2am",
        "topics": ["food", "loneliness"],
        "postcode_district": "cb7 4df",
        "website": "quay.example/tea",
    }
    saved = form.submit("Save this service", **values)
    assert "Saved. Quay Café is in Find support now." in saved.text
    for words in ("9am to 12:30pm, 1pm to 5pm", "10pm to 2am", "CB7", "https://quay.example/tea"):
        assert words in saved.text
    assert "4df" not in saved.text
    form.submit("Save this service", **values)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SupportService)) == 1
    assert "Quay Café" in staff.get(f"{PUBLIC}?q=caffe").text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": " "}, "Type the name of the service."),
        ({"name": "x" * 121}, "That is too long."),
        ({"phone": "ring me"}, "Type a phone number with figures"),
        ({"phone": "", "email": "", "address": ""}, "Say how people reach it"),
        ({"website": "javascript:alert(1)"}, "Type a web address"),
        ({"website": "ftp://files.example"}, "Type a web address"),
        ({"website": "https://me:pass@files.example"}, "Type a web address"),
        ({"website": "https://files.example:99999"}, "Type a web address"),
        ({"email": "nobody"}, "Type an email address"),
        ({"tuesday": "when I feel like it"}, "We could not read these times."),
        ({"postcode_district": "Ely"}, "Type the first half of the postcode"),
        ({"address": "\n".join("abcdef")}, "Use at most 5 lines"),
        ({"review_months": "1000"}, "Choose how often"),
        ({"summary": "x" * 1001}, "That is too long."),
    ],
)
def test_bad_input_is_told_and_loses_nothing(staff: PageClient, values: dict[str, str], said: str) -> None:
    form = staff.get(f"{ROOM}/new")
    typed = {"name": "Quay Café", "phone": "01632 960222", "who_for": "Everybody", "topics": ["food"]}
    page = form.submit("Save this service", **(typed | values))
    assert said in page.text
    assert page.soup.select_one(".govuk-error-summary") is not None
    fields = page.fields("Save this service")
    assert fields["who_for"] == "Everybody"
    assert fields["topics"] == "food"
    for name, value in values.items():
        assert name == "review_months" or fields[name].replace("\r\n", "\n").strip() == value.strip()


def test_change_check_hide_remove_and_back(app: Flask, staff: PageClient, world: World, food_bank: UUID) -> None:
    with app.app_context():
        say_wrong(db.session(), world.programme_id, food_bank, SupportFault.PHONE, said_from="here")
        db.session.commit()
    page = staff.get(ROOM)
    assert "A reader says it is wrong" in page.text
    page = page.click("Ely Food Bank")
    assert "The phone number" in page.text
    page = page.click("Change it").submit("Save this service", phone="01632 960333")
    assert "People see it like this now." in page.text
    assert "A reader says" not in page.text
    with app.app_context():
        assert db.session.scalars(select(SupportReport)).one().settled_at is not None
    page = page.submit("All of it is right today")
    assert "checked today" in page.text
    page = page.submit("Hide it")
    staff.get(f"{PUBLIC}/{food_bank}", status=404)
    changed = page.click("Change it").submit("Save this service", phone="01632 960333")
    assert "Saved. Nobody finds it yet." in changed.text
    page = page.submit("Show it again")
    assert "01632 960333" in staff.get(f"{PUBLIC}/{food_bank}").text
    page = page.submit("Remove it")
    staff.get(f"{PUBLIC}/{food_bank}", status=404)
    assert "Ely Food Bank" not in staff.get(ROOM).text
    assert "Ely Food Bank" in staff.get(f"{ROOM}?show=removed").text
    page.submit("Put it back")
    assert "01632 960333" in staff.get(f"{PUBLIC}/{food_bank}").text


def test_another_organisation_s_entry_is_not_there(app: Flask, staff: PageClient, world: World) -> None:
    theirs = add(app, world.programme_id, world.other_organisation_id)
    programmes = add(app, world.programme_id, None)
    token = staff.get(f"{ROOM}/new").fields("Save this service")
    for entry in (theirs, programmes, uuid4()):
        for path in ("", "/change"):
            staff.get(f"{ROOM}/{entry}{path}", status=404)
        for path in ("/reviewed", "/shown", "/removed", "/change"):
            staff.post(f"{ROOM}/{entry}{path}", token | {"name": "Mine", "phone": "111111"}, status=404)
    staff.post(f"{ROOM}/new", token | {"name": "Mine", "phone": "111111", "new_id": str(theirs)}, status=404)
    assert "Ely Food Bank" not in staff.get(ROOM).text


def test_an_organisation_does_not_make_itself_a_helpline(staff: PageClient, food_bank: UUID) -> None:
    page = staff.get(f"{ROOM}/{food_bank}/change")
    assert "is_helpline" not in page.fields("Save this service")
    page.submit("Save this service", is_helpline="y")
    assert staff.get(PUBLIC).soup.select('a[href="tel:01632960111"]') == []


def test_the_programme_keeps_them_all(app: Flask, world: World, client: PageClient, food_bank: UUID) -> None:
    manager = world.sign_in(client, "manager")
    own = manager.get("/programme/support/new").submit(
        "Save this service", name="Fen Line", phone="0800 960960", is_helpline="y", always_open="y"
    )
    assert "Saved." in own.text
    listed = manager.get("/programme/support")
    assert "Riverside Trust." in listed.text
    assert "Helpline" in listed.text
    page = manager.get(f"/programme/support/{food_bank}/change").submit("Save this service", is_helpline="y")
    assert "Saved." in page.text
    found = manager.get(PUBLIC)
    assert found.soup.select('a[href="tel:0800960960"]')
    assert found.soup.select('a[href="tel:01632960111"]')
    # What the programme chose stays when the organisation changes something else.
    staff = world.sign_in(PageClient(app), "coordinator")
    staff.get(f"{ROOM}/{food_bank}/change").submit("Save this service", summary="Bread.")
    assert manager.get(PUBLIC).soup.select('a[href="tel:01632960111"]')


def test_looking_for_an_entry(app: Flask, staff: PageClient, world: World, food_bank: UUID) -> None:
    assert food_bank
    for number in range(21):
        add(app, world.programme_id, world.organisation_id, FOOD_BANK.__class__(f"Room {number}", phone="111"))
    page = staff.get(ROOM)
    assert "22 entries." in page.text
    assert page.click("More").path == ROOM
    assert "Ely Food Bank" in staff.get(f"{ROOM}?q=FOOD").text
    assert "No entry fits" in staff.get(f"{ROOM}?q=food%25&show=due").text
    staff.get(f"{ROOM}?page=9", status=404)
    staff.get(f"{ROOM}?show=zzz&page=x")
