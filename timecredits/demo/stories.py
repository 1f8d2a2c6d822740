"""Five stories of the demo, and what people wrote under them: waiting, shown, answered, turned down, and one looked at again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.comments.asking_again import appeal
from timecredits.community.comments.commenting import send_comment
from timecredits.community.comments.moderating import decide
from timecredits.community.stories.telling import StoryFacts, show_story, write_story
from timecredits.community.story_models import CommentReason
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.chosen_names import choose_name

__all__ = ["tell_sample_stories"]


@dataclass(frozen=True, slots=True)
class _Said:
    """A comment: its words, by whom, and what became of it (None: it waits)."""

    name: str
    words: str
    shown: bool | None = None
    reason: CommentReason | None = None
    appeal: str = ""
    answer: str = ""
    by_volunteer: bool = False


_STORIES: Final = (
    (
        70,
        "The bench that took a whole summer",
        "It began with six planks and no plan.\n\nSome sanded. Some made tea. One person only watched, then asked for a brush.",
        (
            _Said(
                "Wren", "I sat on it today. It does not wobble.", shown=True, answer="Thank you. We were worried about one leg."
            ),
            _Said("Robin", "I was the one who watched. The brush was a good idea.", shown=True, by_volunteer=True),
        ),
    ),
    (
        48,
        "Soup for forty, by people who had never met",
        "Somebody brought leeks. Somebody brought a story about leeks.\n\nBy one there was soup. By two there was none.",
        (
            _Said("Ash", "Can I get the recipe? I can peel.", shown=True),
            _Said("A neighbour", "Best soup. Cheap boilers at boilers.example", shown=False, reason=CommentReason.ADVERT),
        ),
    ),
    (
        30,
        "Learning to send a photo at 81",
        "She wanted to send one photo to her sister. It took three visits.\n\nNow she shows others how it is done.",
        (
            _Said(
                "Moss",
                "Zofia Example showed me too. She is very patient.",
                shown=False,
                reason=CommentReason.NAMES,
                appeal="I asked her. She is happy to be named.",
            ),
            _Said("Heather", "This made my day.", shown=True),
        ),
    ),
    (
        12,
        "A walk with no hurry in it",
        "We go as fast as the slowest shoe.\n\nLast week we saw a heron, a lost glove and the same dog twice.",
        (
            _Said("Fern", "When do you walk next? Ring me on 01632 960188."),
            _Said("Reed", "I have not been out for a long time. I might come and stand at the start."),
        ),
    ),
    (
        3,
        "What the shed group is making now",
        "Bird boxes. Twelve so far. Nobody counts the ones that went wrong.",
        (_Said("Lark", "How do I get one for our garden?"),),
    ),
)
"""Days before today, title, words, and what people wrote. All of it is made up."""


def tell_sample_stories(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    coordinator_id: UUID,
    organisation: str,
    volunteer_id: UUID,
) -> None:
    """Show the stories at one organisation, whose coordinator decides on what people wrote. The volunteer is Robin."""
    now = clock.now()
    choose_name(session, programme_id, volunteer_id, "Robin")
    for days, title, words, comments in _STORIES:
        story_id = new_id()
        here = (session, programme_id, organisation_id)
        with clock.standing_at(now - timedelta(days=days)):
            write_story(*here, StoryFacts(title, words), story_id=story_id, actor_id=coordinator_id)
            show_story(*here, story_id, people_agreed=True, actor_id=coordinator_id)
        for number, said in enumerate(comments):
            with clock.standing_at(now - timedelta(days=max(days - 1, 0), hours=3 - number)):
                place = (programme_id, organisation_id, story_id)
                _say(session, keyring, place, said, coordinator_id, organisation, volunteer_id if said.by_volunteer else None)


def _say(
    session: Session,
    keyring: Keyring,
    place: tuple[UUID, UUID, UUID],
    said: _Said,
    coordinator_id: UUID,
    organisation: str,
    volunteer_id: UUID | None,
) -> None:
    programme_id, organisation_id, story_id = place

    def send(words: str, name: str, *, reply_to: UUID | None = None, user_id: UUID | None = None) -> UUID:
        return send_comment(
            session,
            keyring,
            programme_id,
            comment_id=new_id(),
            organisation_id=organisation_id,
            words=words,
            name=name,
            story_id=story_id,
            reply_to=reply_to,
            volunteer_id=None if user_id else volunteer_id,
            user_id=user_id,
        ).id

    def answer(comment_id: UUID, *, shown: bool) -> None:
        decide(
            session,
            programme_id,
            comment_id,
            actor_id=coordinator_id,
            shown=shown,
            reason=said.reason,
            organisation_id=organisation_id,
        )

    comment_id = send(said.words, said.name)
    if said.shown is not None:
        answer(comment_id, shown=said.shown)
    if said.answer:
        reply_id = send(said.answer, organisation, reply_to=comment_id, user_id=coordinator_id)
        answer(reply_id, shown=True)
    if said.appeal:
        appeal(session, keyring, programme_id, comment_id, said.appeal, volunteer_id=volunteer_id)
