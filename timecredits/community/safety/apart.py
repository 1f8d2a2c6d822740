"""Two people who don't see each other any more: from what one of them reads, from their mentoring, or set by staff.

What the two share ends with it: mentoring, and helping with credits. The other is never told, and neither is why.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from timecredits.community.group_models import GroupMember, MemberState
from timecredits.community.mentoring.ending import end_between as end_mentoring_between
from timecredits.community.mentoring_models import Mentoring
from timecredits.community.story_models import Comment, CommentState, Story, StoryState
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import is_kept_apart, keep_apart, own_blocks
from timecredits.network.models import Duty, DutyKind, Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving.helping import end_between as end_helping_between

__all__ = ["Other", "WhoWrote", "keep_two_apart", "see_no_more", "who_is_mentoring", "who_wrote"]


class WhoWrote(StrEnum):
    """Whom a person would hide: only another volunteer can be."""

    VOLUNTEER = "volunteer"
    ONESELF = "oneself"
    STAFF = "staff"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody on the other side, by the name that the person knows. `volunteer_id` is None unless it is another volunteer."""

    who: WhoWrote
    name: str
    volunteer_id: UUID | None = None


def who_wrote(session: Session, programme_id: UUID, reader_id: UUID, comment_id: UUID) -> Other:
    """Who wrote a comment that this person can read. Raises NotFoundError for one they can't."""
    comment = find(session, Comment, programme_id, comment_id)
    if comment.volunteer_id == reader_id:
        return Other(WhoWrote.ONESELF, comment.name)
    if comment.state is not CommentState.SHOWN or not _can_read(session, programme_id, reader_id, comment):
        raise NotFoundError
    if comment.volunteer_id is None:
        return Other(WhoWrote.STAFF if comment.user_id is not None else WhoWrote.VISITOR, comment.name)
    _visible(session, programme_id, reader_id, comment.volunteer_id)
    return Other(WhoWrote.VOLUNTEER, comment.name, comment.volunteer_id)


def who_is_mentoring(session: Session, programme_id: UUID, volunteer_id: UUID, mentoring_id: UUID) -> Other:
    """The other one of a mentoring of this person's, going on or over. Raises NotFoundError for somebody else's."""
    pair = session.execute(
        select(Mentoring.mentor_id, Mentoring.mentee_id).where(
            Mentoring.programme_id == programme_id,
            Mentoring.id == mentoring_id,
            or_(Mentoring.mentor_id == volunteer_id, Mentoring.mentee_id == volunteer_id),
        )
    ).one_or_none()
    if pair is None:
        raise NotFoundError
    other_id = pair.mentee_id if pair.mentor_id == volunteer_id else pair.mentor_id
    _visible(session, programme_id, volunteer_id, other_id)
    return Other(WhoWrote.VOLUNTEER, find(session, Volunteer, programme_id, other_id).short_name, other_id)


def see_no_more(
    session: Session, programme_id: UUID, volunteer_id: UUID, other: Other, *, actor_id: UUID | None, base_url: str
) -> bool:
    """Let a person see somebody no more, nor be seen. False where it was so already. Raises NotFoundError for no volunteer."""
    if other.volunteer_id is None:
        raise NotFoundError
    made = keep_apart(
        session, programme_id, volunteer_id, other.volunteer_id, shown_as=other.name, actor_id=actor_id, organisation_id=None
    )
    _end_what_they_share(session, programme_id, volunteer_id, other.volunteer_id, actor_id, base_url)
    return made


def keep_two_apart(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    one_id: UUID,
    other_id: UUID,
    *,
    actor_id: UUID | None,
    base_url: str,
) -> bool:
    """Keep two of an organisation's people apart. False where its staff did so already.

    Raises RuleError for the same person twice, NotFoundError unless both are enrolled here.
    """
    if one_id == other_id:
        raise RuleError(Sentence("That is the same person twice. Nothing was saved. Choose two people."), field="other")
    for each in (one_id, other_id):
        find_enrolled(session, programme_id, organisation_id, each)
    made = keep_apart(session, programme_id, one_id, other_id, shown_as="", actor_id=actor_id, organisation_id=organisation_id)
    _end_what_they_share(session, programme_id, one_id, other_id, actor_id, base_url)
    return made


def _end_what_they_share(
    session: Session, programme_id: UUID, one_id: UUID, other_id: UUID, actor_id: UUID | None, base_url: str
) -> None:
    end_helping_between(session, programme_id, one_id, other_id, ended_by=actor_id)
    end_mentoring_between(session, programme_id, one_id, other_id, base_url=base_url)


def _visible(session: Session, programme_id: UUID, reader_id: UUID, other_id: UUID) -> None:
    """Raise NotFoundError for somebody whom others keep from this person; whom they hid themselves they may hide again."""
    if is_kept_apart(session, programme_id, reader_id, other_id) and not own_blocks(
        session, programme_id, reader_id, other_id=other_id
    ):
        raise NotFoundError


def _can_read(session: Session, programme_id: UUID, reader_id: UUID, comment: Comment) -> bool:
    if comment.story_id is not None:
        return find(session, Story, programme_id, comment.story_id).state is StoryState.SHOWN
    member = exists().where(
        GroupMember.programme_id == programme_id,
        GroupMember.group_id == comment.group_id,
        GroupMember.volunteer_id == reader_id,
        GroupMember.state == MemberState.MEMBER,
    )
    facilitator = exists().where(
        Duty.programme_id == programme_id,
        Duty.kind == DutyKind.FACILITATOR,
        Duty.group_id == comment.group_id,
        Duty.volunteer_id == reader_id,
        Duty.ended_at.is_(None),
    )
    return bool(session.scalar(select(or_(member, facilitator))))
