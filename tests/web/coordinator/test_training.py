"""Training as a coordinator sees it, and notes that people share."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.journey.learning.training import TrainingFacts, add_training, change_training, let_any_letter_say
from timecredits.journey.learning_models import Training, TrainingKind
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another
from timecredits.web.database import db

SAVE = "Save and confirm"
FACTS = TrainingFacts(TrainingKind.QUALIFICATION, "Food hygiene", "St Example", clock.today() - timedelta(days=30))


def day(days: int) -> list[str]:
    when = clock.today() + timedelta(days=days)
    return [str(when.day), str(when.month), str(when.year)]


@pytest.fixture
def said(app: Flask, world: World) -> UUID:
    """What the volunteer wrote down."""
    key = new_id()
    with app.app_context():
        whose = db.session(), world.programme_id, world.volunteer_id
        add_training(*whose, FACTS, training_id=key, today=clock.today())
        db.session.commit()
    return key


@pytest.fixture
def others(app: Flask, world: World) -> PageClient:
    """The coordinator of the other organisation, where the volunteer is enrolled as well."""
    with app.app_context():
        volunteer = db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id))
        enrol_at_another(db.session(), volunteer, world.other_organisation_id)
        db.session.commit()
    return world.sign_in(PageClient(app), "other_coordinator")


def person(staff: PageClient, world: World) -> Page:
    return staff.get(f"/coordinator/people/{world.volunteer_id}/training")


def test_what_is_about_oneself_is_left_to_a_colleague(app: Flask, staff: PageClient, world: World, said: UUID) -> None:
    assert said
    person(staff, world).submit("Confirm Food hygiene")
    with app.app_context():
        db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)).user_id = world.users["coordinator"]
        db.session.commit()
    page = staff.get(f"/coordinator/training/{said}/take-back")
    assert "This is about you. Nothing was saved. Ask a colleague to do it." in page.submit("Take it back").text
    with app.app_context():
        assert db.session.scalars(select(Training.confirmed_at)).one() is not None


def test_what_a_person_says_is_confirmed_and_taken_back(app: Flask, staff: PageClient, world: World, said: UUID) -> None:
    assert said
    waiting = staff.get("/coordinator/").click("Training")
    assert "Food hygiene" in waiting.text
    page = person(staff, world)
    assert "Their own word" in page.text
    for _ in range(2):
        done = page.submit("Confirm Food hygiene")
        assert "Confirmed. New letters from you can say it." in done.text
    assert "By Coordinator , Riverside Trust , on" in done.text
    assert "Nothing waits" in staff.get("/coordinator/training").text
    ask = done.click("Take it back Food hygiene")
    assert "New letters do not say it." in ask.text
    back = ask.submit("Take it back")
    assert "We sent them an email." in back.text
    assert "Their own word" in back.text
    with app.app_context():
        letter = db.session.scalars(select(MailMessage)).one()
        assert letter.recipient == world.emails["volunteer"]
        assert "hygiene" not in letter.body
    ask.submit("Take it back", status=404)


def test_somebody_without_an_email_is_to_be_told(app: Flask, staff: PageClient, world: World, said: UUID) -> None:
    assert said
    with app.app_context():
        db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)).user_id = None
        db.session.commit()
    page = person(staff, world).submit("Confirm Food hygiene").click("Take it back Food hygiene").submit("Take it back")
    assert "please tell them" in page.text


def test_what_changed_meanwhile_is_not_confirmed(app: Flask, staff: PageClient, world: World, said: UUID) -> None:
    page = person(staff, world)
    with app.app_context():
        facts = TrainingFacts(FACTS.kind, "Brain surgery", "", FACTS.completed_on)
        change_training(db.session(), world.programme_id, world.volunteer_id, said, facts, today=clock.today())
        db.session.commit()
    again = page.submit("Confirm Food hygiene")
    assert "Nothing was confirmed." in again.text
    assert "Their own word" in again.text


def test_one_is_added_at_once_and_named_when_it_runs_out(app: Flask, staff: PageClient, world: World) -> None:
    form = staff.get(f"/coordinator/people/{world.volunteer_id}").click("See, add and confirm training").click("Add training")
    for _ in range(2):
        page = form.submit(SAVE, title="First aid", completed_on=day(-700), expires_on=day(30))
    assert "Saved and confirmed." in page.text
    assert "Ends on" in page.text
    with app.app_context():
        assert len(db.session.scalars(select(Training)).all()) == 1
    ending = staff.get("/coordinator/training")
    assert "First aid" in ending.text
    assert "Nothing runs out soon" not in ending.text
    mine = world.sign_in(PageClient(app), "volunteer").get("/my/journey/training")
    assert "By Riverside Trust on" in mine.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " "}, "Type the name of the training."),
        ({"completed_on": ["1", "1", "2999"]}, "has not come yet"),
        ({"expires_on": ["x", "1", "2001"]}, "a day that exists"),
    ],
)
def test_one_that_cannot_be_keeps_what_was_typed(staff: PageClient, world: World, values: dict[str, Any], words: str) -> None:
    form = staff.get(f"/coordinator/people/{world.volunteer_id}/training/new")
    page = form.submit(SAVE, **({"title": "Boats", "completed_on": day(-1), "awarded_by": "Us"} | values))
    assert words in page.text
    assert page.fields(SAVE)["awarded_by"] == "Us"
    assert "No training yet" in person(staff, world).text


def test_another_group_sees_it_only_with_the_persons_yes(
    app: Flask, staff: PageClient, others: PageClient, world: World, said: UUID
) -> None:
    before = person(others, world)
    assert "Food hygiene" in before.text
    person(staff, world).submit("Confirm Food hygiene")
    assert "Food hygiene" not in person(others, world).text
    before.submit("Confirm Food hygiene", status=404)
    with app.app_context():
        let_any_letter_say(db.session(), world.programme_id, world.volunteer_id, said, let=True)
        db.session.commit()
    seen = person(others, world)
    assert "They let your letters say it too." in seen.text
    assert "Another group has confirmed this already." in before.submit("Confirm Food hygiene").text
    missing = others.get(f"/coordinator/training/{uuid4()}/take-back", status=404).text
    assert others.get(f"/coordinator/training/{said}/take-back", status=404).text == missing


def test_another_organisations_people_are_not_there(app: Flask, staff: PageClient, world: World, said: UUID) -> None:
    other = world.sign_in(PageClient(app), "other_coordinator")
    missing = other.get(f"/coordinator/people/{uuid4()}/training", status=404).text
    for path in ("training", "training/new"):
        assert other.get(f"/coordinator/people/{world.volunteer_id}/{path}", status=404).text == missing
    confirm = person(staff, world).form("Confirm Food hygiene")
    token = other.get("/coordinator/training").fields("Sign out")["csrf_token"]
    other.post(str(confirm["action"]), {"csrf_token": token}, status=404)
    mine = str(confirm["action"]).replace(str(world.volunteer_id), str(world.other_volunteer_id))
    other.post(mine, {"csrf_token": token}, status=404)
    assert "Their own word" in person(staff, world).text
    assert said


@pytest.mark.parametrize("who", ["volunteer", "manager", "venue_manager"])
def test_only_the_organisations_staff_come_in(client: PageClient, world: World, who: str) -> None:
    world.sign_in(client, who)
    for path in ("training", "shared-notes", f"people/{world.volunteer_id}/training"):
        client.get(f"/coordinator/{path}", status=403)
