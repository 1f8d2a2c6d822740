"""Writing a story, showing it, taking it down and putting it back. It goes nowhere until somebody says that all in it agreed."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.story_models import Story, StoryState
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.pictures import MadePicture
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.pictures import drop_picture, keep_picture
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "LONGEST_STORY",
    "LONGEST_TITLE",
    "StoryFacts",
    "change_story",
    "find_story",
    "remove_draft",
    "set_story_picture",
    "show_story",
    "take_down",
    "write_story",
]

LONGEST_TITLE: Final = 120
LONGEST_STORY: Final = 10_000
LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What is told: a title, words in paragraphs, and whether people may write under it."""

    title: str
    words: str
    takes_comments: bool = True


def find_story(session: Session, programme_id: UUID, organisation_id: UUID, story_id: UUID) -> Story:
    """One of an organisation's stories. Raises NotFoundError."""
    return find(session, Story, programme_id, story_id, organisation_id=organisation_id)


def write_story(
    session: Session, programme_id: UUID, organisation_id: UUID, facts: StoryFacts, *, story_id: UUID, actor_id: UUID | None
) -> Story:
    """Begin a story as a draft that nobody else reads. The same `story_id` twice makes one. Raises RuleError."""
    told = _tidied(facts)
    if session.get(Story, (programme_id, story_id)) is not None:
        return find_story(session, programme_id, organisation_id, story_id)
    now = clock.now()
    story = Story(
        programme_id=programme_id,
        id=story_id,
        organisation_id=organisation_id,
        title=told.title,
        words=told.words,
        takes_comments=told.takes_comments,
        state=StoryState.DRAFT,
        made_by=actor_id,
        made_at=now,
        changed_at=now,
    )
    session.add(story)
    session.flush()
    _note(session, story, "story written", actor_id)
    return story


def change_story(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    story_id: UUID,
    facts: StoryFacts,
    *,
    people_agreed: bool = False,
    actor_id: UUID | None,
) -> Story:
    """Tell it otherwise. One that is shown is shown as it is told now.

    Raises NotFoundError; RuleError, also (`agreed`) for other words of one that is shown, unless everybody in it agreed to them.
    """
    told = _tidied(facts)
    story = find_and_hold(session, Story, programme_id, story_id, organisation_id=organisation_id)
    if (story.title, story.words) != (told.title, told.words):
        _ask(story, people_agreed=people_agreed)
    story.title, story.words, story.takes_comments = told.title, told.words, told.takes_comments
    story.changed_at = clock.now()
    session.flush()
    _note(session, story, "story changed", actor_id)
    return story


def show_story(
    session: Session, programme_id: UUID, organisation_id: UUID, story_id: UUID, *, people_agreed: bool, actor_id: UUID | None
) -> Story:
    """Show a draft, or one that was taken down. Twice is once. Raises RuleError unless everybody in it agreed (`agreed`)."""
    story = find_and_hold(session, Story, programme_id, story_id, organisation_id=organisation_id)
    if not people_agreed:
        raise RuleError(Sentence("Ask everybody in the story first. It is not shown yet."), field="agreed")
    if story.state is StoryState.SHOWN:
        return story
    story.state, story.people_agreed = StoryState.SHOWN, True
    story.shown_at = story.shown_at or clock.now()
    session.flush()
    _note(session, story, "story shown", actor_id)
    return story


def take_down(session: Session, programme_id: UUID, organisation_id: UUID, story_id: UUID, *, actor_id: UUID | None) -> Story:
    """Show a story no longer. It can be put back; whoever does says anew that everybody agreed. Twice is once."""
    story = find_and_hold(session, Story, programme_id, story_id, organisation_id=organisation_id)
    if story.state is not StoryState.SHOWN:
        return story
    story.state, story.people_agreed = StoryState.TAKEN_DOWN, False
    session.flush()
    _note(session, story, "story taken down", actor_id)
    return story


def remove_draft(session: Session, programme_id: UUID, organisation_id: UUID, story_id: UUID, *, actor_id: UUID | None) -> None:
    """Throw away a story that was never shown. Raises RuleError for one that was: comments may stand under it."""
    story = find_and_hold(session, Story, programme_id, story_id, organisation_id=organisation_id)
    if story.shown_at is not None:
        raise RuleError(Sentence("This story was shown before. Take it down instead. Nothing was changed."))
    picture_id = story.picture_id
    _note(session, story, "story draft removed", actor_id)
    session.delete(story)
    session.flush()
    drop_picture(session, programme_id, picture_id)


def set_story_picture(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    story_id: UUID,
    made: MadePicture | None,
    *,
    shows: str,
    people_agreed: bool = False,
    actor_id: UUID | None,
) -> Story:
    """Show a picture in place of the one before; None shows none. `shows` is said to people who can't see it.

    Raises RuleError (field `shows`) where a picture comes without words, or with too many, and (`agreed`) for a picture of a
    story that is shown, unless everybody in it agreed; NotFoundError.
    """
    missing = Sentence("Say in a few words what the picture shows. Nothing was saved.")
    said = "" if made is None else tidy_line(shows, LONGEST_SHOWN, field="shows", missing=missing)
    story = find_and_hold(session, Story, programme_id, story_id, organisation_id=organisation_id)
    if made is not None:
        _ask(story, people_agreed=people_agreed)
    before = story.picture_id
    story.picture_id = None if made is None else keep_picture(session, programme_id, new_id(), made, shows=said)
    story.changed_at = clock.now()
    session.flush()
    drop_picture(session, programme_id, before)
    _note(session, story, "story picture changed", actor_id)
    return story


def _ask(story: Story, *, people_agreed: bool) -> None:
    """What is shown changes at once, so whoever is in it is asked before."""
    if story.state is StoryState.SHOWN and not people_agreed:
        raise RuleError(Sentence("Ask everybody in the story first. Nothing was saved."), field="agreed")


def _tidied(facts: StoryFacts) -> StoryFacts:
    return StoryFacts(
        tidy_line(facts.title, LONGEST_TITLE, field="title", missing=Sentence("Give the story a title. Nothing was saved.")),
        tidy_text(facts.words, LONGEST_STORY, field="words", missing=Sentence("Write the story first. Nothing was saved.")),
        facts.takes_comments,
    )


def _note(session: Session, story: Story, act: str, actor_id: UUID | None) -> None:
    audit.record(session, story.programme_id, act, actor_id=actor_id, subject_id=story.id, organisation_id=story.organisation_id)
