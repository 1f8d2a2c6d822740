"""A volunteer's own pair: saying yes, goals, meetings, and the end."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.ending import end_between
from timecredits.community.mentoring.matching import propose
from timecredits.community.mentoring.mentors import offer_mentor
from timecredits.community.mentoring.parties import Side, worker
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage
from timecredits.network.blocks import keep_apart
from timecredits.network.models import Enrolment, SelfLog
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

SECRET = "Walk to the sea wall"
WORDS = "We meet in the library."
Pair = Callable[..., UUID]


@pytest.fixture
def bo(app: Flask, world: World) -> UUID:
    """Somebody with a sign-in at the same organisation."""
    with app.app_context():
        session = db.session()
        world.users["bo"] = create_user(session, email="bo@example.org", name="Bo Lind").id
        here = (world.programme_id, world.organisation_id)
        person = enrol_volunteer(session, *here, first_name="Bo", last_name="Lind", user_id=world.users["bo"]).volunteer.id
        session.commit()
    return person


@pytest.fixture
def pair(app: Flask, world: World, bo: UUID) -> Pair:
    """Propose a pair of the volunteer and Bo; `mentor` says which of them is the mentor, `begun` whether both said yes."""

    def make(*, mentor: str, begun: bool = True) -> UUID:
        ring: Keyring = app.config["KEYRING"]
        here = (world.programme_id, world.organisation_id)
        two = (bo, world.volunteer_id) if mentor == "bo" else (world.volunteer_id, bo)
        offer, key = new_id(), new_id()
        with app.app_context():
            session = db.session()
            offer_mentor(session, ring, *here, two[0], mentor_id=offer, most=1, words="", actor_id=None)
            propose(
                session,
                ring,
                *here,
                mentoring_id=key,
                mentor_id=offer,
                mentee_id=two[1],
                activity_id=None,
                agreement=WORDS,
                actor_id=None,
                base_url="http://localhost",
                today=clock.today(),
            )
            for side in (Side.MENTOR, Side.MENTEE) if begun else ():
                agree(session, here[0], key, worker(here[1], None), said_by=side, base_url="http://localhost")
            session.commit()
        return key

    return make


@pytest.fixture
def them(app: Flask, world: World, bo: UUID) -> PageClient:  # noqa: ARG001
    """A browser in which Bo is signed in."""
    return world.sign_in(PageClient(app), "bo")


def test_without_a_pair_the_page_says_how_to_get_one(me: PageClient) -> None:
    page = me.get("/my/pair")
    assert "Ask your coordinator" in page.text
    assert "Riverside Trust" in page.text


def test_both_say_yes_on_their_own_pages(me: PageClient, them: PageClient, pair: Pair) -> None:
    pair(mentor="bo", begun=False)
    asked = me.get("/my/pair").click("Bo L")
    assert WORDS in asked.text
    waits = asked.submit("Yes, I agree")
    assert "Now we wait" in waits.text
    assert "You can begin" in them.get("/my/pair").click("Siân O").submit("Yes, I agree").text
    assert "We met" in me.get(waits.path).text


def test_no_thank_you_asks_once_and_gives_no_reason(app: Flask, me: PageClient, them: PageClient, pair: Pair) -> None:
    key = pair(mentor="bo", begun=False)
    sure = me.get("/my/pair").click("Bo L").click("No, thank you")
    assert not sure.soup.select("main textarea, main input[type=text], main input[type=radio]")
    done = sure.submit("Yes, end it")
    assert "You do not need to do anything else" in done.text
    assert sure.submit("Yes, end it").path == "/my/pair"  # twice is once
    told = them.get(f"/my/pair/{key}")
    assert "ended" in told.text
    for word in ("Siân", WORDS):
        assert word not in told.text
    with app.app_context():
        letters = db.session().scalars(select(MailMessage.subject)).all()
    assert sorted(letters) == ["Fenland Time Credits: a note for you"] * 4


def test_goals_and_steps_are_ticked_undone_and_removed(me: PageClient, them: PageClient, pair: Pair) -> None:
    key = pair(mentor="bo")
    page = me.get(f"/my/pair/{key}").click("Add a goal")
    assert "Type your goal" in page.submit("Save this goal", words=" ").text
    too_long = page.submit("Save this goal", words="x" * 301)
    assert "too long" in too_long.text
    assert "x" * 301 in too_long.response.text
    goal = page.submit("Save this goal", words=SECRET)
    goal = goal.submit("Add this step", words="Find my boots").submit("Done Find my boots")
    assert "1 of 1 step done" in me.get(f"/my/pair/{key}").text
    goal = goal.submit("Undo Find my boots").submit("Remove Find my boots").submit("We got there")
    assert "Reached" in them.get(f"/my/pair/{key}").text
    theirs = them.get(goal.path)
    assert SECRET in theirs.text
    assert not theirs.soup.select("main form")
    them.get(f"/my/pair/{key}/goals/new", status=404)
    gone = goal.submit("Remove it for good")
    assert SECRET not in gone.text
    me.get(goal.path, status=404)


def test_a_meeting_of_the_mentors_waits_for_a_yes_and_can_be_taken_back(me: PageClient, them: PageClient, pair: Pair) -> None:
    key = pair(mentor="me")
    page = me.get(f"/my/pair/{key}").click("We met").submit("Save", words=SECRET)
    assert "Hours wait for a yes" in page.text
    assert SECRET in them.get(page.path).text
    assert "Support visits" in me.get("/my/hours/logged").text
    assert SECRET not in me.get("/my/hours/logged").text
    removed = page.submit(f"Remove {clock.today():%-d %B %Y}")
    assert "You can note it again" in removed.text
    assert "here already" not in removed.click("We met").submit("Save").text


def test_what_the_mentee_notes_is_added_by_the_mentor_once(
    app: Flask, world: World, me: PageClient, them: PageClient, pair: Pair
) -> None:
    key = pair(mentor="me")
    noted = them.get(f"/my/pair/{key}").click("We met").submit("Save", hours="1.5")
    assert "No hours added yet" in noted.text
    with app.app_context():
        of_mine = select(Enrolment).where(Enrolment.volunteer_id == world.volunteer_id)
        db.session().scalars(of_mine).one().self_log = SelfLog.TRUSTED
        db.session.commit()
    page = me.get(f"/my/pair/{key}")
    button = f"Add the hours {clock.today():%-d %B %Y}"
    assert "Your hours were added" in page.submit(button).text
    page.submit(button)
    assert me.get("/my/hours").text.count("Support visits") == 1


def test_a_mentee_reads_their_goals_after_the_end_and_changes_nothing(me: PageClient, them: PageClient, pair: Pair) -> None:
    key = pair(mentor="bo")
    goal = me.get(f"/my/pair/{key}/goals/new").submit("Save this goal", words=SECRET)
    them.get(f"/my/pair/{key}").click("End this pair").submit("Yes, end it")
    ended = me.get(f"/my/pair/{key}")
    assert SECRET in ended.text
    assert "Bo" not in ended.text
    assert not me.get(goal.path).soup.select("main form")
    assert "has ended" in goal.submit("We got there").text
    for path in ("goals/new", "meetings/new", "end"):
        assert me.get(f"/my/pair/{key}/{path}").path == f"/my/pair/{key}"
    them.get(goal.path, status=404)
    assert SECRET not in them.get(f"/my/pair/{key}").text


def test_a_block_looks_like_any_end_to_the_mentor(app: Flask, world: World, me: PageClient, them: PageClient, pair: Pair) -> None:
    key = pair(mentor="bo")
    with app.app_context():
        two = (world.volunteer_id, bo_id(app, world))
        keep_apart(db.session(), world.programme_id, *two, shown_as="Bo", actor_id=None)
        end_between(db.session(), world.programme_id, *two)
        db.session.commit()
    ended = them.get(f"/my/pair/{key}")
    assert "This pair ended" in ended.text
    assert "Siân" not in ended.text
    assert "No pair right now" in them.get("/my/pair").text
    assert "Bo" not in me.get("/my/pair").text


def bo_id(app: Flask, world: World) -> UUID:
    with app.app_context():
        found = select(Enrolment.volunteer_id).where(
            Enrolment.organisation_id == world.organisation_id, Enrolment.volunteer_id != world.volunteer_id
        )
        return db.session().scalars(found).one()


def test_somebody_elses_pair_is_not_found(app: Flask, world: World, me: PageClient, pair: Pair) -> None:
    key = pair(mentor="bo")
    goal = me.get(f"/my/pair/{key}/goals/new").submit("Save this goal", words=SECRET)
    other = world.sign_in(PageClient(app), "other_volunteer")
    for path in (f"/my/pair/{key}", f"/my/pair/{key}/end", f"/my/pair/{key}/meetings/new", goal.path):
        other.get(path, status=404)
        assert "mentor" not in path
