"""A story that is shown at the world's organisation, for tests of its pages."""

from uuid import UUID

from flask import Flask

from tests.web.world import World
from timecredits.community.comments.commenting import send_comment
from timecredits.community.stories.telling import StoryFacts, show_story, write_story
from timecredits.foundation.db import new_id
from timecredits.web.database import db

TITLE = "A day by the river"
AREA = "fenland"


def tell(app: Flask, world: World) -> UUID:
    """Show a story that takes comments; answers its id."""
    with app.app_context():
        here = (db.session(), world.programme_id, world.organisation_id)
        facts = StoryFacts(TITLE, "We went out.\n\nIt was <b>good</b>.")
        story = write_story(*here, facts, story_id=new_id(), actor_id=None)
        show_story(*here, story.id, people_agreed=True, actor_id=None)
        db.session.commit()
        return story.id


def send(app: Flask, world: World, story_id: UUID, words: str, *, name: str = "Robin", volunteer_id: UUID | None = None) -> UUID:
    """Let somebody write under it; answers the comment's id."""
    with app.app_context():
        sent = send_comment(
            db.session(),
            app.config["KEYRING"],
            world.programme_id,
            comment_id=new_id(),
            organisation_id=world.organisation_id,
            words=words,
            name=name,
            story_id=story_id,
            volunteer_id=volunteer_id,
        )
        db.session.commit()
        return sent.id
