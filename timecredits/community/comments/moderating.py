"""Deciding on what people wrote: the queue, yes or no with a reason, taking that back, and appeals.

Moderators of an organisation look at what stands under its stories, and at posts on its groups' boards that were reported,
now or before; a group's facilitators look at their board. The caller asks whether somebody is one (network/duties).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from timecredits.community.comments.asking_again import opened_appeal
from timecredits.community.comments.commenting import opened
from timecredits.community.comments.warnings import Warn
from timecredits.community.story_models import Comment, CommentReason, CommentState, Story
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import apart_from, kept_apart
from timecredits.network.duties import holders, list_duties
from timecredits.network.models import DutyKind, RoleKind, StaffRole, User
from timecredits.network.roles import in_force

__all__ = [
    "DecidedComment",
    "DecidedPage",
    "WaitingComment",
    "WaitingPage",
    "count_waiting",
    "decide",
    "decided",
    "hold_all",
    "undo_decision",
    "waiting",
]

PAGE: Final = 20
_LOOK_AT: Final = [each for each in Warn if each is not Warn.KEPT]


@dataclass(frozen=True, slots=True)
class WaitingComment:
    """Something that waits for a decision. `place` is the story's title, "" for a board; `appeal` the words of an appeal, or "".

    `reports` is how often it was reported since somebody looked; `mine_before` whether the reader turned it down before.
    """

    id: UUID
    name: str
    words: str
    warnings: tuple[str, ...]
    sent_at: datetime
    place: str
    appeal: str
    story_id: UUID | None = None
    group_id: UUID | None = None
    is_reply: bool = False
    reports: int = 0
    reason: CommentReason | None = None
    decided_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """One page of what waits: the gravest warning first, then the oldest. Pages count from 1."""

    comments: tuple[WaitingComment, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class DecidedComment:
    """What was decided, and by whom; `decided_by` is "" for a facilitator who is a volunteer."""

    id: UUID
    name: str
    words: str
    state: CommentState
    reason: CommentReason | None
    decided_at: datetime
    decided_by: str
    was_appeal: bool
    can_undo: bool


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """One page of decisions, newest first."""

    comments: tuple[DecidedComment, ...]
    page: int
    pages: int


def waiting(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    *,
    organisation_id: UUID,
    group_id: UUID | None = None,
    reader_id: UUID | None = None,
    page: int = 1,
) -> WaitingPage:
    """What waits at an organisation, or on the board of one of its groups. Two queries, however much waits.

    `reader_id` is a facilitator who is a volunteer: what people kept apart from them wrote is neither listed nor counted. The
    first query puts the ids in order and counts them, so that no words are carried along while sorting.
    """
    here = [*_desk(programme_id, organisation_id, group_id), _waits()]
    if reader_id is not None:
        here.append(apart_from(programme_id, reader_id, Comment.volunteer_id))
    order = (_gravity(), Comment.sent_at, Comment.id)
    ids = session.scalars(select(Comment.id).where(*here).order_by(*order)).all()
    pages = max(1, -(-len(ids) // PAGE))
    page = min(max(1, page), pages)
    rows = session.execute(
        select(Comment, Story.title)
        .outerjoin(Story, (Story.programme_id == Comment.programme_id) & (Story.id == Comment.story_id))
        .where(Comment.programme_id == programme_id, Comment.id.in_(ids[(page - 1) * PAGE : page * PAGE]))
        .order_by(*order)
    )
    return WaitingPage(tuple(_waiting(keyring, comment, title or "") for comment, title in rows), page, pages, len(ids))


def count_waiting(session: Session, programme_id: UUID, *, organisation_id: UUID, group_id: UUID | None = None) -> int:
    """How much waits there. One query."""
    here = [*_desk(programme_id, organisation_id, group_id), _waits()]
    return session.scalar(select(func.count()).select_from(Comment).where(*here)) or 0


def decided(
    session: Session, keyring: Keyring, programme_id: UUID, *, organisation_id: UUID, group_id: UUID | None = None, page: int = 1
) -> DecidedPage:
    """What was decided there, newest first."""
    here = [
        *_desk(programme_id, organisation_id, group_id),
        Comment.decided_at.is_not(None),
        Comment.state.in_([CommentState.SHOWN, CommentState.TURNED_DOWN]),
    ]
    total = session.scalar(select(func.count()).select_from(Comment).where(*here)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    last = func.coalesce(Comment.appeal_decided_at, Comment.decided_at)
    rows = session.execute(
        select(Comment, User.name)
        .outerjoin(User, User.id == func.coalesce(Comment.appeal_decided_by, Comment.decided_by))
        .where(*here)
        .order_by(last.desc(), Comment.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return DecidedPage(
        tuple(
            DecidedComment(
                comment.id,
                comment.name,
                opened(keyring, comment),
                comment.state,
                comment.reason,
                comment.appeal_decided_at or comment.decided_at or comment.sent_at,
                name or "",
                comment.appeal_decided_at is not None,
                can_undo=comment.appealed_at is None or comment.appeal_decided_at is not None,
            )
            for comment, name in rows
        ),
        page,
        pages,
    )


def decide(
    session: Session,
    programme_id: UUID,
    comment_id: UUID,
    *,
    actor_id: UUID,
    shown: bool,
    reason: CommentReason | str | None = None,
    organisation_id: UUID,
    group_id: UUID | None = None,
) -> bool:
    """Show a comment, or turn it down with a reason. An appeal is decided for good. False where that was decided already.

    Raises RuleError where a reason is missing, or for an appeal against one's own no while somebody else could decide it;
    NotFoundError for what is not on this desk, or taken back.
    """
    why = None if shown else _reason(reason)
    comment = _hold(session, programme_id, organisation_id, group_id, comment_id)
    appealed = comment.appealed_at is not None and comment.appeal_decided_at is None and comment.state is CommentState.TURNED_DOWN
    reported = comment.state is CommentState.SHOWN and Warn.REPORTED in comment.warnings
    if comment.state is not CommentState.WAITING and not appealed and not reported:
        return False
    if appealed:
        if comment.decided_by == actor_id and _somebody_else(session, comment, group_id, actor_id):
            raise RuleError(Sentence("You said no to this one. Somebody else looks at it now. Nothing was changed."))
        comment.appeal_decided_at, comment.appeal_decided_by = clock.now(), actor_id
    else:
        comment.decided_at, comment.decided_by = clock.now(), actor_id
    comment.state = CommentState.SHOWN if shown else CommentState.TURNED_DOWN
    comment.reason = why or (comment.reason if appealed else None)
    if Warn.REPORTED in comment.warnings:
        kept = [each for each in comment.warnings if each not in {Warn.REPORTED, Warn.KEPT}]
        comment.warnings = [*kept, Warn.KEPT.value]
    session.flush()
    audit.record(
        session,
        programme_id,
        "comment shown" if shown else "comment turned down",
        actor_id=actor_id,
        subject_id=comment_id,
        organisation_id=organisation_id,
    )
    return True


def undo_decision(
    session: Session, programme_id: UUID, comment_id: UUID, *, actor_id: UUID, organisation_id: UUID, group_id: UUID | None = None
) -> bool:
    """Let a comment wait again as if its last decision had not been made. False where it waits already.

    Raises RuleError while an appeal against the decision waits, NotFoundError for what is not on this desk.
    """
    comment = _hold(session, programme_id, organisation_id, group_id, comment_id)
    if comment.state is CommentState.WAITING or comment.decided_at is None:
        return False
    if comment.appeal_decided_at is not None and comment.appeal_decided_at >= comment.decided_at:
        comment.appeal_decided_at = comment.appeal_decided_by = None
        comment.state = CommentState.TURNED_DOWN
    elif comment.appealed_at is not None and comment.appeal_decided_at is None:
        raise RuleError(Sentence("They asked for another look. Decide on that first. Nothing was changed."))
    else:
        comment.decided_at = comment.decided_by = comment.reason = None
        comment.state = CommentState.WAITING
    session.flush()
    audit.record(
        session, programme_id, "comment waits again", actor_id=actor_id, subject_id=comment_id, organisation_id=organisation_id
    )
    return True


def hold_all(session: Session, programme_id: UUID, organisation_id: UUID, comment_ids: list[UUID]) -> list[UUID]:
    """Hold several before deciding on them, in one order for everybody (docs/adr/0014). Answers those that are there."""
    found = set(
        session.scalars(
            select(Comment.id)
            .where(Comment.programme_id == programme_id, Comment.organisation_id == organisation_id, Comment.id.in_(comment_ids))
            .order_by(Comment.id)
            .with_for_update()
        )
    )
    return [each for each in comment_ids if each in found]


def _desk(programme_id: UUID, organisation_id: UUID, group_id: UUID | None) -> list[ColumnElement[bool]]:
    here = [Comment.programme_id == programme_id, Comment.organisation_id == organisation_id]
    if group_id is not None:
        return [*here, Comment.group_id == group_id]
    return [*here, or_(Comment.story_id.is_not(None), _has(Warn.REPORTED), _has(Warn.KEPT))]


def _waits() -> ColumnElement[bool]:
    appealed = and_(
        Comment.state == CommentState.TURNED_DOWN, Comment.appealed_at.is_not(None), Comment.appeal_decided_at.is_(None)
    )
    return or_(Comment.state == CommentState.WAITING, appealed, and_(Comment.state == CommentState.SHOWN, _has(Warn.REPORTED)))


def _has(warning: Warn) -> ColumnElement[bool]:
    """Whether a list kept as JSON holds this word: both databases can search it as text."""
    return cast(Comment.warnings, String).like(f'%"{warning.value}"%')


def _gravity() -> ColumnElement[int]:
    return case(*((_has(each), rank) for rank, each in enumerate([Warn.UNSAFE, Warn.REPORTED])), (_warned(), 2), else_=3)


def _warned() -> ColumnElement[bool]:
    return or_(*(_has(each) for each in _LOOK_AT))


def _hold(session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID | None, comment_id: UUID) -> Comment:
    found = session.scalars(
        select(Comment)
        .where(
            *_desk(programme_id, organisation_id, group_id),
            Comment.id == comment_id,
            Comment.state != CommentState.TAKEN_BACK,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _reason(reason: CommentReason | str | None) -> CommentReason:
    if reason not in set(CommentReason):
        raise RuleError(Sentence("Choose why. Nothing was changed."), field="reason")
    return CommentReason(reason)


def _somebody_else(session: Session, comment: Comment, group_id: UUID | None, actor_id: UUID) -> bool:
    """Whether anybody but this one could decide here: a facilitator kept apart from the writer, or the writer, could not."""
    programme_id, organisation_id = comment.programme_id, comment.organisation_id
    if group_id is not None:
        writer = comment.volunteer_id
        not_for = {actor_id} if writer is None else {actor_id, writer, *kept_apart(session, programme_id, writer)}
        return any(
            not not_for & {each.user_id, each.volunteer_id}
            for each in list_duties(session, programme_id, organisation_id, group_id=group_id)
            if each.kind is DutyKind.FACILITATOR
        )
    if any(each.user_id != actor_id for each in holders(session, programme_id, DutyKind.MODERATOR, organisation_id)):
        return True
    owner = exists().where(
        StaffRole.programme_id == programme_id,
        StaffRole.organisation_id == organisation_id,
        StaffRole.kind == RoleKind.ORGANISATION_OWNER,
        in_force(clock.today()),
        StaffRole.user_id == User.id,
        User.id != actor_id,
        User.disabled_at.is_(None),
    )
    return bool(session.scalar(select(owner)))


def _waiting(keyring: Keyring, comment: Comment, title: str) -> WaitingComment:
    return WaitingComment(
        comment.id,
        comment.name,
        opened(keyring, comment),
        tuple(each for each in dict.fromkeys(comment.warnings) if each != Warn.KEPT),
        comment.sent_at,
        title,
        opened_appeal(keyring, comment),
        comment.story_id,
        comment.group_id,
        is_reply=comment.reply_to is not None,
        reports=comment.warnings.count(Warn.REPORTED),
        reason=comment.reason if comment.appealed_at is not None else None,
        decided_by=comment.decided_by,
    )
