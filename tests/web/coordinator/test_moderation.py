"""The queue of what waits for a moderator, as a page."""

from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.told_story import AREA, send, tell
from tests.web.world import World
from timecredits.community.comments.commenting import take_back
from timecredits.community.safety_models import Concern
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.web.database import db


@pytest.fixture
def story_id(app: Flask, world: World) -> UUID:
    return tell(app, world)


def _moderator(app: Flask, world: World, client: PageClient) -> PageClient:
    with app.app_context():
        give_duty(
            db.session(),
            world.programme_id,
            DutyKind.MODERATOR,
            actor_id=None,
            organisation_id=world.organisation_id,
            user_id=world.users["coordinator"],
        )
        db.session.commit()
    return world.sign_in(client, "coordinator")


@pytest.mark.usefixtures("story_id")
def test_only_moderators_and_owners_look(client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator")
    for path in ("/coordinator/moderation", "/coordinator/moderation/decided"):
        client.get(path, status=403)
    assert "Nothing waits for you" in world.sign_in(client, "owner").get("/coordinator/moderation").text


def test_yes_shows_it_and_undo_hides_it(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    send(app, world, story_id, "Ring 01632 960123")
    page = _moderator(app, world, client).get("/coordinator/moderation")
    assert "Phone number" in page.text
    after = page.submit("Show it Robin")
    assert "Nothing waits for you" in after.text
    public = PageClient(app)
    assert "01632" in public.get(f"/in/{AREA}/stories/{story_id}").text
    back = after.submit("Was that a slip? Undo it")
    assert "01632" in back.text
    assert "01632" not in public.get(f"/in/{AREA}/stories/{story_id}").text
    page.submit("Show it Robin")
    assert "Somebody decided that before you" in page.submit("Show it Robin").soup.text


def test_no_needs_a_reason_and_the_likely_one_is_chosen(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    send(app, world, story_id, "Just words")
    page = _moderator(app, world, client).get("/coordinator/moderation")
    assert "Choose why" in page.submit("Keep it hidden Robin").soup.text
    page.submit("Keep it hidden Robin", reason="hurtful")
    assert "It could hurt somebody" in client.get("/coordinator/moderation/decided").text
    send(app, world, story_id, "Ring 01632 960123")
    page = client.get("/coordinator/moderation")
    assert page.fields("Keep it hidden Robin")["reason"] == "contact"


def test_several_at_once(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    every = [send(app, world, story_id, f"Number {number}") for number in range(3)]
    page = _moderator(app, world, client).get("/coordinator/moderation")
    assert "Tick one first" in page.submit("Show the ticked ones").soup.text
    after = page.submit("Show the ticked ones", comment=[str(each) for each in every[:2]])
    assert "2 are shown now" in after.soup.text
    assert "1 waits for you" in after.text
    assert "3 wait for you" in after.submit("Was that a slip? Undo it").text


def test_undoing_several_passes_over_what_was_taken_back(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    every = [send(app, world, story_id, f"Number {number}") for number in range(2)]
    page = _moderator(app, world, client).get("/coordinator/moderation")
    after = page.submit("Show the ticked ones", comment=[str(each) for each in every])
    with app.app_context():
        take_back(db.session(), world.programme_id, every[0], volunteer_id=None)
        db.session.commit()
    assert "1 waits again" in after.submit("Was that a slip? Undo it").text


def test_unsafe_words_go_to_whoever_looks_after_safety(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    send(app, world, story_id, "I want to die")
    page = _moderator(app, world, client).get("/coordinator/moderation")
    assert "Is somebody safe?" in page.text
    after = page.submit("Keep it hidden Robin")
    assert "Not shown." in after.soup.text
    with app.app_context():
        [concern] = db.session().query(Concern).all()
        assert b"want to die" not in concern.sealed


def test_another_organisations_is_not_there(app: Flask, client: PageClient, world: World, story_id: UUID) -> None:
    comment_id = send(app, world, story_id, "Just words")
    page = world.sign_in(client, "owner").get("/coordinator/moderation")
    page.submit("Show it Robin", comment=str(uuid4()), status=404)
    page.submit("Show it Robin", comment="x", status=404)
    assert client.get("/coordinator/moderation?page=99").text.count("Just words") == 1
    assert str(comment_id) in client.get("/coordinator/moderation").response.text
