"""A volunteer logs hours, changes them, answers a question, and is told what became of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.volunteer.past import Past
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.hours.models import HourEntry, LoggedHours, LoggedStatus
from timecredits.hours.self_logged.approving import approve, mark_of
from timecredits.hours.self_logged.logged_decisions import ask, decline
from timecredits.network.models import SelfLog
from timecredits.network.self_log import set_self_log
from timecredits.web.database import db

SAVE, ANOTHER, CHANGE, SEND = "Save these hours", "Save and add another day", "Save the change", "Send again"
TODAY = clock.today()


class Rows:
    """What is stored of the volunteer's, and the coordinator's side of it."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world

    def all(self) -> list[LoggedHours]:
        with self.app.app_context():
            return list(db.session.scalars(select(LoggedHours).order_by(LoggedHours.done_on, LoggedHours.logged_at)))

    def staff(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self.app.app_context():
            answer = verb(
                db.session(),
                self.world.programme_id,
                self.world.organisation_id,
                *args,
                actor_id=self.world.users["coordinator"],
                **kwargs,
            )
            db.session.commit()
            return answer

    def ask(self, log_id: UUID) -> None:
        self.staff(ask, log_id, question="Was it <Monday>?", base_url="http://localhost")

    def approve(self, log: LoggedHours) -> None:
        self.staff(approve, {log.id: mark_of(log)}, today=TODAY)


@pytest.fixture
def rows(app: Flask, world: World, past: Past) -> Rows:
    assert past.activity_id
    return Rows(app, world)


def log(me: PageClient, **values: object) -> Page:
    return me.get("/my/hours/log").submit(SAVE, **({"hours": "2"} | values))


def day_parts(days_ago: int) -> list[str]:
    day = TODAY - timedelta(days=days_ago)
    return [str(day.day), str(day.month), str(day.year)]


def test_from_home_to_saved_in_three_taps_and_one_field(me: PageClient, rows: Rows) -> None:
    page = me.get("/my/").click("Log your hours").submit(SAVE, hours="2h30")
    assert "Saved. 2½ hours on" in page.text
    assert "wait for your coordinator." in page.text
    assert page.heading == "Hours you logged"
    [row] = rows.all()
    assert (row.minutes, row.done_on, row.status) == (150, TODAY, LoggedStatus.WAITING)
    assert "1 waits for your coordinator" in me.get("/my/").text


def test_one_more_day_keeps_the_activity_and_the_hours(me: PageClient, rows: Rows, past: Past) -> None:
    page = me.get("/my/hours/log").submit(ANOTHER, hours="10:00-12:30", activity=str(past.activity_id))
    fields = page.fields(SAVE)
    assert (fields["activity"], fields["hours"], fields["day"]) == (str(past.activity_id), "10:00-12:30", ["", "", ""])
    page.submit(SAVE, day=day_parts(1))
    assert [(row.minutes, row.starts) for row in rows.all()] == [(150, 600)] * 2


def test_a_night_is_logged_for_both_its_days(me: PageClient, rows: Rows) -> None:
    page = log(me, hours="22:00-01:30", day=day_parts(1))
    assert "2 hours on" in page.text
    assert "1½ hours on" in page.text
    assert [row.minutes for row in rows.all()] == [120, 90]


def test_sent_twice_is_logged_once(me: PageClient, rows: Rows) -> None:
    page = me.get("/my/hours/log")
    page.submit(SAVE, hours="2")
    assert "Saved already. Nothing was added twice." in page.submit(SAVE, hours="2").text
    assert len(rows.all()) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hours": ""}, "Type the hours first"),
        ({"hours": "a while"}, "Type hours like"),
        ({"hours": "9:00-5:00"}, "The end is before the start"),
        ({"hours": "2.30"}, "can mean two things"),
        ({"day": ["31", "2", "2026"]}, "Type a day that exists"),
        ({"day": ["1", "1", "2999"]}, "has not come yet"),
        ({"activity": "none"}, "Choose an activity"),
        ({"note": "x" * 501}, "at most 500"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    me: PageClient, rows: Rows, values: dict[str, object], words: str
) -> None:
    page = log(me, **({"note": "Rain"} | values))
    assert words in page.text
    assert page.soup.select_one(".govuk-error-summary a")
    fields = page.fields(SAVE)
    for name, value in ({"hours": "2", "note": "Rain"} | values).items():
        assert name == "activity" or fields[name] == value
    assert rows.all() == []


def test_the_same_hours_twice_are_remarked(me: PageClient, rows: Rows) -> None:
    log(me)
    assert "You have these hours twice" in log(me).text
    assert len(rows.all()) == 2


def test_waiting_hours_are_changed_and_taken_back(me: PageClient, rows: Rows) -> None:
    log(me, hours="10:00-12:00")
    page = me.get("/my/hours/logged").click("Garden group")
    assert page.fields(CHANGE)["hours"] == "10:00-12:00"
    assert "run past midnight" in page.submit(CHANGE, hours="22:00-01:00").text
    page = page.submit(CHANGE, hours="1:20", note="Left early")
    assert "Saved. Your coordinator sees this now." in page.text
    [row] = rows.all()
    assert (row.minutes, row.starts, row.note) == (80, None, "Left early")
    page = page.click("Garden group")
    assert page.fields(CHANGE)["hours"] == "1:20"
    assert "Taken back." in page.submit("Take these hours back").text
    assert "has been decided" in page.submit(CHANGE).text
    assert "You have not logged any hours" in me.get("/my/hours/logged").text


def test_a_question_is_seen_at_home_answered_and_sent_again(me: PageClient, rows: Rows) -> None:
    log(me)
    [row] = rows.all()
    rows.ask(row.id)
    home = me.get("/my/")
    assert "1 question about your hours." in home.text
    page = home.click("Read and answer").click("Answer")
    assert page.heading == "A question about your hours"
    assert "Was it <Monday>?" in page.text
    page = page.submit(SEND, answer="Yes, it was.", hours="1.5")
    assert "Sent. Your coordinator looks at it again." in page.text
    [row] = rows.all()
    assert (row.status, row.answer, row.minutes) == (LoggedStatus.WAITING, "Yes, it was.", 90)
    assert "question about" not in me.get("/my/").text


def test_what_was_decided_is_shown_with_the_reason(me: PageClient, rows: Rows) -> None:
    for days_ago in (1, 2):
        log(me, day=day_parts(days_ago))
    first, second = rows.all()
    rows.approve(first)
    rows.staff(decline, second.id, reason="We were shut.", base_url="http://localhost")
    text = me.get("/my/hours/logged").text
    assert "Approved" in text
    assert "Not added Why: We were shut." in text
    page = me.get(f"/my/hours/logged/{first.id}")
    assert page.heading == "Hours you logged"
    assert "This has been decided." in page.text


def test_trusted_hours_count_at_once(me: PageClient, rows: Rows, world: World) -> None:
    rows.staff(set_self_log, world.volunteer_id, SelfLog.TRUSTED)
    page = me.get("/my/hours/log")
    assert "These hours count at once." in page.text
    page = page.submit(SAVE, hours="2")
    assert "2 hours on" in page.text
    assert "Added by you" in page.text
    assert "22 credits" in me.get("/my/").text


def test_who_may_not_log_gets_a_sentence_and_no_form(me: PageClient, rows: Rows, world: World) -> None:
    page = me.get("/my/hours/log")
    rows.staff(set_self_log, world.volunteer_id, SelfLog.NO)
    assert "You can not log hours here" in page.submit(SAVE, hours="2").text
    page = me.get("/my/hours/log")
    assert "Your coordinator adds your hours for you." in page.text
    assert not page.soup.select("main form")
    assert "You do not need to log hours" in me.get("/my/hours/logged").text
    assert "Log your hours" not in me.get("/my/").text


def test_what_is_somebody_else_s_is_not_there(me: PageClient, rows: Rows, world: World) -> None:
    log(me)
    [row] = rows.all()
    other = world.sign_in(PageClient(me.app), "other_volunteer")
    missing = other.get(f"/my/hours/logged/{uuid4()}", status=404).text
    assert other.get(f"/my/hours/logged/{row.id}", status=404).text == missing
    me.app.config["WTF_CSRF_ENABLED"] = False
    sent = me.get(f"/my/hours/logged/{row.id}").fields(CHANGE)
    other.post(f"/my/hours/logged/{row.id}", sent, status=404)
    other.post(f"/my/hours/logged/{row.id}/withdraw", status=404)
    assert "You can not log hours here" in other.post("/my/hours/log", sent).text
    assert len(rows.all()) == 1


def test_an_id_that_other_hours_have_is_answered_in_words(app: Flask, me: PageClient, rows: Rows, world: World) -> None:
    rows.staff(set_self_log, world.volunteer_id, SelfLog.TRUSTED)
    with app.app_context():
        taken = db.session.scalars(select(HourEntry.id)).first()
    page = me.get("/my/hours/log").submit(SAVE, hours="2", new_id=str(taken))
    assert "Nothing was saved. Open the page again" in page.text
    assert rows.all() == []
