"""People somebody chose not to see: asked once more, done, undone; nobody else can be hidden, and nobody is told."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.safe import Written, write_comments
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.network.blocks import is_kept_apart, keep_apart
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another
from timecredits.web.database import db


@pytest.fixture
def written(app: Flask, world: World) -> Written:
    with app.app_context():
        made = write_comments(db.session(), world)
        db.session.commit()
    return made


def apart(app: Flask, world: World) -> bool:
    with app.app_context():
        return is_kept_apart(db.session(), world.programme_id, world.volunteer_id, world.other_volunteer_id)


def test_asked_first_then_hidden_then_shown_again(me: PageClient, app: Flask, world: World, written: Written) -> None:
    page = me.get(f"/my/apart/comment/{written.other}")
    assert "Robin" in page.text
    assert "Nothing has changed yet." in page.text
    assert not apart(app, world)
    done = page.submit("Don’t show me this person")
    assert "They were not told." in done.text
    assert "Robin" in done.text
    assert apart(app, world)
    again = done.submit("Show them again Robin")
    assert "You can see each other again." in again.text
    assert "You see everybody" in again.text
    assert not apart(app, world)
    with app.app_context():
        assert db.session().scalars(select(MailMessage)).all() == []


def test_a_button_beside_the_words_asks_first(me: PageClient, app: Flask, world: World, written: Written) -> None:
    token = me.get("/my/settings/name").fields()["csrf_token"]
    page = me.post(f"/my/apart/comment/{written.other}", {"csrf_token": token})
    assert page.heading == "Don’t show me this person"
    assert not apart(app, world)


def test_twice_is_once(me: PageClient, app: Flask, world: World, written: Written) -> None:
    page = me.get(f"/my/apart/comment/{written.other}")
    for _ in range(2):
        done = page.submit("Don’t show me this person")
    assert len(done.soup.select(".tc-saves__save")) == 1
    assert apart(app, world)


@pytest.mark.parametrize(
    ("which", "says"),
    [
        ("visitor", "A visitor wrote this."),
        ("staff", "Somebody who works there wrote this."),
        ("own", "You wrote this yourself."),
    ],
)
def test_who_can_not_be_hidden_is_said_kindly(me: PageClient, written: Written, which: str, says: str) -> None:
    page = me.get(f"/my/apart/comment/{getattr(written, which)}")
    assert says in page.text
    assert "Nothing was changed." in page.text


def test_what_can_not_be_read_is_not_there(me: PageClient, app: Flask, world: World, written: Written) -> None:
    for strange in (written.waiting, new_id()):
        me.get(f"/my/apart/comment/{strange}", status=404)
    me.get(f"/my/apart/mentoring/{new_id()}", status=404)
    with app.app_context():
        keep_apart(db.session(), world.programme_id, world.other_volunteer_id, world.volunteer_id, shown_as="Me", actor_id=None)
        db.session.commit()
    me.get(f"/my/apart/comment/{written.other}", status=404)


def test_only_ones_own_can_be_ended(client: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        keep_apart(db.session(), world.programme_id, world.other_volunteer_id, world.volunteer_id, shown_as="", actor_id=None)
        db.session.commit()
    world.sign_in(client, "volunteer")
    assert "You see everybody" in client.get("/my/apart").text, "whom others keep from me is not mine to know"
    assert apart(app, world)


def pair_at_riverside(app: Flask, world: World) -> tuple[str, str]:
    with app.app_context():
        session = db.session()
        people: list[Volunteer] = [
            session.get_one(Volunteer, (world.programme_id, each)) for each in (world.volunteer_id, world.other_volunteer_id)
        ]
        enrol_at_another(session, people[1], world.organisation_id)
        names = people[0].name, people[1].name
        db.session.commit()
    return names


def test_staff_keep_two_of_their_people_apart_and_end_it(client: PageClient, app: Flask, world: World) -> None:
    one, other = pair_at_riverside(app, world)
    world.sign_in(client, "coordinator")
    page = client.get("/coordinator/apart")
    assert "Choose two people." in page.submit("Keep them apart", one=one, other=one).text
    wrong = page.submit("Keep them apart", one=one, other="Nobody Known")
    assert "Nobody here has that name. Nothing was saved." in wrong.text
    assert wrong.fields("Keep them apart")["one"] == one
    done = page.submit("Keep them apart", one=other, other=one)
    assert "Neither was told." in done.text
    assert "kept apart already" in page.submit("Keep them apart", one=one, other=other).text, "a pair has no sides"
    assert apart(app, world)
    world.sign_in(client, "volunteer")
    assert "You see everybody" in client.get("/my/apart").text
    world.sign_in(client, "coordinator")
    end = client.get("/coordinator/apart").soup.select_one(".tc-saves__save form")
    assert end is not None
    name = " ".join(end.get_text(" ").split())
    assert "What staff set is over." in client.get("/coordinator/apart").submit(name).text
    assert not apart(app, world)


def test_what_staff_end_leaves_what_a_person_chose(client: PageClient, app: Flask, world: World) -> None:
    one, other = pair_at_riverside(app, world)
    ids: tuple[UUID, UUID] = (world.volunteer_id, world.other_volunteer_id)
    with app.app_context():
        keep_apart(db.session(), world.programme_id, *ids, shown_as="R", actor_id=None)
        db.session.commit()
    world.sign_in(client, "coordinator")
    page = client.get("/coordinator/apart")
    assert "Nobody is kept apart by staff" in page.text
    page.submit("Keep them apart", one=one, other=other)
    listed = client.get("/coordinator/apart")
    end = listed.soup.select_one(".tc-saves__save form")
    assert end is not None
    listed.submit(" ".join(end.get_text(" ").split()))
    assert apart(app, world)
