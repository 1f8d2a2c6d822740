"""The people who can speak for a volunteer, as pages."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import PageClient
from tests.real.smtp import MailServer
from tests.web.asked import ANA, SAVE, add_referee, link
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.journey.one_time_links import Question
from timecredits.journey.planning_models import Consent, Referee
from timecredits.web.database import db


@pytest.fixture
def other(app: Flask, world: World) -> PageClient:
    """A browser in which another volunteer is signed in."""
    return world.sign_in(PageClient(app), "other_volunteer")


def rows(app: Flask) -> list[Referee]:
    with app.app_context():
        return list(db.session.scalars(select(Referee).where(Referee.removed_at.is_(None))))


def test_an_empty_list_says_how_to_begin(me: PageClient) -> None:
    page = me.get("/my/referees")
    assert "Nobody here yet" in page.text
    assert page.click("Add a person").heading == "Add somebody who can speak for you"


def test_somebody_of_the_staff_is_two_taps(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/referees/add")
    assert "Riverside Trust" in page.text
    assert "coordinator@example.org" not in page.response.text
    page = page.submit("Add Coordinator")
    assert "Added. Now ask them if they agree." in page.text
    assert "coordinator@example.org" not in page.response.text
    assert [(row.user_id, row.organisation_id) for row in rows(app)] == [(world.users["coordinator"], world.organisation_id)]
    assert "Please ask" in me.get("/my/referees").text
    assert "Add Coordinator" not in me.get("/my/referees/add").text
    page = page.submit("Ask Coordinator")
    assert "Sent. We asked them by email." in page.text


def test_a_double_tap_adds_somebody_once(me: PageClient, app: Flask) -> None:
    page = me.get("/my/referees/add")
    page.submit("Add Coordinator")
    page.submit("Add Coordinator")
    form = me.get("/my/referees/new")
    form.submit(SAVE, **ANA)
    form.submit(SAVE, **ANA)
    assert len(rows(app)) == 2


def test_nobody_from_elsewhere_is_added_by_a_changed_form(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/referees/add")
    wrong = {"user_id": str(world.users["other_coordinator"]), "organisation_id": str(world.other_organisation_id)}
    page.submit("Add Coordinator", status=404, **wrong)
    page.submit("Add Coordinator", status=404, user_id="nobody")
    assert rows(app) == []


def test_month_and_year_are_enough(me: PageClient, app: Flask) -> None:
    page = add_referee(me, known_until=["", "2", "2024"], at_org_until=["", "", ""])
    assert "Known since 1 March 2020" in page.text
    assert "In touch until 29 February 2024" in page.text
    assert "Still there" in page.text
    [row] = rows(app)
    change = me.get(f"/my/referees/{row.id}/change")
    assert change.fields(SAVE)["known_since"] == ["1", "3", "2020"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Type their name"),
        ({"relation": None}, "Choose how they know you"),
        ({"relation": "enemy"}, "Choose how they know you"),
        ({"known_since": ["", "", ""]}, "month and year when it began"),
        ({"known_since": ["31", "2", "2020"]}, "Type a day that exists"),
        ({"known_since": ["", "13", "2020"]}, "Type a day that exists"),
        ({"known_since": ["", "x", "y"]}, "Type a day that exists"),
        ({"known_since": ["", "1", "99999"]}, "has not come yet"),
        ({"known_until": ["", "13", "2021"]}, "Type a day that exists"),
        ({"known_until": ["", "1", "2019"]}, "can not end before it began"),
        ({"email": "nobody"}, "Type one email address"),
        ({"email": "volunteer+me@example.org"}, "This is your own email address"),
        ({"phone": "later"}, "Type a phone number"),
    ],
)
def test_a_slip_is_said_and_loses_nothing(me: PageClient, app: Flask, wrong: dict[str, object], words: str) -> None:
    page = add_referee(me, **wrong)
    assert words in page.text
    kept = page.fields(SAVE)
    for name, value in (ANA | wrong).items():
        if name != "relation":
            assert kept[name] == value
    assert rows(app) == []


def test_family_is_kept_but_told_plainly(me: PageClient) -> None:
    assert "Most employers do not accept them." in me.get("/my/referees/new").text
    assert "Most employers do not accept a friend or family" in add_referee(me, relation="family").text


def test_the_link_that_is_mailed_opens_the_question(me: PageClient, app: Flask, mail_server: MailServer) -> None:
    app.config["MAIL_URL"] = mail_server.url
    page = add_referee(me).submit("Ask Ana Silva")
    assert "Asked on" in page.text
    assert "We wait for their answer." in page.text
    letter = mail_server.wait_for("ana@college.example")
    assert "Ana" not in letter["Subject"]
    assert "Siân" not in letter["Subject"]
    address = next(line for line in letter.get_content().splitlines() if "/r/" in line)
    path = urlsplit(address).path
    assert path == link(app, Question.CONSENT)
    assert PageClient(app).get(path).heading == "Can you be named as a referee?"


def test_asking_twice_is_refused_in_words(me: PageClient, app: Flask) -> None:
    page = add_referee(me)
    page.submit("Ask Ana Silva")
    again = page.submit("Ask Ana Silva")  # the page as it stood before
    assert "You can ask again on" in again.text
    [row] = rows(app)
    assert row.consent is Consent.PENDING


def test_without_any_way_to_reach_them_the_page_says_what_to_do(me: PageClient) -> None:
    page = add_referee(me, email="")
    assert "We have no way to reach them." in page.text
    page = page.click("Add an email or a number").submit(SAVE, phone="01632 960123")
    assert "Coordinators of every group you are with then see this name and number." in page.text
    page = page.submit("Ask my coordinator to ring")
    assert "Coordinators of your groups can see their name and number now." in page.text
    assert "They note the answer here." in page.text


def test_a_name_that_changes_is_asked_anew(me: PageClient, app: Flask) -> None:
    page = add_referee(me).submit("Ask Ana Silva")
    old = link(app, Question.CONSENT)
    form = page.click("Change")
    assert "If you change anything but the phone number, their old link and answer stop." in form.text
    page = form.submit(SAVE, name="Olga Silva")
    assert "You can ask them again a week after the last mail." in page.text
    assert "You can ask again on" in page.text
    PageClient(app).get(old, status=404)
    page = page.click("Change").submit(SAVE, email="olga@college.example")
    page = page.submit("Ask Olga Silva").click("Change").submit(SAVE, email="other@college.example")
    assert "Please ask them again." in page.text
    PageClient(app).get(old, status=404)


def test_staff_are_not_changed_by_typing(me: PageClient, app: Flask) -> None:
    me.get("/my/referees/add").submit("Add Coordinator")
    [row] = rows(app)
    page = me.get(f"/my/referees/{row.id}/change")
    assert "This can not be changed." in page.text
    assert "This comes from our records." in page.text


def test_taken_off_the_list_they_are_gone(me: PageClient, app: Flask) -> None:
    page = add_referee(me).submit("Ask Ana Silva")
    path = link(app, Question.CONSENT)
    page = page.submit("Take them off now")
    assert "Taken off your list." in page.text
    assert "Ana" not in page.text
    PageClient(app).get(path, status=404)
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Referee.email != "")) == 0


def test_another_volunteer_finds_nobody(me: PageClient, other: PageClient, app: Flask) -> None:
    add_referee(me)
    [row] = rows(app)
    csrf = other.get("/my/referees/new").fields(SAVE)["csrf_token"]
    for key in (row.id, new_id()):
        for path in ("", "/change"):
            other.get(f"/my/referees/{key}{path}", status=404)
        for act in ("ask", "ring", "remove", "change"):
            other.post(f"/my/referees/{key}/{act}", {"csrf_token": csrf}, status=404)
    assert "Nobody here yet" in other.get("/my/referees").text
    assert len(rows(app)) == 1


def test_no_name_stands_in_a_title_or_an_address(me: PageClient) -> None:
    page = add_referee(me)
    assert UUID(page.path.rpartition("/")[2])
    title = page.soup.select_one("title")
    assert title is not None
    assert "Ana" not in title.get_text()
