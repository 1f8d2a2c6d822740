"""Signing up, waiting, moving up, cancelling: page by page, with a real mail server at the end of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from tests.page_client import Page, PageClient
from tests.real.smtp import MailServer
from tests.web.volunteer.past import Past
from tests.web.volunteer.plans import change, enrol, plan_daily
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import ActivitySession
from timecredits.hours.planning.sessions import find_dated_session, keep_session
from timecredits.hours.planning.signing_up import sign_up
from timecredits.network.models import Enrolment, Volunteer
from timecredits.web.database import db


@dataclass
class Daily:
    """The garden group, every day at ten with room for one."""

    world: World
    plan_id: UUID
    activity_id: UUID
    tomorrow: date

    def path(self, end: str = "") -> str:
        return f"/my/sessions/{self.plan_id}/{self.tomorrow.isoformat()}{end}"

    def sign_somebody_up(self) -> UUID:
        """Somebody else takes the one place of tomorrow."""
        session = db.session()
        person = enrol(session, self.world.programme_id, self.world.organisation_id, "Gwen")
        dated = find_dated_session(session, self.world.programme_id, self.plan_id, self.tomorrow)
        sign_up(session, self.world.programme_id, person.id, dated, actor_id=None, today=clock.today())
        session.commit()
        return person.id

    def cancel_it(self) -> None:
        """The coordinator calls tomorrow off."""
        session = db.session()
        dated = find_dated_session(session, self.world.programme_id, self.plan_id, self.tomorrow)
        row = keep_session(session, self.world.programme_id, dated, actor_id=None)
        row.cancelled_at, row.cancelled_because = clock.now(), "The boiler is broken."
        session.commit()


@pytest.fixture
def daily(app: Flask, world: World, past: Past) -> Daily:
    with app.app_context():
        plan_id = plan_daily(db.session(), world.programme_id, world.organisation_id, past.activity_id, capacity=1)
        db.session.commit()
    return Daily(world, plan_id, past.activity_id, clock.today() + timedelta(days=1))


def said(page: Page) -> str:
    """What the page says, what flashed among it."""
    return " ".join(page.soup.get_text(" ").split())


def test_sign_up_in_one_tap_and_cancel_in_two(me: PageClient, daily: Daily) -> None:
    about = me.get(f"/my/activities/{daily.activity_id}")
    done = about.submit("Sign up Tomorrow, 10am to 12pm")
    assert "Done. You are coming." in said(done)
    assert done.heading == "Your session"
    assert "Tomorrow, 10am to 12pm" in me.get("/my/").text
    mine = me.get("/my/sessions")
    assert "You are coming to" in mine.text
    cancelled = mine.click("Tomorrow, 10am to 12pm").submit("Yes, take me off the list")
    assert "Done. You are not down for it any more." in said(cancelled)
    assert "Nothing is planned" in cancelled.text


def test_a_double_tap_signs_up_once(me: PageClient, daily: Daily) -> None:
    page = me.get(daily.path())
    page.submit("Sign up")
    assert "You are down for this already." in said(page.submit("Sign up"))


def test_full_then_waiting_then_somebody_cancels_and_a_mail_comes_and_the_calendar_shows_it(
    app: Flask, me: PageClient, daily: Daily, mail_server: MailServer
) -> None:
    app.config["MAIL_URL"] = mail_server.url
    with app.app_context():
        gwen = daily.sign_somebody_up()
        change_user(daily.world, gwen)
    page = me.get(daily.path())
    assert "Full" in page.text
    waiting = page.submit("Join the waiting list")
    assert "It is full. You are on the waiting list." in said(waiting)
    assert "You are number 1 in line" in waiting.text
    assert "Number 1 in line" in me.get("/my/sessions").text
    link = me.get("/my/calendar").submit("Make my link")
    calendar = str(link.soup.select_one("#address")["value"])  # type: ignore[index]
    assert titles(app, calendar) == ["Waiting list: My session"]

    theirs = daily.world.sign_in(PageClient(app), "other_volunteer")
    theirs.get(daily.path()).submit("Yes, take me off the list")

    letter = mail_server.wait_for(daily.world.emails["volunteer"])
    assert letter["Subject"] == "Fenland Time Credits: you have a place"
    assert "Garden" not in letter.get_content()
    assert "You are coming" in me.get(daily.path()).text
    assert titles(app, calendar) == ["My session"]


def test_no_page_names_another_volunteer(app: Flask, me: PageClient, daily: Daily) -> None:
    with app.app_context():
        daily.sign_somebody_up()
    for path in (daily.path(), f"/my/activities/{daily.activity_id}", "/my/activities", "/my/sessions"):
        assert "Gwen" not in me.get(path).response.text


def test_a_session_called_off_while_the_page_was_open(app: Flask, me: PageClient, daily: Daily) -> None:
    page = me.get(daily.path())
    with app.app_context():
        daily.cancel_it()
    refused = page.submit("Sign up")
    assert "This session was cancelled. You are not signed up. Choose another day." in said(refused)
    assert "The boiler is broken." in refused.text
    assert not refused.soup.select("main form")


def test_one_i_was_coming_to_that_was_called_off_stays_with_its_reason(app: Flask, me: PageClient, daily: Daily) -> None:
    me.get(daily.path()).submit("Sign up")
    with app.app_context():
        daily.cancel_it()
    for path in ("/my/sessions", "/my/", daily.path()):
        assert "ancelled" in me.get(path).text
    assert "The boiler is broken." in me.get("/my/sessions").text


def test_what_has_begun_is_not_cancelled(app: Flask, me: PageClient, daily: Daily) -> None:
    page = me.get(daily.path()).submit("Sign up")
    with app.app_context():
        row = db.session.get_one(
            ActivitySession,
            (
                daily.world.programme_id,
                find_dated_session(db.session(), daily.world.programme_id, daily.plan_id, daily.tomorrow).id,
            ),
        )
        row.held_on, row.starts, row.minutes = clock.today(), 0, 1440
        db.session.commit()
    refused = page.submit("Yes, take me off the list")
    assert "This session has started. Nothing was changed." in said(refused)
    assert not refused.soup.select("main form")


def test_a_closed_activity_is_still_there_for_who_signed_up(app: Flask, me: PageClient, daily: Daily) -> None:
    with app.app_context():
        change(db.session(), daily.world.programme_id, daily.activity_id, is_open=False)
        db.session.commit()
    me.get(daily.path(), status=404)
    with app.app_context():
        change(db.session(), daily.world.programme_id, daily.activity_id, is_open=True)
        db.session.commit()
    me.get(daily.path()).submit("Sign up")
    with app.app_context():
        change(db.session(), daily.world.programme_id, daily.activity_id, is_open=False)
        db.session.commit()
    assert "You are coming" in me.get(daily.path()).text


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "20261124", "1999-01-01", "9999-12-31", "0001-01-01"])
def test_a_day_without_a_session_is_not_found(me: PageClient, daily: Daily, day: str) -> None:
    me.get(f"/my/sessions/{daily.plan_id}/{day}", status=404)
    me.get(f"/my/sessions/{new_id()}/{daily.tomorrow.isoformat()}", status=404)


def test_an_empty_past_and_pages_that_are_none(me: PageClient, world: World) -> None:
    assert world
    assert "Nothing here yet" in me.get("/my/sessions/past").text
    for odd in ("x", "0", "-1", "99999", "²"):
        assert me.get(f"/my/sessions/past?page={odd}").response.status_code == 200


def test_the_calendar_s_link_is_shown_made_anew_and_ended(app: Flask, me: PageClient, daily: Daily) -> None:
    me.get(daily.path()).submit("Sign up")
    made = me.get("/my/calendar").submit("Make my link")
    neutral, named = (str(each["value"]) for each in made.soup.select("input[readonly]"))
    assert titles(app, neutral) == ["My session"]
    assert titles(app, named) == ["Garden group"]
    again = made.submit("Make a new link")
    assert "The old one does not work any more." in said(again)
    other = str(again.soup.select_one("#address")["value"])  # type: ignore[index]
    assert titles(app, other) == ["My session"]
    assert PageClient(app).http.get(neutral).status_code == 404
    assert "Your link does not work any more." in said(again.submit("End my link"))
    assert PageClient(app).http.get(other).status_code == 404
    assert "Make my link" in me.get("/my/calendar").text


def test_reminders_yes_or_no_thank_you(me: PageClient, world: World) -> None:
    assert world
    page = me.get("/my/reminders")
    assert "24 hours before a session" in page.text
    assert page.fields("Save my choice")["wants"] == "yes"
    assert "We will send you no reminders." in said(page.submit("Save my choice", wants="no"))
    assert me.get("/my/reminders").fields("Save my choice")["wants"] == "no"
    assert "Choose yes or no." in me.get("/my/reminders").submit("Save my choice", wants="maybe").text


def test_texts_are_offered_where_they_can_be_sent_and_to_a_number_that_is_known(me: PageClient, app: Flask, world: World) -> None:
    assert "texts" not in me.get("/my/reminders").fields("Save my choice")
    app.config["TEXT_URL"] = "print:"
    assert "texts" not in me.get("/my/reminders").fields("Save my choice"), "no number is known"
    with app.app_context():
        db.session.execute(update(Enrolment).where(Enrolment.volunteer_id == world.volunteer_id).values(phone="07700 900123"))
        db.session.commit()
    page = me.get("/my/reminders")
    assert page.fields("Save my choice")["texts"] == "no"
    assert "the number that ends in 123" in page.text
    assert "900123" not in page.response.text
    assert "Choose yes or no." in page.submit("Save my choice", texts="maybe").text
    assert "emails and texts" in said(page.submit("Save my choice", texts="yes"))
    assert "texts, and no emails" in said(me.get("/my/reminders").submit("Save my choice", wants="no"))
    app.config["TEXT_URL"] = ""
    page = me.get("/my/reminders")
    assert page.fields("Save my choice")["texts"] == "yes", "who said yes can always say no"
    page.submit("Save my choice", texts="no")
    assert "texts" not in me.get("/my/reminders").fields("Save my choice")


def titles(app: Flask, address: str) -> list[str]:
    """What a calendar program, signed in nowhere, reads there."""
    answer = PageClient(app).http.get(address)
    assert answer.mimetype == "text/calendar"
    return [str(each["SUMMARY"]) for each in Calendar.from_ical(answer.data).walk("VEVENT")]


def change_user(world: World, volunteer_id: UUID) -> None:
    """Let the other volunteer's user be this person instead, so that pages can be opened as them."""
    session = db.session()
    for key, user_id in ((world.other_volunteer_id, None), (volunteer_id, world.users["other_volunteer"])):
        session.get_one(Volunteer, (world.programme_id, key)).user_id = user_id
    session.commit()
