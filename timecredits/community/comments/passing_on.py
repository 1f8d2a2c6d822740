"""Handing what somebody wrote to the safeguarding lead, where a moderator thinks that somebody may not be safe."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.comments.commenting import opened
from timecredits.community.safety.concerns import GoesTo, Worry, raise_concern
from timecredits.community.story_models import Comment
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.scope import find

__all__ = ["pass_on"]

_NO_WORDS = Sentence("The words can not be opened. Nothing was sent.")


def pass_on(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    comment_id: UUID,
    *,
    concern_id: UUID,
    organisation_id: UUID,
    base_url: str,
) -> GoesTo | Sentence:
    """Raise a concern with the comment's words and the name it was sent under; the same id twice is once.

    A Sentence: nothing was passed on, also where the key that sealed the words is gone.
    """
    comment = find(session, Comment, programme_id, comment_id, organisation_id=organisation_id)
    words = opened(keyring, comment)
    if not words:
        return _NO_WORDS
    return raise_concern(
        session,
        keyring,
        programme_id,
        Worry(words, about=comment.name),
        concern_id=concern_id,
        organisation_id=organisation_id,
        base_url=base_url,
    )
