"""Pairs, as a project worker keeps them."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.community.mentoring.mentors import offer_mentor
from timecredits.community.mentoring_models import Mentoring, MentoringMeeting
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.models import HourEntry
from timecredits.network.blocks import keep_apart
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

LIST = "/coordinator/mentoring"
SECRET = "The heron on the weir"


@pytest.fixture
def bo(app: Flask, world: World) -> UUID:
    """Somebody without a sign-in who offers to be a mentor for one person."""
    ring: Keyring = app.config["KEYRING"]
    here = (world.programme_id, world.organisation_id)
    with app.app_context():
        session = db.session()
        person = enrol_volunteer(session, *here, first_name="Bo", last_name="Lind").volunteer.id
        offer_mentor(session, ring, *here, person, mentor_id=new_id(), most=1, words="Free on Tuesdays", actor_id=None)
        session.commit()
    return person


@pytest.fixture
def staff(app: Flask, world: World, client: PageClient) -> PageClient:
    """A browser in which a project worker is signed in."""
    return _become_worker(app, world, client, "coordinator", world.organisation_id)


def _become_worker(app: Flask, world: World, client: PageClient, who: str, organisation_id: UUID) -> PageClient:
    with app.app_context():
        give_duty(
            db.session(),
            world.programme_id,
            DutyKind.PROJECT_WORKER,
            actor_id=None,
            organisation_id=organisation_id,
            user_id=world.users[who],
        )
        db.session.commit()
    return world.sign_in(client, who)


def matched(staff: PageClient, *, mentor: str = "Bo Lind") -> Page:
    found = staff.get(f"{LIST}/match").submit("Find mentors", person="Siân O'Neill-Wyn")
    assert mentor in found.text
    [choice] = found.soup.select("input[name=mentor]")
    return found.submit("Ask them both", mentor=choice["value"])


def going_on(staff: PageClient) -> Page:
    page = matched(staff)
    for _ in range(2):
        button = next(each for each in page.soup.select("main button") if "They told me yes" in each.get_text())
        page = page.submit(" ".join(button.get_text(" ").split()))
    return page


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def test_only_project_workers_and_owners_come_in(world: World, client: PageClient) -> None:
    world.sign_in(client, "coordinator")
    for path in ("", "/match", "/mentors", "/mentors/new"):
        client.get(f"{LIST}{path}", status=403)
    world.sign_in(client, "owner").get(LIST)


def test_an_empty_list_leads_to_the_first_mentor(staff: PageClient) -> None:
    page = staff.get(LIST).click("Your mentors").click("Add a mentor")
    again = page.submit("Save", person="Nobody Known", words=SECRET)
    assert "Nobody here has that name" in again.text
    assert SECRET in again.soup.select_one("textarea").get_text()
    assert "from 1 to 10" in again.submit("Save", person="Siân O'Neill-Wyn", most="eleven").text
    saved = again.submit("Save", person="Siân O'Neill-Wyn", most="2")
    assert "0 of 2 places taken" in saved.text
    changed = saved.click("Siân O'Neill-Wyn").submit("Save", most="3")
    assert "0 of 3 places taken" in changed.text
    ended = changed.click("Siân O'Neill-Wyn").submit("Take them off the list")
    assert "No mentors yet" in ended.text


@pytest.mark.usefixtures("bo")
def test_matching_asks_both_once_and_a_yes_can_be_noted(app: Flask, staff: PageClient) -> None:
    found = staff.get(f"{LIST}/match").submit("Find mentors", person="V1")
    assert "Free on Tuesdays" in found.text
    assert "Choose a mentor" in found.submit("Ask them both", mentor=None).text
    [choice] = found.soup.select("input[name=mentor]")
    page = found.submit("Ask them both", mentor=choice["value"])
    assert "We asked them both" in page.text
    assert "already" in found.submit("Ask them both", mentor=choice["value"]).text
    assert count(app, Mentoring) == 1
    assert "at any time. Nobody has to give a reason" in page.text
    assert "Waits for both" in staff.get(LIST).text
    began = page.submit("They told me yes Siân O'Neill-Wyn").submit("They told me yes Bo Lind")
    assert "Both said yes" in began.text
    assert "Going on" in staff.get(f"{LIST}?show=going_on").text
    nobody = staff.get(f"{LIST}/match").submit("Find mentors", person="V1")
    assert "No mentor has room" in nobody.text
    odd = nobody.submit("Look again", person="Bo Lind", activity="nonsense")
    assert "Choose an activity" in odd.text


def test_two_who_are_kept_apart_are_not_suggested(app: Flask, world: World, staff: PageClient, bo: UUID) -> None:
    with app.app_context():
        keep_apart(db.session(), world.programme_id, world.volunteer_id, bo, shown_as="Bo", actor_id=None)
        db.session.commit()
    found = staff.get(f"{LIST}/match").submit("Find mentors", person="V1")
    assert "No mentor has room" in found.text


@pytest.mark.usefixtures("bo")
def test_a_meeting_adds_hours_once_and_a_wrong_form_keeps_its_words(app: Flask, staff: PageClient) -> None:
    form = going_on(staff).click("They met")
    wrong = form.submit("Save", hours="lots", words=SECRET)
    assert "Type hours like" in wrong.text
    assert wrong.soup.select_one("textarea").get_text().strip() == SECRET
    tomorrow = clock.today() + timedelta(days=1)
    late = wrong.submit("Save", hours="1.5", day=[str(tomorrow.day), str(tomorrow.month), str(tomorrow.year)])
    assert "still to come" in late.text
    page = form.submit("Save", hours="1.5", words=SECRET)
    assert "The hours of the mentor were added" in page.text
    assert SECRET in form.submit("Save", hours="1.5", words=SECRET).text
    assert (count(app, MentoringMeeting), count(app, HourEntry)) == (1, 1)
    assert "here already" in page.click("They met").submit("Save", hours="1").text
    with app.app_context():
        assert db.session().scalars(select(HourEntry.note)).one() == ""
    assert page.click(f"Correct the hours {clock.today():%-d %B %Y}").heading


@pytest.mark.usefixtures("bo")
def test_a_talk_is_noted_and_the_next_day_shown(world: World, staff: PageClient) -> None:
    form = going_on(staff).click("Note a talk")
    assert "Type what you talked about" in form.submit("Save", words=" ").text
    later = clock.today() + timedelta(days=40)
    page = form.submit("Save", words=SECRET, next_day=[str(later.day), str(later.month), str(later.year)])
    assert SECRET in page.text
    with clock.standing_at(clock.now() + timedelta(days=41)):
        world.sign_in(staff, "coordinator")
        assert "It is time to talk" in staff.get(page.path).text
        assert "Time to talk (1)" in staff.get(f"{LIST}?show=review").text


@pytest.mark.usefixtures("bo")
def test_staff_write_goals_for_somebody_and_read_on_after_the_end(staff: PageClient) -> None:
    pair = going_on(staff)
    goal = pair.click("Add a goal for them").submit("Save this goal", words=SECRET)
    goal = goal.submit("Add this step", words="Look at the map")
    goal = goal.submit("Done Look at the map").submit("Undo Look at the map").submit("Done Look at the map")
    goal = goal.submit("We got there")
    end = goal.click("Back").click("End this pair")
    ended = end.submit("Yes, end it")
    assert "Nothing can be changed" in ended.text
    assert SECRET in ended.text
    assert not ended.soup.select("main form")
    old = goal.submit("Remove it for good")
    assert "has ended" in old.text
    for path in ("/goals/new", "/meetings/new", "/reviews/new", "/end"):
        assert staff.get(f"{pair.path}{path}").path == pair.path
    assert "Bo Lind" in staff.get(f"{LIST}?show=ended").text


@pytest.mark.usefixtures("bo")
def test_another_organisations_worker_finds_nothing(app: Flask, world: World, staff: PageClient) -> None:
    page = going_on(staff)
    other = _become_worker(app, world, PageClient(app), "other_coordinator", world.other_organisation_id)
    missing = other.get(f"{LIST}/{new_id()}", status=404)
    assert str(other.get(page.path, status=404).soup.select_one("main")) == str(missing.soup.select_one("main"))
    for path in ("/goals/new", "/meetings/new", "/reviews/new", "/end"):
        other.get(f"{page.path}{path}", status=404)


@pytest.mark.usefixtures("bo")
def test_an_act_that_is_none_changes_nothing(staff: PageClient) -> None:
    goal = going_on(staff).click("Add a goal for them").submit("Save this goal", words=SECRET)
    goal.submit("We got there", act="fly", status=404)
    assert staff.get(f"{LIST}?show=nonsense&page=-3").heading == "Pairs"


@pytest.mark.usefixtures("bo")
def test_titles_and_addresses_name_nobody(staff: PageClient) -> None:
    page = going_on(staff)
    for path in ("", "/goals/new", "/meetings/new", "/reviews/new", "/end"):
        shown = staff.get(f"{page.path}{path}")
        title = shown.soup.select_one("title").get_text()
        assert "Bo" not in title
        assert "Siân" not in title
        assert "ment" not in title.lower()
