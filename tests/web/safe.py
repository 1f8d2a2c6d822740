"""The small world with duties, concerns and things that people wrote, for tests of being safe."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.community.safety_models import Concern
from timecredits.community.story_models import Comment, CommentState, Story, StoryState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Volunteer
from timecredits.web.database import db


def name_lead(app: Flask, world: World, who: str, *, programme: bool = False) -> None:
    """Make somebody of Riverside, or of the programme, a safeguarding lead."""
    with app.app_context():
        give_duty(
            db.session(),
            world.programme_id,
            DutyKind.SAFEGUARDING_LEAD,
            actor_id=None,
            organisation_id=None if programme else world.organisation_id,
            user_id=world.users[who],
        )
        db.session.commit()


def concern_ids(app: Flask) -> list[UUID]:
    """The concerns there are, oldest first."""
    with app.app_context():
        return list(db.session().scalars(select(Concern.id).order_by(Concern.raised_at)))


@dataclass(frozen=True)
class Written:
    """A story, and comments on it: by the other volunteer, by a visitor, by staff, by the volunteer, and one that waits."""

    story: UUID
    other: UUID
    visitor: UUID
    staff: UUID
    own: UUID
    waiting: UUID


def write_comments(session: Session, world: World) -> Written:
    """Within the caller's transaction; the other volunteer writes as Robin."""
    now, story_id = clock.now(), new_id()
    session.get_one(Volunteer, (world.programme_id, world.other_volunteer_id)).chosen_name = "Robin"
    session.add(
        Story(
            programme_id=world.programme_id,
            id=story_id,
            organisation_id=world.organisation_id,
            title="A day in the garden",
            words="We dug.",
            state=StoryState.SHOWN,
            shown_at=now,
            made_at=now,
            changed_at=now,
        )
    )
    session.flush()
    ids = []
    for name, volunteer_id, user_id, state in (
        ("Robin", world.other_volunteer_id, None, CommentState.SHOWN),
        ("Passer-by", None, None, CommentState.SHOWN),
        ("Riverside", None, world.users["coordinator"], CommentState.SHOWN),
        ("Me", world.volunteer_id, None, CommentState.SHOWN),
        ("Robin", world.other_volunteer_id, None, CommentState.WAITING),
    ):
        ids.append(new_id())
        session.add(
            Comment(
                programme_id=world.programme_id,
                id=ids[-1],
                organisation_id=world.organisation_id,
                story_id=story_id,
                volunteer_id=volunteer_id,
                user_id=user_id,
                name=name,
                sealed=b"sealed",
                state=state,
                sent_at=now,
            )
        )
    session.flush()
    return Written(story_id, *ids)
