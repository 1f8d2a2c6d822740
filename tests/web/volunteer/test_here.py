"""The code on the wall, on a volunteer's own phone: scanned, tapped once, and too old a minute later."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.house.test_reading_grade import check_reading
from tests.page_client import PageClient
from tests.web.world import PASSWORD, World
from timecredits.foundation.clock import standing_at
from timecredits.foundation.time_steps import step_at
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance_codes import WallCode, encode
from timecredits.hours.models import HourEntry
from timecredits.network.models import Programme
from timecredits.web.database import db

TEN = datetime(2026, 11, 24, 10, 0, 5, tzinfo=UTC)


def later(**length: float) -> datetime:
    return TEN + timedelta(**length)


class Wall:
    """The screen on the wall, of one activity."""

    def __init__(self, app: Flask, programme_number: int, activity_id: UUID) -> None:
        self.app, self.number, self.activity_id = app, programme_number, activity_id

    def address(self, moment: datetime = TEN) -> str:
        code = WallCode(self.number, self.activity_id, None, step_at(moment))
        return f"/my/here/{encode(self.app.config['KEYRING'], code)}"


def make_wall(app: Flask, world: World, organisation_id: UUID, name: str = "Garden group") -> Wall:
    with app.app_context():
        session = db.session()
        activity = create_activity(session, world.programme_id, organisation_id, ActivityFacts(name), actor_id=None)
        number = session.get_one(Programme, world.programme_id).number
        session.commit()
        return Wall(app, number, activity.id)


@pytest.fixture(autouse=True)
def ten() -> Iterator[None]:
    with standing_at(TEN):
        yield


@pytest.fixture
def wall(app: Flask, world: World) -> Wall:
    return make_wall(app, world, world.organisation_id)


@pytest.fixture
def phone(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "volunteer")


def stays(app: Flask) -> list[Attendance]:
    with app.app_context():
        return list(db.session().scalars(select(Attendance).order_by(Attendance.came_at)))


def test_in_and_out_with_one_tap_each(app: Flask, phone: PageClient, wall: Wall) -> None:
    page = phone.get(wall.address())
    assert page.heading == "Sign in here"
    assert "nearest quarter of an hour" in page.text
    page = page.submit("I am here")
    assert "Welcome. You are signed in." in page.text
    assert "You are signed in since 10am" in page.text
    left = later(minutes=112)
    with standing_at(left):
        page = phone.get(wall.address(left))
        assert page.heading == "Sign out here"
        assert "1 hour 52 minutes" in page.text
        assert "1¾ hours" in page.text, "what counts is said before it counts"
        page = page.submit("I am leaving")
        assert "recorded as 1¾ hours." in page.text
    (stay,) = stays(app)
    assert (stay.state, stay.came_by, stay.left_by) == (AttendanceState.DONE, AttendanceWay.WALL, AttendanceWay.WALL)


def test_looking_alone_records_nothing(app: Flask, phone: PageClient, wall: Wall) -> None:
    for _ in range(3):
        phone.get(wall.address())
    assert stays(app) == []
    assert "You are not signed in anywhere" in phone.get("/my/here").text


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (54, True), (55, False)])
def test_a_picture_sent_to_a_friend_is_good_for_a_minute_at_most(
    phone: PageClient, wall: Wall, seconds: int, *, good: bool
) -> None:
    code = wall.address(TEN)  # its step began five seconds ago
    with standing_at(later(seconds=seconds)):
        page = phone.get(code)
    assert page.heading == ("Sign in here" if good else "This code is too old")
    if not good:
        assert "Nothing was recorded" in page.text
        assert "Scan the one on the wall again." in page.text


def test_a_tap_counts_from_the_moment_of_the_scan_for_ten_minutes(app: Flask, phone: PageClient, wall: Wall) -> None:
    page = phone.get(wall.address())
    with standing_at(later(minutes=9)):
        assert phone.get(wall.address()).heading == "Sign in here", "loaded again, it is the same scan"
        page.submit("I am here")
    (stay,) = stays(app)
    assert stay.came_at == TEN


def test_later_than_ten_minutes_is_too_late(app: Flask, phone: PageClient, wall: Wall) -> None:
    page = phone.get(wall.address())
    with standing_at(later(minutes=10)):
        assert page.submit("I am here").heading == "This code is too old"
    assert stays(app) == []


def test_a_scan_is_good_for_one_tap(app: Flask, phone: PageClient, wall: Wall) -> None:
    page = phone.get(wall.address())
    page.submit("I am here")
    assert page.submit("I am here").heading == "This code is too old"
    assert len(stays(app)) == 1


def test_who_must_sign_in_first_loses_nothing(app: Flask, client: PageClient, world: World, wall: Wall) -> None:
    page = client.get(wall.address())
    assert page.heading == "Sign in"
    with standing_at(later(minutes=4)):
        page = client.get("/sign-in/password").submit("Sign in", email=world.emails["volunteer"], password=PASSWORD)
        assert page.heading == "Sign in here"
        page.submit("I am here")
    (stay,) = stays(app)
    assert stay.came_at == TEN


def test_signing_in_with_a_code_that_was_old_already_helps_nobody(
    app: Flask, client: PageClient, world: World, wall: Wall
) -> None:
    with standing_at(later(minutes=2)):
        client.get(wall.address())
        world.sign_in(client, "volunteer")
        assert client.get(wall.address()).heading == "This code is too old"
    assert stays(app) == []


def test_a_scan_does_not_outlast_signing_out(client: PageClient, world: World, wall: Wall) -> None:
    world.sign_in(client, "volunteer").get(wall.address())
    client.get("/my/").submit("Sign out")
    with client.http.session_transaction() as browser:
        assert "wall_scan" not in browser


def test_a_code_of_nobody_is_no_page(app: Flask, phone: PageClient, world: World, wall: Wall) -> None:
    good = wall.address()
    other_programme = Wall(app, wall.number + 1, wall.activity_id).address()
    unknown = Wall(app, wall.number, world.venue_id).address()
    for path in (good[:-1] + ("A" if good[-1] != "A" else "Q"), "/my/here/nonsense", other_programme, unknown):
        phone.get(path, status=404)


def test_somebody_of_elsewhere_is_told_to_ask(app: Flask, phone: PageClient, world: World) -> None:
    there = make_wall(app, world, world.other_organisation_id, "Lunch club")
    page = phone.get(there.address())
    assert "You are not on the list here yet" in page.text
    assert page.soup.select_one("main form") is None


def test_changing_over_is_said_before_it_is_done(app: Flask, phone: PageClient, world: World, wall: Wall) -> None:
    lunch = make_wall(app, world, world.organisation_id, "Lunch club")
    phone.get(wall.address()).submit("I am here")
    moment = later(minutes=60)
    with standing_at(moment):
        page = phone.get(lunch.address(moment))
        assert "You are still signed in to Garden group." in page.text
        assert "We signed you out of the one before." in page.submit("I am here").text
    assert [stay.state for stay in stays(app)] == [AttendanceState.DONE, AttendanceState.HERE]


def test_leaving_at_once_gives_no_hours_and_says_so(app: Flask, phone: PageClient, wall: Wall) -> None:
    phone.get(wall.address()).submit("I am here")
    moment = later(minutes=5)
    with standing_at(moment):
        page = phone.get(wall.address(moment))
        assert "No hours: too short" in page.text
        assert "No hours were added." in page.submit("I am leaving").text
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(HourEntry)) == 0


def test_a_form_that_says_neither_is_turned_away(app: Flask, phone: PageClient, wall: Wall) -> None:
    page = phone.get(wall.address())
    phone.post("/my/here", {**page.fields("I am here"), "doing": "both"}, status=400)
    assert stays(app) == []


@pytest.mark.parametrize("who", ["coordinator", "venue_manager", "manager"])
def test_staff_sign_nobody_in_here(app: Flask, world: World, wall: Wall, who: str) -> None:
    world.sign_in(PageClient(app), who).get(wall.address(), status=403)


def test_its_pages_are_easy_to_read(phone: PageClient, wall: Wall) -> None:
    check_reading(phone, [wall.address(), wall.address(later(minutes=-5)), "/my/here"])
