"""A person's own page: training, private notes, goals, news and lines for a CV."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.volunteer.past import Past
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.journey.learning.training import list_training
from timecredits.journey.learning.training_confirming import Confirmer, confirm_training
from timecredits.journey.learning_models import Goal, Outcome, Reflection, Training
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another
from timecredits.web.database import db

SAVE, NOTE, GOAL, TELL = "Save training", "Save my note", "Save my goal", "Tell us"


def day(days: int) -> list[str]:
    when = clock.today() + timedelta(days=days)
    return [str(when.day), str(when.month), str(when.year)]


def add_training(me: PageClient, title: str = "First aid", **values: Any) -> Page:
    return me.get("/my/journey/training/new").submit(SAVE, **({"title": title, "completed_on": day(-30)} | values))


def write(me: PageClient, did: str = "Served tea.", **values: Any) -> Page:
    return me.get("/my/journey/private-notes/new").submit(NOTE, did=did, **values)


def confirm(app: Flask, world: World) -> None:
    with app.app_context():
        [row] = list_training(db.session(), world.programme_id, world.volunteer_id)
        here = db.session(), world.programme_id, world.organisation_id
        confirm_training(*here, row.volunteer_id, row.id, seen=row.mark, by=Confirmer(None, "Jo Reed"), today=clock.today())
        db.session.commit()


def counted(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def elsewhere_too(app: Flask, world: World) -> None:
    """Let the volunteer be enrolled at the other organisation as well."""
    with app.app_context():
        volunteer = db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id))
        enrol_at_another(db.session(), volunteer, world.other_organisation_id)
        db.session.commit()


def test_a_new_volunteer_is_shown_one_step(me: PageClient) -> None:
    page = me.get("/my/").click("Your journey")
    assert page.heading == "Your journey"
    assert "You have no hours yet." in page.text
    assert page.link("See ways to help") == "/my/activities"
    assert len(page.soup.select("main .tc-card .govuk-button")) == 1


def test_hours_lead_on(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/hours").click("Your journey")
    assert "21 hours given since 1 September 2026" in page.text
    assert "of the last" in page.text
    assert page.link("See my letters") == "/my/letters"
    assert page.link("Lines for a CV") == "/my/journey/cv"


def test_training_is_added_changed_and_removed(app: Flask, me: PageClient) -> None:
    assert "No training yet" in me.get("/my/journey/training").text
    form = me.get("/my/journey/training/new")
    for _ in range(2):
        page = form.submit(SAVE, title="First  aid", awarded_by="St Example", completed_on=day(-30), expires_on=day(30))
    assert "Your own word" in page.text
    assert "Ends on" in page.text
    assert counted(app, Training) == 1
    assert "1 to renew" in me.get("/my/journey").text
    assert "Your training runs out" in me.get("/my/journey").text
    change = page.click("Change : First aid")
    assert change.fields(SAVE)["title"] == "First aid"
    again = change.submit(SAVE, title="First aid at work", expires_on=["", "", ""])
    assert "First aid at work" in again.text
    assert "Ends on" not in again.text
    gone = again.click("Change : First aid at work").submit("Remove it")
    assert "No training yet" in gone.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "Type the name of the training."),
        ({"kind": "magic"}, "Choose what it is."),
        ({"completed_on": ["31", "2", "2026"]}, "a day that exists"),
        ({"completed_on": ["", "", ""]}, "Type a day that exists"),
        ({"completed_on": ["1", "1", "2999"]}, "has not come yet"),
        ({"expires_on": ["1", "1", "2001"]}, "It can not end before it began."),
        ({"awarded_by": "x" * 121}, "too long"),
    ],
)
def test_training_that_cannot_be_keeps_what_was_typed(app: Flask, me: PageClient, values: dict[str, Any], words: str) -> None:
    page = add_training(me, **values)
    assert words in page.text
    assert page.soup.title is not None
    assert page.soup.title.text.startswith("Error: ")
    kept = page.fields(SAVE)
    assert {name: kept.get(name) for name in values if name != "kind"} == {
        name: value for name, value in values.items() if name != "kind"
    }
    assert counted(app, Training) == 0


@pytest.mark.usefixtures("elsewhere_too")
def test_confirmed_training_is_locked_and_may_stand_on_other_letters(app: Flask, me: PageClient, world: World) -> None:
    page = add_training(me)
    change = page.click("Change : First aid")
    confirm(app, world)
    locked = change.submit(SAVE, title="Doctor")
    assert "Nothing was changed." in locked.text
    assert "Jo Reed" in locked.text
    assert "Removed" not in change.submit("Remove it").text
    shown = me.get("/my/journey/training").click("Look at it : First aid")
    everywhere = shown.submit("Yes, on all my letters")
    assert "Letters from your other groups can say it too." in everywhere.text
    assert "Your other groups do not see it." in everywhere.submit("Only this group").text


def test_a_note_is_written_found_by_skill_and_gone(app: Flask, me: PageClient, past: Past) -> None:
    assert past.entries
    assert "No notes yet" in me.get("/my/journey/private-notes").text
    form = me.get("/my/journey/private-notes/new")
    assert form.fields(NOTE)["done_on"] == ["3", "11", "2026"], "the day of the hours given last"
    for _ in range(2):
        page = form.submit(NOTE, did="Line 1\r\n<b>Line 2</b>", learnt="Keep calm", skill="calm")
    assert counted(app, Reflection) == 1
    assert "Line 1 <b>Line 2</b>" in page.text
    assert "Only you can read it." in page.text
    write(me, "Soup", skill="cooking")
    page = me.get("/my/journey/private-notes").click("Cooking (1)")
    assert "Soup" in page.text
    assert "Line 1" not in page.text
    assert page.soup.select_one("[aria-current=page]") is not None
    change = me.get("/my/journey/private-notes?skill=calm").click("Change or share : 3 November 2026")
    assert change.fields(NOTE)["did"].replace("\r", "") == "Line 1\n<b>Line 2</b>"
    assert "Line 3" in change.submit(NOTE, did="Line 3").text
    assert "gone for good" in change.submit("Remove it for good").text
    assert counted(app, Reflection) == 1
    assert "No note names this skill" in me.get("/my/journey/private-notes?skill=calm").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"did": " ", "learnt": "\r\n"}, "Type a few words first."),
        ({"did": "x" * 2001}, "at most 2,000 letters"),
        ({"skill": "flying"}, "Choose a skill from the list"),
        ({"done_on": ["1", "1", "2999"]}, "has not come yet"),
    ],
)
def test_a_note_that_cannot_be_keeps_what_was_typed(app: Flask, me: PageClient, values: dict[str, Any], words: str) -> None:
    values = {"learnt": "Listen"} | values
    page = write(me, **values)
    assert words in page.text
    assert page.fields(NOTE)["learnt"].strip() == str(values["learnt"]).strip()
    assert counted(app, Reflection) == 0


@pytest.mark.usefixtures("elsewhere_too")
def test_a_note_is_shared_with_one_group_and_that_ends(app: Flask, me: PageClient, world: World) -> None:
    staff, others = (world.sign_in(PageClient(app), who) for who in ("coordinator", "other_coordinator"))
    write(me, "Told a joke.")
    note = me.get("/my/journey/private-notes").click(f"Change or share : {clock.today():%-d %B %Y}")
    assert "Only you." in note.text
    share = note.click("Share it")
    assert "All staff of the group who look after volunteers, and its owners, can then read it." in share.text
    assert "Choose a group." in share.submit("Share this note").text
    assert "Choose a group." in share.submit("Share this note", organisation="no id").text
    assert "You are not with this group now." in share.submit("Share this note", organisation=str(uuid4())).text
    assert "No notes are shared" in staff.get("/coordinator/shared-notes").text
    shared = share.submit("Share this note", organisation=str(world.organisation_id))
    assert "You, all staff of Riverside Trust who look after volunteers, and its owners." in shared.text
    read = staff.get("/coordinator/shared-notes")
    assert "Told a joke." in read.text
    assert "Siân O'Neill-Wyn" in read.text
    assert "They share 1 note with you" in staff.get(f"/coordinator/people/{world.volunteer_id}").text
    assert "Told a joke." not in others.get("/coordinator/shared-notes").text
    assert "Only you." in shared.submit("Stop sharing").text
    assert "Told a joke." not in staff.get("/coordinator/shared-notes").text


def test_with_one_group_it_is_chosen_already(me: PageClient, world: World) -> None:
    write(me)
    share = me.get("/my/journey/private-notes").click(f"Change or share : {clock.today():%-d %B %Y}").click("Share it")
    assert share.fields("Share this note")["organisation"] == str(world.organisation_id)


def test_a_goal_is_set_done_opened_again_and_gone(app: Flask, me: PageClient) -> None:
    assert "No goals yet" in me.get("/my/journey/goals").text
    form = me.get("/my/journey/goals/new")
    for _ in range(2):
        page = form.submit(GOAL, words="Get <a> job", by_day=day(0))
    assert counted(app, Goal) == 1
    assert "By " in page.text
    done = page.submit("Done Get <a> job")
    assert "Well done!" in done.text
    assert "Done Get" not in done.submit("Open again Get <a> job").form("Done Get <a> job")["action"]
    assert "Get <a> job" in me.get("/my/journey").text
    change = me.get("/my/journey/goals").click("Get <a> job")
    page = change.submit(GOAL, words="Get a job", by_day=["", "", ""])
    assert "No day yet" in page.text
    assert "No goals yet" in change.submit("Remove it for good").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"words": "  "}, "Type what you want to do."),
        ({"words": "x" * 301}, "too long"),
        ({"words": "Fly", "by_day": ["1", "1", "2020"]}, "has gone by"),
        ({"words": "Fly", "by_day": ["1", "1", "2999"]}, "too far off"),
        ({"words": "Fly", "by_day": ["x", "", ""]}, "a day that exists"),
    ],
)
def test_a_goal_that_cannot_be_keeps_what_was_typed(app: Flask, me: PageClient, values: dict[str, Any], words: str) -> None:
    page = me.get("/my/journey/goals/new").submit(GOAL, **values)
    assert words in page.text
    assert {name: page.fields(GOAL)[name] for name in values} == values
    assert counted(app, Goal) == 0


def test_news_is_told_once_and_taken_back(app: Flask, me: PageClient) -> None:
    form = me.get("/my/journey").click("Tell us your news")
    assert "We count it. We never show your name." in form.text
    assert "Choose what happened." in form.submit(TELL).text
    assert "Choose a month." in form.submit(TELL, kind="work", month="soon").text
    for _ in range(2):
        page = form.submit(TELL, kind="work")
    assert counted(app, Outcome) == 1
    assert "You told us this already." in me.get("/my/journey/news").submit(TELL, kind="work").text
    month = f"{clock.today():%B %Y}"
    back = page.submit(f"Take it back I started work, {month}")
    assert "We do not count it any more." in back.text
    assert "What you told us" not in back.text


def test_a_cv_is_shown_chosen_and_taken_along(me: PageClient, past: Past) -> None:
    assert past.entries
    add_training(me)
    write(me, "Private words", skill="calm")
    page = me.get("/my/journey/cv")
    text = page.fields("Show these parts")
    assert text["part"] == ["roles", "days", "hours", "regularity", "training", "skills"]
    shown = page.soup.select_one("textarea")
    assert shown is not None
    assert "Volunteer, Garden group, Riverside Trust, September 2026 to " in shown.text
    assert ": 21 hours" in shown.text
    assert "Keeping calm (1 time)" in shown.text
    assert "Private words" not in page.text
    less = page.submit("Show these parts", part=["training"])
    assert "Garden" not in less.text
    assert "First aid" in less.text
    file = me.http.get(less.link("Save as a file"))
    assert file.mimetype == "text/plain"
    assert file.text.splitlines() == ["Training", "First aid"]
    assert "You left out all of it." in page.submit("Show these parts", part=None).text


def test_nothing_is_no_cv(me: PageClient) -> None:
    assert "Nothing to show yet" in me.get("/my/journey/cv").text


def test_what_is_mine_is_nobody_elses(app: Flask, me: PageClient, world: World) -> None:
    add_training(me)
    write(me, skill="calm")
    me.get("/my/journey/goals/new").submit(GOAL, words="Get a job")
    with app.app_context():
        ids = {name: db.session.scalars(select(model.id)).one() for name, model in _KINDS.items()}
    other = world.sign_in(PageClient(app), "other_volunteer")
    token = other.get("/my/journey").fields("Sign out")["csrf_token"]
    missing = other.get(f"/my/journey/goals/{uuid4()}", status=404).text
    for name, row_id in ids.items():
        assert other.get(f"/my/journey/{name}/{row_id}", status=404).text == missing
        other.post(f"/my/journey/{name}/{row_id}/remove", {"csrf_token": token}, status=404)
    other.post(f"/my/journey/private-notes/{ids['private-notes']}/stop-sharing", {"csrf_token": token}, status=404)
    other.post(f"/my/journey/training/{ids['training']}/letters", {"csrf_token": token, "let": "yes"}, status=404)
    other.post(f"/my/journey/goals/{ids['goals']}/done", {"csrf_token": token}, status=404)
    for path in ("", "/training", "/private-notes", "/goals", "/cv"):
        text = other.get(f"/my/journey{path}").text
        assert "First aid" not in text.replace("Did you do a first aid course", "")
        assert "tea" not in text
        assert "calm" not in text
        assert "Get a job" not in text


_KINDS: dict[str, Any] = {"training": Training, "private-notes": Reflection, "goals": Goal}


@pytest.mark.parametrize("who", ["coordinator", "manager", "venue_manager"])
def test_no_staff_come_in(client: PageClient, world: World, who: str) -> None:
    world.sign_in(client, who)
    for path in ("", "/training", "/private-notes", "/goals", "/news", "/cv", "/cv.txt"):
        client.get(f"/my/journey{path}", status=403)
