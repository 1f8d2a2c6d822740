"""What stands under a story or on a board, as one reader may see it, and what a person wrote themself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from timecredits.community.comments.commenting import opened
from timecredits.community.story_models import Comment, CommentReason, CommentState, Story, StoryState
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.network.blocks import apart_from
from timecredits.network.scope import find

__all__ = [
    "CommentsPage",
    "MyComment",
    "MyComments",
    "ShownComment",
    "count_comments",
    "list_comments",
    "my_comment",
    "my_comments",
    "read_shown",
]

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as one reader sees it. Taken back but answered: `name` and `words` are empty, and the answers stay."""

    id: UUID
    name: str
    words: str
    sent_at: datetime
    state: CommentState
    is_mine: bool
    is_staff: bool
    replies: tuple["ShownComment", ...] = ()


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """One page of comments, newest first, each with all its replies, oldest first. Pages count from 1."""

    comments: tuple[ShownComment, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class MyComment:
    """Something that a person wrote, and where it stands. `story_title` is "" for a board. Not told: who decided.

    `story_shown`: there is a story to go to, which was not taken down.
    """

    id: UUID
    name: str
    words: str
    story_id: UUID | None
    group_id: UUID | None
    story_title: str
    sent_at: datetime
    state: CommentState
    reason: CommentReason | None
    can_appeal: bool
    appeal_waits: bool
    warnings: tuple[str, ...] = ()
    story_shown: bool = False


@dataclass(frozen=True, slots=True)
class MyComments:
    """One page of what a person wrote, newest first."""

    comments: tuple[MyComment, ...]
    page: int
    pages: int


def list_comments(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    *,
    story_id: UUID | None = None,
    group_id: UUID | None = None,
    reader_id: UUID | None,
    page: int = 1,
) -> CommentsPage:
    """What `reader_id` (a volunteer, or None for anybody) may read here. Waiting ones only to who wrote them. Three queries.

    Nobody sees what somebody wrote whom they are kept apart from, nor the answers to it.
    """
    here = Comment.programme_id == programme_id, Comment.story_id == story_id, Comment.group_id == group_id
    may_read = _may_read(programme_id, reader_id, Comment)
    reply = aliased(Comment)
    answered = exists().where(
        reply.programme_id == programme_id, reply.reply_to == Comment.id, _may_read(programme_id, reader_id, reply)
    )
    first = [
        *here,
        Comment.reply_to.is_(None),
        or_(
            may_read,
            and_(Comment.state == CommentState.TAKEN_BACK, answered, _not_apart(programme_id, reader_id, Comment)),
        ),
    ]
    pages, page = _paged(session, select(Comment.id).where(*first), page)
    tops = session.scalars(
        select(Comment).where(*first).order_by(Comment.sent_at.desc(), Comment.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    replies: dict[UUID | None, list[ShownComment]] = defaultdict(list)
    for each in session.scalars(
        select(Comment)
        .where(*here, Comment.reply_to.in_([top.id for top in tops]), may_read)
        .order_by(Comment.sent_at, Comment.id)
    ):
        replies[each.reply_to].append(_shown(keyring, each, reader_id))
    return CommentsPage(tuple(_shown(keyring, each, reader_id, tuple(replies[each.id])) for each in tops), page, pages)


def read_shown(
    session: Session, keyring: Keyring, programme_id: UUID, comment_id: UUID, *, story_id: UUID, reader_id: UUID | None
) -> ShownComment:
    """One comment that is shown under a story, to answer it. Raises NotFoundError for one that this reader can't see."""
    found = session.scalars(
        select(Comment).where(
            Comment.programme_id == programme_id,
            Comment.id == comment_id,
            Comment.story_id == story_id,
            Comment.state == CommentState.SHOWN,
            _not_apart(programme_id, reader_id, Comment),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return _shown(keyring, found, reader_id)


def count_comments(session: Session, programme_id: UUID, story_ids: list[UUID], *, reader_id: UUID | None) -> dict[UUID, int]:
    """How many shown comments this reader finds under each of these stories: as `list_comments`. One query."""
    top = aliased(Comment)
    stands = exists().where(
        top.programme_id == programme_id,
        top.id == Comment.reply_to,
        top.state.in_([CommentState.SHOWN, CommentState.TAKEN_BACK]),
        _not_apart(programme_id, reader_id, top),
    )
    rows = session.execute(
        select(Comment.story_id, func.count())
        .where(
            Comment.programme_id == programme_id,
            Comment.story_id.in_(story_ids),
            Comment.state == CommentState.SHOWN,
            _not_apart(programme_id, reader_id, Comment),
            or_(Comment.reply_to.is_(None), stands),
        )
        .group_by(Comment.story_id)
    )
    return {story_id: count for story_id, count in rows if story_id is not None}


def my_comments(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, *, page: int = 1) -> MyComments:
    """What a volunteer wrote and did not take back, wherever it stands."""
    mine = (
        Comment.programme_id == programme_id,
        Comment.volunteer_id == volunteer_id,
        Comment.state != CommentState.TAKEN_BACK,
    )
    pages, page = _paged(session, select(Comment.id).where(*mine), page)
    rows = session.execute(
        select(Comment, Story)
        .outerjoin(Story, (Story.programme_id == Comment.programme_id) & (Story.id == Comment.story_id))
        .where(*mine)
        .order_by(Comment.sent_at.desc(), Comment.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return MyComments(tuple(_own(keyring, comment, story) for comment, story in rows), page, pages)


def my_comment(
    session: Session, keyring: Keyring, programme_id: UUID, comment_id: UUID, *, volunteer_id: UUID | None
) -> MyComment:
    """One of a volunteer's own, or (None) a visitor's who holds its private link. Raises NotFoundError."""
    comment = find(session, Comment, programme_id, comment_id, volunteer_id=volunteer_id)
    return _own(keyring, comment, None if comment.story_id is None else session.get(Story, (programme_id, comment.story_id)))


def _paged(session: Session, query: Select[UUID], page: int) -> tuple[int, int]:
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    return pages, min(max(1, page), pages)


def _may_read(programme_id: UUID, reader_id: UUID | None, comment: type[Comment]) -> ColumnElement[bool]:
    shown = comment.state == CommentState.SHOWN
    if reader_id is None:
        return shown
    own = and_(comment.state == CommentState.WAITING, comment.volunteer_id == reader_id)
    return and_(or_(shown, own), _not_apart(programme_id, reader_id, comment))


def _not_apart(programme_id: UUID, reader_id: UUID | None, comment: type[Comment]) -> ColumnElement[bool]:
    return comment.id.is_not(None) if reader_id is None else apart_from(programme_id, reader_id, comment.volunteer_id)


def _shown(keyring: Keyring, comment: Comment, reader_id: UUID | None, replies: tuple[ShownComment, ...] = ()) -> ShownComment:
    return ShownComment(
        comment.id,
        comment.name,
        opened(keyring, comment),
        comment.sent_at,
        comment.state,
        is_mine=reader_id is not None and comment.volunteer_id == reader_id,
        is_staff=comment.user_id is not None,
        replies=replies,
    )


def _own(keyring: Keyring, comment: Comment, story: Story | None) -> MyComment:
    return MyComment(
        comment.id,
        comment.name,
        opened(keyring, comment),
        comment.story_id,
        comment.group_id,
        "" if story is None else story.title,
        comment.sent_at,
        comment.state,
        comment.reason if comment.state is CommentState.TURNED_DOWN else None,
        can_appeal=comment.state is CommentState.TURNED_DOWN and comment.appealed_at is None,
        appeal_waits=comment.state is CommentState.TURNED_DOWN
        and comment.appealed_at is not None
        and comment.appeal_decided_at is None,
        warnings=tuple(comment.warnings),
        story_shown=story is not None and story.state is StoryState.SHOWN,
    )
