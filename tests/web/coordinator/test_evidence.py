"""Gaps and calls: noting that one saw something, and what a referee said on the phone."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.asked import add_referee
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.planning_models import Consent, GapEvidence, Referee
from timecredits.web.database import db

SAVE = "Save that you saw it"


@pytest.fixture
def gaps(world: World) -> str:
    return f"/coordinator/people/{world.volunteer_id}/gaps"


@pytest.fixture
def ringing(app: Flask, world: World) -> None:
    """The volunteer asked for a call."""
    me = world.sign_in(PageClient(app), "volunteer")
    add_referee(me, email="", phone="01632 960123").submit("Ask my coordinator to ring")


def parts(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def note(staff: PageClient, gaps: str, **values: object) -> Page:
    days = {"first_day": ["1", "3", "2025"], "last_day": ["30", "6", "2025"]}
    return staff.get(f"{gaps}/new").submit(SAVE, **(days | values))


def rows(app: Flask) -> list[GapEvidence]:
    with app.app_context():
        return list(db.session.scalars(select(GapEvidence)))


def test_from_the_person_s_page_to_noted(staff: PageClient, world: World, app: Flask, gaps: str) -> None:
    person = staff.get(f"/coordinator/people/{world.volunteer_id}")
    page = person.click("See and note gaps").click("Note that you saw something")
    assert "There is no place to write what it was" in page.text
    assert page.fields(SAVE)["seen_on"] == parts(clock.today())
    assert not page.soup.select("main textarea")
    page = note(staff, gaps)
    assert "1 March 2025 to 30 June 2025" in page.text
    assert "Seen by Coordinator on" in page.text
    assert "1 March 2025 to 30 June 2025" in staff.get(person.path).text
    assert len(rows(app)) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"last_day": ["28", "2", "2025"]}, "The last day can not be before the first."),
        ({"first_day": ["", "", ""]}, "Type a day that exists"),
        ({"first_day": ["31", "2", "2025"]}, "Type a day that exists"),
        ({"last_day": parts(clock.today() + timedelta(days=1))}, "has not come yet"),
        ({"first_day": ["1", "1", "1900"]}, "too long ago"),
    ],
)
def test_a_slip_is_said_and_loses_nothing(
    staff: PageClient, app: Flask, gaps: str, wrong: dict[str, list[str]], words: str
) -> None:
    page = note(staff, gaps, **wrong)
    assert words in page.text
    assert page.fields(SAVE)["first_day"] == wrong.get("first_day", ["1", "3", "2025"])
    assert rows(app) == []


def test_it_can_be_undone(staff: PageClient, app: Flask, gaps: str) -> None:
    page = note(staff, gaps).submit("Undo 1 March 2025 to 30 June 2025")
    assert "Undone. It no longer counts." in page.text
    assert "Nothing noted yet" in page.text
    assert "1 note was undone." in page.text
    assert rows(app)[0].ended_at is not None


@pytest.mark.usefixtures("ringing")
def test_a_call_waits_on_the_home_page(staff: PageClient, gaps: str) -> None:
    assert staff.get("/coordinator/").click("Ring somebody for Siân O'Neill-Wyn").path == gaps


@pytest.mark.parametrize(("button", "consent"), [("They agreed", Consent.GIVEN), ("They said no", Consent.DECLINED)])
@pytest.mark.usefixtures("ringing")
def test_staff_ring_and_note_the_answer(
    staff: PageClient, world: World, app: Flask, gaps: str, button: str, consent: Consent
) -> None:
    assert "1 person to ring for them." in staff.get(f"/coordinator/people/{world.volunteer_id}").text
    page = staff.get(gaps)
    assert "01632 960123" in page.text
    page = page.submit(f"{button} Ana Silva")
    assert "Ana Silva" not in page.text
    with app.app_context():
        assert db.session.scalars(select(Referee)).one().consent is consent
    theirs = world.sign_in(PageClient(app), "volunteer").get("/my/referees").click("Ana Silva")
    assert ("Coordinator noted it on" in theirs.text) == (consent is Consent.GIVEN)


def test_a_referee_nobody_asked_staff_to_ring_is_not_there(staff: PageClient, world: World, app: Flask, gaps: str) -> None:
    add_referee(world.sign_in(PageClient(app), "volunteer"), phone="01632 960123")
    page = staff.get(gaps)
    assert "Ana Silva" not in page.response.text
    with app.app_context():
        referee = db.session.scalars(select(Referee.id)).one()
    csrf = staff.get(f"{gaps}/new").fields(SAVE)["csrf_token"]
    for key in (referee, new_id()):
        path = f"/coordinator/people/{world.volunteer_id}/referees/{key}/answer"
        staff.post(path, {"csrf_token": csrf, "answer": "yes"}, status=404)


@pytest.mark.usefixtures("ringing")
def test_staff_see_a_name_and_a_number_and_a_double_tap_is_quiet(staff: PageClient, app: Flask, gaps: str) -> None:
    page = staff.get(gaps)
    assert "Ana Silva" in page.text
    for hidden in ("Ely College", "Tutor"):
        assert hidden not in page.text
    with app.app_context():
        key = db.session.scalars(select(Referee.id)).one()
    path, csrf = f"{gaps.removesuffix('/gaps')}/referees/{key}/answer", staff.get(f"{gaps}/new").fields(SAVE)["csrf_token"]
    for odd in ({}, {"answer": "perhaps"}):
        assert "Choose what they said. Nothing was saved." in staff.post(path, {"csrf_token": csrf, **odd}).text
    assert rows_consent(app) is Consent.PENDING
    page.submit("They agreed Ana Silva")
    assert "Saved. They agreed." in page.submit("They said no Ana Silva").text
    assert rows_consent(app) is Consent.GIVEN


def rows_consent(app: Flask) -> Consent:
    with app.app_context():
        return db.session.scalars(select(Referee.consent)).one()


@pytest.mark.usefixtures("ringing")
def test_another_organisation_s_staff_see_none_of_it(staff: PageClient, world: World, app: Flask, gaps: str) -> None:
    note(staff, gaps)
    key = rows(app)[0].id
    other = world.sign_in(PageClient(app), "other_coordinator")
    other.get(gaps, status=404)
    other.get(f"{gaps}/new", status=404)
    csrf = other.get(f"/coordinator/people/{world.other_volunteer_id}/gaps/new").fields(SAVE)["csrf_token"]
    for each in (key, new_id()):
        other.post(f"/coordinator/gaps/{each}/end", {"csrf_token": csrf}, status=404)
    assert rows(app)[0].ended_at is None
