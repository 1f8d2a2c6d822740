"""What I wrote: where it stands, taking it back, another look, my name."""

from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.told_story import send, tell
from tests.web.world import World
from timecredits.community.comments.moderating import decide
from timecredits.web.database import db

WORDS = "We laughed a lot."


@pytest.fixture
def comment_id(app: Flask, world: World) -> UUID:
    return send(app, world, tell(app, world), WORDS, volunteer_id=world.volunteer_id)


def _turn_down(app: Flask, world: World, comment_id: UUID) -> None:
    with app.app_context():
        decide(
            db.session(),
            world.programme_id,
            comment_id,
            actor_id=world.users["owner"],
            shown=False,
            reason="off_topic",
            organisation_id=world.organisation_id,
        )
        db.session.commit()


def test_nothing_yet(client: PageClient, world: World) -> None:
    assert "You wrote nothing yet" in world.sign_in(client, "volunteer").get("/my/comments").text


def test_taken_back_after_a_question(client: PageClient, world: World, comment_id: UUID) -> None:
    page = world.sign_in(client, "volunteer").get("/my/comments")
    assert WORDS in page.text
    sure = client.get(f"/my/comments/{comment_id}/take-back")
    assert WORDS in sure.text
    after = sure.submit("Take my words back")
    assert "gone for good" in after.soup.text
    assert WORDS not in after.text
    assert "gone for good" in client.get(f"/my/comments/{comment_id}/take-back").text


def test_another_look_once(app: Flask, client: PageClient, world: World, comment_id: UUID) -> None:
    world.sign_in(client, "volunteer")
    assert client.get(f"/my/comments/{comment_id}/look-again").path == "/my/comments"  # nothing to look at again
    _turn_down(app, world, comment_id)
    page = client.get("/my/comments")
    assert "It is about something else" in page.text
    form = client.get(f"/my/comments/{comment_id}/look-again")
    assert "Say in a few words why" in form.submit("Ask for another look", words="").text
    assert "Somebody looks at it again" in form.submit("Ask for another look", words="It is not.").text
    assert "once" in form.submit("Ask for another look", words="It is not.").text


def test_somebody_elses_is_not_there(client: PageClient, world: World, comment_id: UUID) -> None:
    world.sign_in(client, "other_volunteer")
    assert WORDS not in client.get("/my/comments").text
    for page in ("take-back", "look-again"):
        client.get(f"/my/comments/{comment_id}/{page}", status=404)


def test_the_name_that_i_write_under(client: PageClient, world: World) -> None:
    form = world.sign_in(client, "volunteer").get("/my/comments/name")
    assert "Do not use an email" in form.submit("Save this name", name="me@example.org").text
    assert "River" in form.submit("Save this name", name=" River ").text
