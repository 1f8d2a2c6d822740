"""Lists of stories: what a programme's organisations show, newest first, and what one organisation has written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from timecredits.community.comments.reading import count_comments
from timecredits.community.story_models import Story, StoryState
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Organisation, Picture

__all__ = [
    "OwnStory",
    "ShownStory",
    "Stories",
    "list_own_stories",
    "list_stories",
    "picture_words",
    "read_picture_of",
    "read_story",
]

PAGE: Final = 12
_TEASER: Final = 180


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story as anybody reads it. `words` are cut short in lists; `picture_shows` is "" without a picture."""

    id: UUID
    organisation_id: UUID
    organisation: str
    title: str
    words: str
    shown_at: datetime
    picture_id: UUID | None
    picture_shows: str
    picture_size: tuple[int, int]
    takes_comments: bool
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Stories:
    """One page of shown stories. Pages count from 1."""

    stories: tuple[ShownStory, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OwnStory:
    """A story in its organisation's list."""

    id: UUID
    title: str
    state: StoryState
    changed_at: datetime
    shown_at: datetime | None


def list_stories(session: Session, programme_id: UUID, *, reader_id: UUID | None, page: int = 1) -> Stories:
    """What is shown, newest first, with as many comments as this reader (None: anybody) finds there. Three queries."""
    total = session.scalar(select(func.count()).select_from(_query(programme_id).with_only_columns(Story.id).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.execute(
        _query(programme_id).order_by(Story.shown_at.desc(), Story.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    counts = count_comments(session, programme_id, [row[0].id for row in rows], reader_id=reader_id)
    return Stories(
        tuple(_read(*row, words=_teaser(row[0].words), comments=counts.get(row[0].id, 0)) for row in rows), page, pages
    )


def read_story(session: Session, programme_id: UUID, story_id: UUID) -> ShownStory:
    """One that is shown. Raises NotFoundError for a draft or one taken down too."""
    row = session.execute(_query(programme_id).where(Story.id == story_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _read(*row, words=row[0].words)


def read_picture_of(session: Session, programme_id: UUID, story_id: UUID, *, organisation_id: UUID | None = None) -> bytes | None:
    """The JPEG of a story that is shown, or, to its organisation, of any; None where there is none."""
    seen = Story.state == StoryState.SHOWN if organisation_id is None else Story.organisation_id == organisation_id
    return session.scalar(
        select(Picture.jpeg)
        .join(Story, (Story.programme_id == Picture.programme_id) & (Story.picture_id == Picture.id))
        .where(Story.programme_id == programme_id, Story.id == story_id, seen)
    )


def picture_words(session: Session, programme_id: UUID, picture_id: UUID | None) -> str:
    """What a picture shows, in words, or "" where there is none."""
    if picture_id is None:
        return ""
    return session.scalar(select(Picture.shows).where(Picture.programme_id == programme_id, Picture.id == picture_id)) or ""


def list_own_stories(
    session: Session, programme_id: UUID, organisation_id: UUID, *, page: int = 1
) -> tuple[list[OwnStory], int, int]:
    """An organisation's stories in every state, the last changed first; with the page and how many pages there are."""
    mine = (Story.programme_id == programme_id, Story.organisation_id == organisation_id)
    total = session.scalar(select(func.count()).select_from(Story).where(*mine)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        select(Story).where(*mine).order_by(Story.changed_at.desc(), Story.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    )
    return [OwnStory(each.id, each.title, each.state, each.changed_at, each.shown_at) for each in rows], page, pages


def _query(programme_id: UUID) -> Select[Story, str, str, int, int]:
    return (
        select(Story, Organisation.name, Picture.shows, Picture.width, Picture.height)
        .join(Organisation, (Organisation.programme_id == Story.programme_id) & (Organisation.id == Story.organisation_id))
        .outerjoin(Picture, (Picture.programme_id == Story.programme_id) & (Picture.id == Story.picture_id))
        .where(Story.programme_id == programme_id, Story.state == StoryState.SHOWN)
    )


def _read(
    story: Story, organisation: str, shows: str | None, width: int | None, height: int | None, *, words: str, comments: int = 0
) -> ShownStory:
    return ShownStory(
        story.id,
        story.organisation_id,
        organisation,
        story.title,
        words,
        story.shown_at or story.changed_at,
        story.picture_id,
        shows or "",
        (width or 0, height or 0),
        story.takes_comments,
        comments,
    )


def _teaser(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _TEASER else line[:_TEASER].rsplit(" ", 1)[0] + " …"
