"""Time at other places, as pages."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.asked import SAVE_PLACE, SHOP, add_place, link
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.journey.one_time_links import Question
from timecredits.journey.planning_models import SpellElsewhere, SpellState
from timecredits.web.database import db


def rows(app: Flask) -> list[SpellElsewhere]:
    with app.app_context():
        return list(db.session.scalars(select(SpellElsewhere).where(SpellElsewhere.removed_at.is_(None))))


def confirm(app: Flask, button: str = "Yes, this is right") -> str:
    contact = PageClient(app)
    return contact.get(link(app, Question.CONFIRMATION)).submit(button, name="Bo Lind", role="Manager").text


def test_a_place_is_told_and_shown_as_told(me: PageClient, app: Flask) -> None:
    assert "No other places yet" in me.get("/my/elsewhere").text
    page = add_place(me)
    assert "You told us this" in page.text
    assert "From 4 January 2021" in page.text
    assert "To 30 June 2022" in page.text
    assert "100 hours" in page.text
    [row] = rows(app)
    assert (row.minutes, row.state) == (6000, SpellState.DECLARED)
    assert "Shop helper" in me.get("/my/elsewhere").text
    assert me.get(f"/my/elsewhere/{row.id}/change").fields(SAVE_PLACE)["hours"] == "100"


def test_it_may_still_go_on_and_the_hours_may_stay_unsaid(me: PageClient, app: Flask) -> None:
    page = add_place(me, last_day=["", "", ""], hours="", contact_email="")
    assert "To Still going on" in page.text
    assert "Add their email" in page.text
    assert rows(app)[0].minutes is None


@pytest.mark.parametrize(("typed", "minutes"), [("1,5", 90), ("2 hours", 120), ("7.25h", 435), ("100000", 6_000_000)])
def test_hours_are_read_as_people_type_them(me: PageClient, app: Flask, typed: str, minutes: int) -> None:
    add_place(me, hours=typed, first_day=["1", "1", "1990"], last_day=["", "", ""])
    assert rows(app)[0].minutes == minutes


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"organisation_name": " "}, "Type where it was"),
        ({"role": ""}, "Type what you did there"),
        ({"first_day": ["", "", ""]}, "month and year when it began"),
        ({"first_day": ["", "0", "2020"]}, "Type a day that exists"),
        ({"last_day": ["1", "1", "2020"]}, "can not end before it began"),
        ({"last_day": ["1", "1", "2999"]}, "has not come yet"),
        ({"hours": "many"}, "Type a number of hours"),
        ({"hours": "0"}, "Type a number of hours"),
        ({"hours": "-5"}, "Type a number of hours"),
        ({"hours": "²"}, "Type a number of hours"),
        ({"hours": "9999999"}, "Type a number of hours"),
        ({"hours": "99999"}, "more hours than these days have"),
        ({"contact_email": "bo"}, "Type one email address"),
        ({"contact_email": "Volunteer@example.org"}, "This is your own email address"),
    ],
)
def test_a_slip_is_said_and_loses_nothing(me: PageClient, app: Flask, wrong: dict[str, object], words: str) -> None:
    page = add_place(me, **wrong)
    assert words in page.text
    kept = page.fields(SAVE_PLACE)
    for name, value in (SHOP | wrong).items():
        assert kept[name] == value
    assert rows(app) == []


def test_a_confirmed_place_is_locked(me: PageClient, app: Flask) -> None:
    page = add_place(me).submit("Ask them to confirm it")
    assert "Sent. We asked them by email." in page.text
    assert "There is nothing more to do." in confirm(app)
    page = me.get(page.path)
    assert "Confirmed by Bo Lind, Manager" in page.text
    assert "bo@books.example" not in page.response.text
    assert "so it can not change" in me.get(f"{page.path}/change").text
    page = page.submit("Take it away now")
    assert "Taken away." in page.text
    assert rows(app) == []


def test_a_no_is_said_plainly_to_the_volunteer(me: PageClient, app: Flask) -> None:
    page = add_place(me).submit("Ask them to confirm it")
    confirm(app, "No, it is not right")
    page = me.get(page.path)
    assert "The person you named said that this is not right. Only you see that." in page.text
    assert "We do not ask that person again, for any place." in page.text
    page = page.click("Change").submit(SAVE_PLACE, last_day=["31", "5", "2022"], contact_email="cy@books.example")
    assert "Please ask again" in page.text
    assert "You told us this" in page.text


def test_a_change_stops_the_link(me: PageClient, app: Flask) -> None:
    page = add_place(me).submit("Ask them to confirm it")
    path = link(app, Question.CONFIRMATION)
    assert "the link that we sent stops" in page.click("Change").text
    page.click("Change").submit(SAVE_PLACE, role="Manager")
    PageClient(app).get(path, status=404)


def test_asking_twice_is_refused_in_words(me: PageClient) -> None:
    page = add_place(me)
    page.submit("Ask them to confirm it")
    assert "You can ask again on" in page.submit("Ask them to confirm it").text


def test_a_double_save_adds_once(me: PageClient, app: Flask) -> None:
    page = me.get("/my/elsewhere/new")
    page.submit(SAVE_PLACE, **SHOP)
    page.submit(SAVE_PLACE, **SHOP)
    assert len(rows(app)) == 1


def test_another_volunteer_finds_no_place(me: PageClient, app: Flask, world: World) -> None:
    add_place(me)
    [row] = rows(app)
    other = world.sign_in(PageClient(app), "other_volunteer")
    csrf = other.get("/my/elsewhere/new").fields(SAVE_PLACE)["csrf_token"]
    for key in (row.id, new_id()):
        for path in ("", "/change"):
            other.get(f"/my/elsewhere/{key}{path}", status=404)
        for act in ("ask", "remove", "change"):
            other.post(f"/my/elsewhere/{key}/{act}", {"csrf_token": csrf}, status=404)
    assert len(rows(app)) == 1
