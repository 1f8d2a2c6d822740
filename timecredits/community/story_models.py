"""What is stored of stories, and of what people write under them and on the boards of groups: all of it waits for a look."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class StoryState(StrEnum):
    """Where a story stands."""

    DRAFT = "draft"
    SHOWN = "shown"
    TAKEN_DOWN = "taken_down"


class Story(InProgramme, Base):
    """Something that an organisation publishes."""

    __tablename__ = "story"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("picture", "picture_id"),
        Index(None, "programme_id", "state", "shown_at"),
        Index(None, "programme_id", "organisation_id"),
    )

    organisation_id: Mapped[UUID]
    title: Mapped[str]
    words: Mapped[str]
    picture_id: Mapped[UUID | None]
    state: Mapped[StoryState] = mapped_column(Word(StoryState), default=StoryState.DRAFT)
    people_agreed: Mapped[bool] = mapped_column(default=False)
    """Whoever published it said that everybody in it agreed."""
    takes_comments: Mapped[bool] = mapped_column(default=True)
    shown_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CommentState(StrEnum):
    """Where a comment stands."""

    WAITING = "waiting"
    SHOWN = "shown"
    TURNED_DOWN = "turned_down"
    TAKEN_BACK = "taken_back"  # by who wrote it; its words are gone


class CommentReason(StrEnum):
    """Why a comment was turned down, in one word that a sentence stands for."""

    CONTACT = "contact"  # a phone number, an address
    NAMES = "names"  # names somebody else
    HURTFUL = "hurtful"
    ADVERT = "advert"
    OFF_TOPIC = "off_topic"
    UNSAFE = "unsafe"  # passed on to the safeguarding lead
    OTHER = "other"


class Comment(InProgramme, Base):
    """Words under a story, or on the board of a group, by the name that the person chose. The words are sealed."""

    __tablename__ = "comment"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("story", "story_id"),
        belongs_to("peer_group", "group_id"),
        belongs_to("comment", "reply_to"),
        belongs_to("volunteer", "volunteer_id"),
        CheckConstraint("(story_id IS NULL) <> (group_id IS NULL)", name="one_place"),
        Index(None, "programme_id", "organisation_id", "state", "sent_at"),
        Index(None, "programme_id", "story_id", "state"),
        Index(None, "programme_id", "group_id", "state"),
        Index(None, "programme_id", "volunteer_id"),
    )

    organisation_id: Mapped[UUID]
    """Whose moderators look at it."""
    story_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    reply_to: Mapped[UUID | None]
    volunteer_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    """A member of staff who writes for the organisation. Both NULL: a visitor, who gave a name and nothing else."""
    name: Mapped[str]
    """As it is shown: the name that the person chose."""
    sealed: Mapped[bytes | None]
    """NULL once taken back."""
    state: Mapped[CommentState] = mapped_column(Word(CommentState), default=CommentState.WAITING)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    """What a moderator should look for: words of stories/warnings.py."""
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    """A user, or the volunteer who is the group's facilitator."""
    reason: Mapped[CommentReason | None] = mapped_column(Word(CommentReason))
    appealed_at: Mapped[datetime | None]
    sealed_appeal: Mapped[bytes | None]
    appeal_decided_at: Mapped[datetime | None]
    appeal_decided_by: Mapped[UUID | None]
