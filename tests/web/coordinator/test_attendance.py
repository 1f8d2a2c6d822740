"""Who is here now, who forgot to sign out, and what a coordinator says about it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity, Attendance, AttendanceState, AttendanceWay, Forgotten
from timecredits.hours.attendances.attendance import AttendanceAnswer, sign_in_or_out
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.web.database import db

TEN = datetime(2026, 11, 24, 10, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ten() -> Iterator[None]:
    with standing_at(TEN):
        yield


@pytest.fixture
def here(garden_group: Garden) -> list[UUID]:
    """Stays of two people who came at ten."""
    return [come(garden_group, person) for person in garden_group.people[:2]]


def come(garden: Garden, volunteer_id: UUID) -> UUID:
    answer = garden.within(sign_in_or_out, volunteer_id, way=AttendanceWay.CODE, now=TEN)
    assert isinstance(answer, AttendanceAnswer)
    assert answer.attendance_id is not None
    return answer.attendance_id


def forget(garden: Garden, rule: Forgotten = Forgotten.LOOK) -> None:
    """Let the worker pass in the evening."""
    with garden.app.app_context():
        session = db.session()
        session.get_one(Activity, (garden.world.programme_id, garden.activity_id)).forgotten = rule
        with standing_at(TEN + timedelta(hours=8)):
            settle_forgotten(session, garden.world.programme_id, TEN + timedelta(hours=8))
        session.commit()


def states(app: Flask) -> list[AttendanceState]:
    with app.app_context():
        return sorted(db.session().scalars(select(Attendance.state)))


def test_nobody_is_here(staff: PageClient, garden_group: Garden) -> None:
    assert garden_group.people
    page = staff.get("/coordinator/attendance")
    assert "Nobody is signed in" in page.text
    assert "They did not sign out" not in page.text
    assert "Who is here" in staff.get("/coordinator/").text


@pytest.mark.usefixtures("here")
def test_the_list_for_an_alarm(app: Flask, staff: PageClient) -> None:
    page = staff.get("/coordinator/attendance")
    assert "2 people are signed in." in page.text
    assert "Siân O'Neill-Wyn Since 10am" in page.text
    assert "Łukasz Żak Since 10am" in page.text
    assert "2 people are signed in" in staff.get("/coordinator/").text
    with standing_at(TEN + timedelta(hours=2)):
        done = page.submit("Sign out Siân O'Neill-Wyn")
    assert "Siân O'Neill-Wyn: 2 hours." in done.text
    assert states(app) == [AttendanceState.DONE, AttendanceState.HERE]
    with app.app_context():
        entry = db.session().scalars(select(HourEntry).where(HourEntry.done_on == TEN.date())).one()
        assert entry.recorded_by is not None


@pytest.mark.usefixtures("here")
def test_the_usual_time_in_one_tap(app: Flask, staff: PageClient, garden_group: Garden) -> None:
    forget(garden_group)
    home = staff.get("/coordinator/")
    assert "They did not sign out" in home.text
    page = home.click("They did not sign out")
    assert "2 people" not in page.text
    done = page.submit("Give 2 hours Siân O'Neill-Wyn")
    assert "Saved. 2 hours for Siân O'Neill-Wyn." in done.text
    assert states(app) == [AttendanceState.FORGOTTEN, AttendanceState.SETTLED]
    again = page.submit("Give 2 hours Siân O'Neill-Wyn")
    assert "This was settled before. Nothing was changed." in again.text


def test_another_length_needs_a_reason_and_keeps_what_was_typed(
    app: Flask, staff: PageClient, garden_group: Garden, here: list[UUID]
) -> None:
    forget(garden_group)
    page = staff.get(f"/coordinator/attendance/{here[0]}")
    assert page.fields("Save this")["hours"] == "2"
    for typed, sentence in (("2:40", "Say why, in a few words."), ("many", "Type hours like"), ("25", "Type hours like")):
        wrong = page.submit("Save this", hours=typed, reason="")
        assert sentence in wrong.text
        assert wrong.fields("Save this")["hours"] == typed
    done = page.submit("Save this", hours="2:40", reason="Stayed to lock up")
    assert "Saved. 2 hours 40 minutes for Siân O'Neill-Wyn." in done.text
    with app.app_context():
        entry = db.session().get_one(HourEntry, (garden_group.world.programme_id, here[0]))
        assert (entry.minutes, entry.note) == (160, "Stayed to lock up")
    assert staff.get(f"/coordinator/attendance/{here[0]}").heading == "Who is here"


def test_no_hours_with_a_reason(app: Flask, staff: PageClient, garden_group: Garden, here: list[UUID]) -> None:
    forget(garden_group)
    page = staff.get(f"/coordinator/attendance/{here[0]}")
    assert "Say why" in page.submit("Save this", hours="0", reason="").text
    assert "No hours for Siân O'Neill-Wyn this time." in page.submit("Save this", hours="0", reason="Only looked in").text
    assert states(app) == [AttendanceState.DROPPED, AttendanceState.FORGOTTEN]


@pytest.mark.usefixtures("here")
def test_set_times_are_flagged(staff: PageClient, garden_group: Garden) -> None:
    forget(garden_group, Forgotten.CREDIT)
    page = staff.get("/coordinator/attendance")
    assert "Given a set time" in page.text
    assert "2 hours" in page.text
    assert "Garden group" in page.click("See their hours Siân O'Neill-Wyn").text


def test_another_organisation_s_stay_is_not_there(app: Flask, world: World, garden_group: Garden, here: list[UUID]) -> None:
    forget(garden_group)
    other = world.sign_in(PageClient(app), "other_coordinator")
    assert "Siân" not in other.get("/coordinator/attendance").text
    token = other.get("/coordinator/kiosks").fields("Make this device a kiosk")["csrf_token"]
    for path in ("", "/usual", "/out"):
        theirs = other.post(f"/coordinator/attendance/{here[0]}{path}", {"csrf_token": token}, status=404)
        missing = other.post(f"/coordinator/attendance/{new_id()}{path}", {"csrf_token": token}, status=404)
        assert theirs.text == missing.text
    assert states(app) == [AttendanceState.FORGOTTEN] * 2


def test_what_the_rules_remark_on_is_shown(staff: PageClient, garden_group: Garden, here: list[UUID]) -> None:
    assert here
    more = NewHours(new_id(), garden_group.people[0], garden_group.activity_id, None, TEN.date(), 150)
    garden_group.within(record_hours, [more], source=HourSource.SINGLE, actor_id=None, today=TEN.date())
    page = staff.get("/coordinator/attendance")
    assert "Please look" not in page.text
    with standing_at(TEN + timedelta(hours=2)):
        page = page.submit("Sign out Siân O'Neill-Wyn")
    assert page.text.count("Siân O'Neill-Wyn has 2½ hours for this activity on that day already.") == 2
    assert "Please look" in page.text
