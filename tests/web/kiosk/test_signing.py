"""The kiosk's page without JavaScript, and the fragment that the one with JavaScript asks for."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.kiosk.conftest import TEN
from tests.web.world import World
from timecredits.foundation.clock import standing_at
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import Attendance, AttendanceWay
from timecredits.hours.attendances.kiosk_numbers import MOST_MISSES
from timecredits.hours.models import HourEntry
from timecredits.network.settings import Rest, change_setting
from timecredits.spending.models import CodeUse
from timecredits.web.database import db

BUTTON = "Sign in or out"


def typed_code(phone: PageClient) -> str:
    shown = phone.get("/my/code").soup.select_one(".tc-plate__typed")
    assert shown is not None
    return shown.get_text()


def use(kiosk: PageClient, code: str, letter: str = "", path: str = "/kiosk") -> Page:
    return kiosk.get(path).submit(BUTTON, code=code, letter=letter)


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def add_activity(app: Flask, world: World, name: str) -> None:
    with app.app_context():
        create_activity(db.session(), world.programme_id, world.organisation_id, ActivityFacts(name), actor_id=None)
        db.session.commit()


def test_only_this_page_may_use_the_camera(kiosk: PageClient) -> None:
    assert "camera=(self)" in kiosk.get("/kiosk").response.headers["Permissions-Policy"]
    assert "camera=()" in kiosk.get("/kiosk/wall").response.headers["Permissions-Policy"]


def test_a_code_signs_in_and_out_and_is_not_used_up(app: Flask, kiosk: PageClient, phone: PageClient) -> None:
    page = use(kiosk, typed_code(phone))
    assert "Welcome. You are signed in." in page.text
    assert "Siân O." in page.text
    assert "Neill" not in page.response.text
    assert "Garden group, since 10am." in page.text
    assert page.fields(BUTTON)["code"] == ""
    with standing_at(TEN + timedelta(minutes=112)):
        page = use(kiosk, typed_code(phone))
    assert "Thank you. You are signed out." in page.text
    assert "1 hour 52 minutes, recorded as 1¾ hours." in page.text
    assert count(app, HourEntry) == 1
    assert count(app, CodeUse) == 0
    with app.app_context():
        assert db.session().scalars(select(Attendance.came_by)).one() is AttendanceWay.CODE


def test_somebody_without_credits_has_a_code_for_the_kiosk(phone: PageClient) -> None:
    page = phone.get("/my/code")
    assert page.soup.select_one(".tc-plate") is not None
    assert "You have no credits yet." in page.text


@pytest.mark.parametrize("number", ["V1", " v1 "])
@pytest.mark.parametrize("letter", ["S", "s", "Siân"])
def test_a_number_and_the_first_letter_sign_in(kiosk: PageClient, number: str, letter: str) -> None:
    assert "Welcome. You are signed in." in use(kiosk, number, letter).text


@pytest.mark.parametrize(("number", "letter"), [("V1", "L"), ("V2", "S"), ("", "S"), ("V1" * 30, "S"), ("V1", "'"), ("V1", "1")])
def test_a_wrong_pair_says_nothing_of_either(app: Flask, kiosk: PageClient, number: str, letter: str) -> None:
    page = use(kiosk, number, letter)
    assert "Nothing was recorded." in page.text
    assert "Siân" not in page.text
    assert count(app, Attendance) == 0
    if len(number) < 5:
        assert page.fields(BUTTON)["code"] == number


def test_too_many_wrong_numbers_pause_typing_and_not_the_camera(app: Flask, kiosk: PageClient, phone: PageClient) -> None:
    for _ in range(MOST_MISSES):
        assert "That did not work." in use(kiosk, "V1", "X").text
    assert "Too many did not work." in use(kiosk, "V1", "S").text
    assert count(app, Attendance) == 0
    assert "Welcome." in use(kiosk, typed_code(phone)).text


def test_a_second_scan_within_a_minute_does_nothing(app: Flask, kiosk: PageClient) -> None:
    use(kiosk, "V1", "S")
    with standing_at(TEN + timedelta(seconds=40)):
        assert "You are signed in already." in use(kiosk, "V1", "S").text
    assert count(app, Attendance) == 1


def test_time_is_said_to_be_rounded_before_it_counts(app: Flask, kiosk: PageClient, world: World) -> None:
    assert "nearest quarter of an hour" in kiosk.get("/kiosk").text
    for step, words in ((30, "nearest half hour"), (1, "to the minute")):
        with app.app_context():
            change_setting(db.session(), world.programme_id, "attendance_rounding", step, actor_id=None)
            db.session.commit()
        assert words in kiosk.get("/kiosk").text


def test_an_old_code_is_told_so(kiosk: PageClient, phone: PageClient) -> None:
    code = typed_code(phone)
    with standing_at(TEN + timedelta(minutes=2)):
        assert "That code is too old. Nothing was recorded." in use(kiosk, code).text


def test_where_several_are_on_one_tap_chooses(app: Flask, kiosk: PageClient, world: World) -> None:
    add_activity(app, world, "Lunch club")
    page = use(kiosk, "V1", "S")
    assert "What are you here for?" in page.text
    assert count(app, Attendance) == 0
    place = page.soup.select("button[name=place]")
    assert {each.get_text(" ", strip=True) for each in place} == {"Garden group", "Lunch club"}
    done = page.submit("Lunch club")
    assert "Lunch club, since 10am." in done.text
    assert "You are signed in already." in page.submit("Lunch club").text


def test_a_choice_is_good_for_two_minutes_and_at_this_kiosk(app: Flask, kiosk: PageClient, world: World) -> None:
    add_activity(app, world, "Lunch club")
    page = use(kiosk, "V1", "S")
    fields = page.fields("Lunch club")
    kiosk.post("/kiosk/choose", {**fields, "place": "nonsense"})
    for changed in ({"who": "x"}, {"place": "nonsense"}, {"who": ""}):
        answer = kiosk.post("/kiosk/choose", {**fields, "place": str(uuid4()), **changed})
        assert "Nothing was recorded." in answer.text
    gone = kiosk.post("/kiosk/choose", {**fields, "place": str(uuid4())})
    assert "Nothing is on right now." in gone.text
    assert count(app, Attendance) == 0


def test_being_here_for_something_else(app: Flask, kiosk: PageClient, world: World) -> None:
    add_activity(app, world, "Lunch club")
    page = kiosk.get("/kiosk").click("I am here for something else")
    assert "Then choose what you are here for." in page.text
    assert "What are you here for?" in page.submit(BUTTON, code="V1", letter="S").text


def test_nothing_on_and_not_enrolled(app: Flask, kiosk: PageClient, world: World) -> None:
    stranger = world.sign_in(PageClient(app), "other_volunteer")
    assert "You are not on the list here yet." in use(kiosk, typed_code(stranger)).text
    assert "That did not work." in use(kiosk, "V1", "Ł").text, "a number of another organisation is no number here"


def test_nobody_s_name_stays(kiosk: PageClient) -> None:
    page = use(kiosk, "V1", "S")
    refresh = page.soup.select_one("noscript meta[http-equiv=refresh]")
    assert refresh is not None
    assert refresh["content"] == "15; url=/kiosk"
    assert page.link("Clear the screen") == "/kiosk"
    assert "Siân" not in kiosk.get("/kiosk").response.text


def test_the_fragment_is_the_answer_alone(kiosk: PageClient) -> None:
    fields = kiosk.get("/kiosk").fields(BUTTON)
    sent = {**fields, "code": "V1", "letter": "S"}
    response = kiosk.http.post("/kiosk/sign", data=sent, headers={"X-Fragment": "result"})
    part = BeautifulSoup(response.text, "html.parser")
    assert part.select_one("html") is None
    assert part.select_one("[data-answer] [data-result=done]") is not None


@pytest.mark.parametrize("code", ["", "ZZZZ 9999", "A" * 10_000, "TC1:" + "A" * 34, "\N{SNOWMAN}", "' OR 1=1"])
def test_odd_things_are_answered(app: Flask, kiosk: PageClient, code: str) -> None:
    assert "Nothing was recorded." in use(kiosk, code).text
    assert count(app, Attendance) == 0


def test_a_form_without_its_token_does_nothing(app: Flask, kiosk: PageClient) -> None:
    fields = kiosk.get("/kiosk").fields(BUTTON)
    kiosk.post("/kiosk/sign", {**fields, "code": "V1", "letter": "S", "csrf_token": "stale"}, status=400)
    assert count(app, Attendance) == 0
    assert kiosk.http.delete("/kiosk/sign").status_code == 405


@pytest.mark.parametrize(
    ("rest", "minutes", "said"),
    [
        (Rest.CARRY, 100, "1 hour 40 minutes. You earned 1 credit."),
        (Rest.CARRY, 20, "20 minutes. It counts towards your next credit."),
        (Rest.DROP, 20, "20 minutes. That is too short for a credit."),
        (Rest.CARRY, 60, "1 hour."),
    ],
)
def test_what_was_earned_is_said_where_it_is_not_the_time(
    app: Flask, world: World, kiosk: PageClient, phone: PageClient, rest: Rest, minutes: int, said: str
) -> None:
    with app.app_context():
        for name, value in (("credit_step", 60), ("credit_rest", rest), ("attendance_rounding", 1)):
            change_setting(db.session(), world.programme_id, name, value, actor_id=None)
        db.session.commit()
    use(kiosk, typed_code(phone))
    with standing_at(TEN + timedelta(minutes=minutes)):
        page = use(kiosk, typed_code(phone))
    assert f"You are signed out. {said}" in page.text
    assert ("credit" in page.text) is ("credit" in said)


def test_right_numbers_are_no_misses(kiosk: PageClient) -> None:
    for number in range(MOST_MISSES + 2):
        with standing_at(TEN + timedelta(seconds=20 * number)):
            assert "Too many did not work." not in use(kiosk, "V1", "S").text
