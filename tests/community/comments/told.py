"""A story that two organisations' people can write under, with the shortest ways to write, decide and read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING
from timecredits.community.comments.asking_again import report
from timecredits.community.comments.commenting import SentComment, send_comment
from timecredits.community.comments.moderating import decide, waiting
from timecredits.community.comments.reading import ShownComment, list_comments
from timecredits.community.stories.telling import StoryFacts, show_story, write_story
from timecredits.community.story_models import Comment
from timecredits.foundation.db import new_id
from timecredits.network.models import RoleKind
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import enrol_volunteer

NOW = datetime(2026, 11, 21, 9, 7, tzinfo=UTC)


@dataclass
class Told:
    """A story that is shown at Riverside, whose owner is `owner_id`; `other_id` is another organisation."""

    session: Session
    programme_id: UUID
    organisation_id: UUID
    other_id: UUID
    owner_id: UUID
    story_id: UUID

    def person(self, name: str, last: str = "") -> UUID:
        return enrol_volunteer(
            self.session, self.programme_id, self.organisation_id, first_name=name, last_name=last
        ).volunteer.id

    def send(self, words: str = "What a good day.", *, name: str = "Robin", **more: Any) -> SentComment:
        more = {"comment_id": new_id(), "story_id": self.story_id, "organisation_id": self.organisation_id, **more}
        return send_comment(self.session, KEYRING, self.programme_id, words=words, name=name, **more)

    def decide(self, comment_id: UUID, *, shown: bool, by: UUID | None = None, reason: str | None = None) -> bool:
        why = reason or (None if shown else "hurtful")
        return decide(
            self.session,
            self.programme_id,
            comment_id,
            actor_id=by or self.owner_id,
            shown=shown,
            reason=why,
            organisation_id=self.organisation_id,
        )

    def shown(self, words: str = "What a good day.", **more: Any) -> UUID:
        sent = self.send(words, **more)
        self.decide(sent.id, shown=True)
        return sent.id

    def decide_again(self, comment_id: UUID, *, answered_by: UUID) -> None:
        """Hide something that was shown and answered: the answer is hidden with it."""
        self.shown("An answer to it", volunteer_id=answered_by, reply_to=comment_id)
        report(self.session, self.programme_id, comment_id, reporter="a", story_id=self.story_id)
        self.decide(comment_id, shown=False)

    def read(self, reader_id: UUID | None = None) -> tuple[ShownComment, ...]:
        return list_comments(self.session, KEYRING, self.programme_id, story_id=self.story_id, reader_id=reader_id).comments

    def said(self, reader_id: UUID | None = None) -> list[str]:
        return [each for top in self.read(reader_id) for each in (top.words, *(reply.words for reply in top.replies))]

    def queue(self) -> list[UUID]:
        page = waiting(self.session, KEYRING, self.programme_id, organisation_id=self.organisation_id)
        return [each.id for each in page.comments]

    def row(self, comment_id: UUID) -> Comment:
        self.session.expire_all()
        return self.session.get_one(Comment, (self.programme_id, comment_id))


def tell(session: Session) -> Told:
    programme = create_programme(session, name="Fenland", slug="fenland")
    here = create_organisation(session, programme.id, name="Riverside", slug="riverside")
    other = create_organisation(session, programme.id, name="Lantern", slug="lantern")
    owner = create_user(session, email="owner@example.org", name="Olive Owner")
    give_role(session, programme.id, owner.id, RoleKind.ORGANISATION_OWNER, organisation_id=here.id)
    story = write_story(
        session,
        programme.id,
        here.id,
        StoryFacts("A day by the river", "We went out.\n\nIt was good."),
        story_id=new_id(),
        actor_id=owner.id,
    )
    show_story(session, programme.id, here.id, story.id, people_agreed=True, actor_id=owner.id)
    return Told(session, programme.id, here.id, other.id, owner.id, story.id)
