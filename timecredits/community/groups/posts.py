"""What members write on a group's board, for which community/comments keeps the words.

Writing holds the writer's membership: words of somebody who left meanwhile are not kept. A facilitator who is a volunteer
never sees posts of people kept apart from them: another facilitator decides on those.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from timecredits.community.comments.asking_again import report
from timecredits.community.comments.commenting import SentComment, send_comment, take_back
from timecredits.community.comments.moderating import WaitingPage, decide, waiting
from timecredits.community.group_models import PeerGroup
from timecredits.community.groups.facilitators import looks_after
from timecredits.community.groups.members import held_member
from timecredits.community.story_models import Comment, CommentReason, CommentState
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.network.blocks import apart_from
from timecredits.network.chosen_names import choose_name
from timecredits.network.models import Volunteer
from timecredits.network.scope import find

__all__ = ["decide_post", "has_posts", "post", "post_as_staff", "report_post", "take_back_posts", "waiting_posts"]


def post(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    group_id: UUID,
    volunteer_id: UUID,
    words: str,
    *,
    comment_id: UUID,
    name: str = "",
    reply_to: UUID | None = None,
) -> SentComment:
    """Put a member's words on the board. The same `comment_id` twice puts them there once.

    `name` is kept as their chosen name where they have none yet. Raises NotFoundError for who isn't in the group (any more), one
    without a board, or one that ended: nothing is kept. RuleError for words or a name that can't stay as they are.
    """
    group = _with_board(session, programme_id, group_id)
    held_member(session, programme_id, group_id, volunteer_id)
    chosen = find(session, Volunteer, programme_id, volunteer_id).chosen_name
    return send_comment(
        session,
        keyring,
        programme_id,
        comment_id=comment_id,
        organisation_id=group.organisation_id,
        words=words,
        name=chosen or choose_name(session, programme_id, volunteer_id, name),
        group_id=group_id,
        reply_to=reply_to,
        volunteer_id=volunteer_id,
        waits=group.checks_posts and group_id not in looks_after(session, programme_id, volunteer_id),
    )


def post_as_staff(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    group_id: UUID,
    words: str,
    *,
    comment_id: UUID,
    name: str,
    user_id: UUID,
    reply_to: UUID | None = None,
) -> SentComment:
    """Put a facilitator's words on the board, who is staff; they show at once. Raises as `post`."""
    group = _with_board(session, programme_id, group_id, organisation_id=organisation_id)
    return send_comment(
        session,
        keyring,
        programme_id,
        comment_id=comment_id,
        organisation_id=group.organisation_id,
        words=words,
        name=name,
        group_id=group_id,
        reply_to=reply_to,
        user_id=user_id,
        waits=False,
    )


def report_post(session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID, comment_id: UUID) -> None:
    """Say that a post should be looked at. Raises NotFoundError for who isn't in the group, RuleError for too many in an hour."""
    held_member(session, programme_id, group_id, volunteer_id)
    report(session, programme_id, comment_id, reporter=f"volunteer {volunteer_id}", group_id=group_id)


def waiting_posts(
    session: Session, keyring: Keyring, group: PeerGroup, *, reader_id: UUID | None = None, page: int = 1
) -> WaitingPage:
    """What waits on a board for a facilitator; `reader_id` is one who is a volunteer."""
    at = {"organisation_id": group.organisation_id, "group_id": group.id}
    return waiting(session, keyring, group.programme_id, **at, reader_id=reader_id, page=page)


def decide_post(
    session: Session,
    group: PeerGroup,
    comment_id: UUID,
    *,
    shown: bool,
    reason: CommentReason | str | None,
    actor_id: UUID,
    reader_id: UUID | None = None,
) -> bool:
    """Show what waits, or not and why, as `moderating.decide`. To `reader_id`, posts of people kept apart are not here."""
    if reader_id is not None and not session.scalar(
        select(
            exists().where(
                Comment.programme_id == group.programme_id,
                Comment.id == comment_id,
                apart_from(group.programme_id, reader_id, Comment.volunteer_id),
            )
        )
    ):
        raise NotFoundError
    return decide(
        session,
        group.programme_id,
        comment_id,
        actor_id=actor_id,
        shown=shown,
        reason=reason,
        organisation_id=group.organisation_id,
        group_id=group.id,
    )


def has_posts(session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID) -> bool:
    """Whether somebody wrote anything on this board that still stands or waits."""
    return bool(session.scalar(select(exists().where(*_posts(programme_id, group_id, volunteer_id)))))


def take_back_posts(session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID) -> None:
    """Take back all that somebody wrote on this board; answers of others stay."""
    mine = select(Comment.id).where(*_posts(programme_id, group_id, volunteer_id)).order_by(Comment.id)
    for comment_id in session.scalars(mine).all():
        take_back(session, programme_id, comment_id, volunteer_id=volunteer_id)


def _with_board(session: Session, programme_id: UUID, group_id: UUID, **owner: UUID) -> PeerGroup:
    group = find(session, PeerGroup, programme_id, group_id, **owner)
    if not group.has_board or group.ended_at is not None:
        raise NotFoundError
    return group


def _posts(programme_id: UUID, group_id: UUID, volunteer_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Comment.programme_id == programme_id,
        Comment.group_id == group_id,
        Comment.volunteer_id == volunteer_id,
        Comment.state.in_([CommentState.WAITING, CommentState.SHOWN, CommentState.TURNED_DOWN]),
    )
