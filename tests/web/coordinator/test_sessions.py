"""One session as a coordinator meets it: who is coming, who waits, add and take off, write, move, cancel, put back on."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.web.database import db


@pytest.fixture
def day() -> date:
    return clock.today() + timedelta(days=7)


@pytest.fixture
def plan_id(garden_group: Garden, day: date) -> UUID:
    facts = PlanFacts(day, 600, 120, Repeats.WEEKLY, place="Hall", capacity=2)
    plan_id = new_id()
    garden_group.within(make_plan, garden_group.activity_id, facts, actor_id=None, plan_id=plan_id)
    return plan_id


@pytest.fixture
def opened(staff: PageClient, plan_id: UUID, day: date) -> Page:
    return staff.get(f"/coordinator/sessions/{plan_id}/{day.isoformat()}")


def parts(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def mails(garden: Garden) -> list[str]:
    with garden.app.app_context():
        return list(db.session.scalars(select(MailMessage.subject).order_by(MailMessage.queued_at)))


def test_people_are_added_wait_and_are_taken_off(opened: Page) -> None:
    assert "Nobody has signed up yet." in opened.text
    page = opened.submit("Add this person", person="V1")
    assert "Siân O'Neill-Wyn is down as coming." in page.text
    page = page.submit("Add this person", person="lukasz zak")
    assert "Coming (2 of 2)" in page.text
    page = page.submit("Add this person", person="Zoë O'Brien")
    assert "It is full. Zoë O'Brien waits, number 1 in line." in page.text
    page = page.submit("Add this person", person="Zoë O'Brien")
    assert "Waiting for a place (1)" in page.text
    page = page.submit("Take off Łukasz Żak")
    assert "They are off the list. The next person who waited has the place now." in page.text
    assert "Waiting" not in page.text
    unknown = page.submit("Add this person", person="Nobody Known")
    assert "Nobody here is called Nobody Known." in unknown.text
    assert unknown.fields("Add this person")["person"] == "Nobody Known"
    assert "Type the person's name." in page.submit("Add this person", person=" ").text


def test_everybody_is_written_to_once(opened: Page, garden_group: Garden) -> None:
    for name in ("V1", "Łukasz Żak"):
        page = opened.submit("Add this person", person=name)
    form = page.click("Write to everybody")
    assert "No email" in form.text
    assert "Łukasz Żak" in form.text
    empty = form.submit("Send to 1 person", words=" ")
    assert "Type what you want to say. Nothing was sent." in empty.text
    sent = form.submit("Send to 1 person", words="Please bring boots.")
    assert "Sent. We wrote to 1 person." in sent.text
    assert "1 person has no email: Łukasz Żak. Phone or tell them." in sent.text
    assert "Please bring boots." in sent.text
    assert "It was so already." in form.submit("Send to 1 person", words="Please bring boots.").text
    assert mails(garden_group) == ["Fenland Time Credits: a change to your session"]


def test_where_nobody_has_an_email_it_says_so(opened: Page) -> None:
    page = opened.submit("Add this person", person="Łukasz Żak")
    message = page.click("Write to everybody")
    assert "Nobody here has an email. Phone or tell them." in message.text
    assert message.soup.select("main form") == []
    assert "Nobody has an email. Phone or tell them." in page.click("Cancel it").text
    moved = page.click("Move or change").submit("Save", starts="2pm")
    assert "1 person has no email: Łukasz Żak. Phone or tell them." in moved.text
    assert "We wrote" not in moved.text


def test_a_session_is_cancelled_with_a_reason_and_put_back_on(opened: Page, garden_group: Garden, plan_id: UUID) -> None:
    page = opened.submit("Add this person", person="V1")
    form = page.click("Cancel it")
    assert "1 person is signed up. We write to 1 of them." in form.text
    assert "Say why" in form.submit("Cancel and tell everybody", because="").text
    cancelled = form.submit("Cancel and tell everybody", because="The hall is closed.")
    assert "Cancelled. You can put it back on. We wrote to 1 person." in cancelled.text
    assert "Cancelled: The hall is closed." in cancelled.text
    assert "Siân O'Neill-Wyn" in cancelled.text
    again = form.submit("Cancel and tell everybody", because="Another reason")
    assert "The hall is closed." in again.text
    week = cancelled.client.get("/coordinator/sessions", query_string={"from": cancelled.path.rsplit("/", 1)[1]})
    assert "1 had signed up Cancelled" in week.text
    restored = cancelled.submit("Put it back on")
    assert "It is on again. We wrote to 1 person." in restored.text
    assert "Cancelled" not in restored.soup.select_one(".tc-column__main").get_text()  # type: ignore[union-attr]
    assert len(mails(garden_group)) == 2
    assert plan_id


def test_a_session_is_moved_and_the_others_stay(opened: Page, day: date) -> None:
    page = opened.submit("Add this person", person="V1")
    form = page.click("Move or change")
    fields = form.fields("Save and tell everybody")
    assert (fields["starts"], fields["length"], fields["place"], fields["capacity"]) == ("10am", "2", "Hall", "2")
    assert "It was so already." in form.submit("Save and tell everybody").text
    wrong = form.submit("Save and tell everybody", day=["31", "2", "2027"], note="Sorry!")
    assert "Type a day that exists" in wrong.text
    assert wrong.fields("Save and tell everybody")["note"] == "Sorry!"
    later = day + timedelta(days=1)
    moved = form.submit("Save and tell everybody", day=parts(later), starts="2pm", place="Barn")
    assert "Saved. The other days stay as they are. We wrote to 1 person." in moved.text
    assert "2pm to 4pm, Barn" in moved.text
    assert f"Moved here from {day:%A} {day.day} {day:%B %Y}." in moved.text
    past = form.submit("Save and tell everybody", day=parts(clock.today() - timedelta(days=2)))
    assert "That time is over. Nothing was changed." in past.text


def test_the_weeks_can_be_leafed_through(opened: Page, staff: PageClient, plan_id: UUID, day: date) -> None:
    assert opened.text
    page = staff.get("/coordinator/sessions", query_string={"from": day.isoformat()})
    assert "0 of 2 coming" in page.text
    monday = day - timedelta(days=day.weekday())
    assert page.link("Garden group").endswith(f"{plan_id}/{day.isoformat()}")
    following = page.click("Week after")
    assert (monday + timedelta(weeks=1)).isoformat() in following.response.request.full_path
    assert "Nothing planned this week" in staff.get("/coordinator/sessions?from=2026-01-01").text or clock.today().year > 2027
    for odd in ("", "nonsense", "9999-12-31", "0001-01-01", "2026-02-31"):
        staff.get("/coordinator/sessions", query_string={"from": odd})


def test_today_leads_to_the_register_and_a_past_session_only_shows(garden_group: Garden, staff: PageClient) -> None:
    today, before = clock.today(), clock.today() - timedelta(days=3)
    for first in (today, before):
        plan_id = new_id()
        facts = PlanFacts(first, 0, 1, Repeats.ONCE)
        garden_group.within(make_plan, garden_group.activity_id, facts, actor_id=None, plan_id=plan_id)
        page = staff.get(f"/coordinator/sessions/{plan_id}/{first.isoformat()}")
        register = page.link("Who came? Open the register")
        assert f"day={first.isoformat()}" in register
        assert f"plan={plan_id}" in register
    assert "This session is over." in page.text
    assert "Move or change" not in page.text
    cancel = staff.get(f"{page.path}/cancel")
    assert "This session is over. Nothing was changed." in cancel.submit("Cancel this session", because="Late").text


def test_what_is_not_there_is_not_there(garden_group: Garden, opened: Page, staff: PageClient, world: World, day: date) -> None:
    base = opened.path.rsplit("/", 1)[0]
    acts = ("", "/move", "/cancel", "/message")
    for wrong in (
        "2026-02-31",
        "nonsense",
        "9999-12-31",
        day.strftime("%Y%m%d"),
        day.strftime("%G-W%V-%u"),
        (day + timedelta(days=1)).isoformat(),
        f"{new_id()}",
    ):
        for act in acts:
            staff.get(f"{base}/{wrong}{act}", status=404)
    other = world.sign_in(PageClient(garden_group.app), "other_coordinator")
    missing = other.get(f"/coordinator/sessions/{new_id()}/{day.isoformat()}", status=404).text
    token = other.get("/coordinator/activities").fields("Sign out")["csrf_token"]
    for act in acts:
        assert other.get(f"{opened.path}{act}", status=404).text == missing
        other.post(f"{opened.path}{act}", {"csrf_token": token}, status=404)
    for act in ("/off", "/restore"):
        other.post(f"{opened.path}{act}", {"csrf_token": token, "volunteer": str(world.volunteer_id)}, status=404)
    token = staff.get("/coordinator/activities").fields("Sign out")["csrf_token"]
    for volunteer in (str(world.volunteer_id), str(world.other_volunteer_id), str(new_id())):
        staff.post(f"{opened.path}/off", {"csrf_token": token, "volunteer": volunteer}, status=404)
    staff.post(f"{opened.path}/off", {"csrf_token": token, "volunteer": "nobody"}, status=400)


def test_a_volunteer_may_not_open_these(garden_group: Garden, opened: Page, world: World) -> None:
    volunteer = world.sign_in(PageClient(garden_group.app), "volunteer")
    for path in ("/coordinator/sessions", opened.path, f"{opened.path}/message"):
        volunteer.get(path, status=403)


def test_when_nothing_is_left_of_this_week_the_next_one_is_shown(opened: Page, staff: PageClient) -> None:
    assert opened.text
    page = staff.get("/coordinator/sessions")
    assert "0 of 2 coming" in page.text
    assert "Nothing planned this week" in page.click("See this week").text
