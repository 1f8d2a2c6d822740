"""Sending a comment, and taking it back. The words are sealed; the name is the one that the person chose."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.community.comments.limits import Writer, check_limits, count_sent
from timecredits.community.comments.warnings import count_addresses, find_warnings
from timecredits.community.group_models import PeerGroup
from timecredits.community.story_models import Comment, CommentState, Story, StoryState
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import is_kept_apart
from timecredits.network.chosen_names import LONGEST_CHOSEN_NAME, tidy_chosen_name
from timecredits.network.scope import find, find_and_hold
from timecredits.network.standing import need_open

__all__ = ["LONGEST_WORDS", "MOST_ADDRESSES", "SentComment", "forget_words", "opened", "send_comment", "take_back"]

LONGEST_WORDS: Final = 2_000
MOST_ADDRESSES: Final = 2
_LONGEST_READ: Final = 20_000
"""Longer texts are refused before anybody goes through them letter by letter."""
_SAME_WITHIN: Final = timedelta(days=1)
_PURPOSE: Final = "comment"
_GONE: Final = Sentence("What you want to answer is not here any more. Nothing was sent.")
_INSERTS: Final[dict[str, Callable[..., Any]]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class SentComment:
    """What was kept. `is_new` is False where the same was sent before: then `id` is that of the first."""

    id: UUID
    state: CommentState
    warnings: tuple[str, ...]
    is_new: bool = True


def send_comment(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    *,
    comment_id: UUID,
    organisation_id: UUID,
    words: str,
    name: str,
    story_id: UUID | None = None,
    group_id: UUID | None = None,
    reply_to: UUID | None = None,
    volunteer_id: UUID | None = None,
    user_id: UUID | None = None,
    waits: bool = True,
    browser: str = "",
) -> SentComment:
    """Keep a comment under a story or on a group's board; the same words again in the same place within a day are one.

    Other words under the same id (somebody went back, and wrote on) are a comment of their own, whose id follows from both.
    `browser` tells one visitor's browser from another's, for the limits. Whether somebody is in the group is the caller's to ask.
    Raises RuleError (fields `words`, `name`) for what can't be taken, NotFoundError for a place that is not there.
    """
    said = _tidied(words)
    # Staff write by a name that is theirs already: "St.Mary's" is no address.
    shown_name = tidy_chosen_name(name) if user_id is None else tidy_line(name, LONGEST_CHOSEN_NAME, field="name")
    need_open(session, programme_id, organisation_id)
    place = _place(session, programme_id, organisation_id, story_id, group_id)
    thread = None if reply_to is None else _thread(session, programme_id, reply_to, place, volunteer_id)
    here = {**place, "reply_to": thread}
    if _is_other(session, keyring, programme_id, comment_id, said, (volunteer_id, user_id)):
        comment_id = uuid5(comment_id, said)
    same = _sent_before(session, keyring, programme_id, comment_id, here, said, (volunteer_id, user_id, shown_name))
    if same is not None:
        return SentComment(same.id, same.state, tuple(same.warnings), is_new=False)
    writer = Writer(programme_id, organisation_id, volunteer_id, user_id, browser)
    check_limits(session, writer)
    warnings = find_warnings(session, programme_id, organisation_id, said, name=shown_name, volunteer_id=volunteer_id)
    state = CommentState.WAITING if waits else CommentState.SHOWN
    made = session.connection().execute(
        _INSERTS[session.connection().dialect.name](Comment.__table__)
        .values(
            programme_id=programme_id,
            id=comment_id,
            organisation_id=organisation_id,
            **here,
            volunteer_id=volunteer_id,
            user_id=user_id,
            name=shown_name,
            sealed=seal(keyring, _PURPOSE, comment_id, said),
            state=state,
            warnings=warnings,
            sent_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Comment.__table__.c.id)
    )
    is_new = made.scalar() is not None  # else somebody pressed twice at once
    if is_new:
        count_sent(session, writer)
    return SentComment(comment_id, state, tuple(warnings), is_new=is_new)


def take_back(session: Session, programme_id: UUID, comment_id: UUID, *, volunteer_id: UUID | None) -> None:
    """Throw the words and the name of one's own comment away, for good; twice is once.

    `volunteer_id` None is for a visitor who holds the comment's private link. Raises NotFoundError for somebody else's.
    """
    comment = find_and_hold(session, Comment, programme_id, comment_id, volunteer_id=volunteer_id)
    if volunteer_id is None and comment.user_id is not None:
        raise NotFoundError
    forget_words(comment)
    session.flush()


def forget_words(comment: Comment) -> None:
    """Leave nothing of a comment but that there was one."""
    comment.state = CommentState.TAKEN_BACK
    comment.sealed = comment.sealed_appeal = None
    comment.name = ""
    comment.warnings = []


def opened(keyring: Keyring, comment: Comment) -> str:
    """The words of a comment; empty once taken back, or where their key is gone."""
    return "" if comment.sealed is None else open_sealed(keyring, _PURPOSE, comment.id, comment.sealed) or ""


def _tidied(words: str) -> str:
    if len(words) > _LONGEST_READ:
        raise RuleError(
            Sentence(
                "That is too long. Use at most %(most)s letters. You typed %(typed)s. Nothing was sent.",
                most=f"{LONGEST_WORDS:,}",
                typed=f"{len(words):,}",
            ),
            field="words",
        )
    said = tidy_text(words, LONGEST_WORDS, field="words", missing=Sentence("Write a few words first. Nothing was sent."))
    if count_addresses(said) > MOST_ADDRESSES:
        raise RuleError(
            Sentence("Use at most %(most)s web addresses. Take some out. Nothing was sent.", most=MOST_ADDRESSES), field="words"
        )
    return said


def _place(
    session: Session, programme_id: UUID, organisation_id: UUID, story_id: UUID | None, group_id: UUID | None
) -> dict[str, UUID | None]:
    if (story_id is None) == (group_id is None):
        raise NotFoundError
    if story_id is not None:
        here = {"organisation_id": organisation_id, "state": StoryState.SHOWN}
        if not find(session, Story, programme_id, story_id, **here).takes_comments:
            raise RuleError(Sentence("This story takes no more comments. Nothing was sent."), field="words")
    if group_id is not None:
        find(session, PeerGroup, programme_id, group_id, organisation_id=organisation_id, has_board=True, ended_at=None)
    return {"story_id": story_id, "group_id": group_id}


def _thread(
    session: Session, programme_id: UUID, reply_to: UUID, place: dict[str, UUID | None], volunteer_id: UUID | None
) -> UUID:
    """The comment that a reply stands under: there is one level, so a reply to a reply stands beside it."""
    row = session.scalars(
        select(Comment).filter_by(programme_id=programme_id, id=reply_to, state=CommentState.SHOWN, **place)
    ).one_or_none()
    if row is None:
        raise RuleError(_GONE, field="words")
    if volunteer_id and row.volunteer_id and is_kept_apart(session, programme_id, volunteer_id, row.volunteer_id):
        raise RuleError(_GONE, field="words")
    return row.reply_to or row.id


def _is_other(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    comment_id: UUID,
    words: str,
    writer: tuple[UUID | None, UUID | None],
) -> bool:
    """Whether this person sent other words under this id before. What they took back is not sent again by a page loaded twice."""
    known = session.get(Comment, (programme_id, comment_id))
    if known is None or (known.volunteer_id, known.user_id) != writer:
        return False
    return known.state is not CommentState.TAKEN_BACK and opened(keyring, known) != words


def _sent_before(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    comment_id: UUID,
    here: dict[str, UUID | None],
    words: str,
    writer: tuple[UUID | None, UUID | None, str],
) -> Comment | None:
    volunteer_id, user_id, name = writer
    known = session.get(Comment, (programme_id, comment_id))
    if known is not None:
        if (known.volunteer_id, known.user_id) != (volunteer_id, user_id):
            raise NotFoundError
        return known
    query = select(Comment).filter_by(programme_id=programme_id, **here, volunteer_id=volunteer_id, user_id=user_id)
    if volunteer_id is None and user_id is None:
        query = query.filter_by(name=name)
    recent = session.scalars(query.where(Comment.sent_at > clock.now() - _SAME_WITHIN, Comment.sealed.is_not(None)))
    return next((each for each in recent if opened(keyring, each) == words), None)
