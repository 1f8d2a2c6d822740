"""What comes after a decision: the writer asks for another look, once; a reader says that something shown should not be."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.comments.warnings import Warn
from timecredits.community.story_models import Comment, CommentState
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.scope import find_and_hold
from timecredits.network.tries import count_of, count_try

__all__ = ["LONGEST_APPEAL", "appeal", "opened_appeal", "report"]

LONGEST_APPEAL: Final = 500
MOST_REPORTS: Final = 5
"""From one browser or volunteer in an hour."""
MOST_HIDDEN_BY_VISITORS: Final = 20
"""In an hour, all visitors of a programme together. What they report beyond that is looked at, and shown until then."""
HIDES_AGAIN_AFTER: Final = 3
"""Reports that hide what a moderator already looked at after a first report, and let stand."""
_HOUR: Final = timedelta(hours=1)
_PURPOSE: Final = "comment-appeal"


def appeal(
    session: Session, keyring: Keyring, programme_id: UUID, comment_id: UUID, words: str, *, volunteer_id: UUID | None
) -> None:
    """Ask, once, for another look at one's own comment that was turned down; None is a visitor who holds its private link.

    Raises RuleError where there is nothing to appeal, or for words (field `words`); NotFoundError for somebody else's.
    """
    comment = find_and_hold(session, Comment, programme_id, comment_id, volunteer_id=volunteer_id)
    if comment.appealed_at is not None:
        raise RuleError(Sentence("You asked for another look before. That can be done once. Nothing was sent."), field="words")
    if comment.state is not CommentState.TURNED_DOWN:
        raise RuleError(Sentence("There is nothing to look at again. Nothing was sent."), field="words")
    said = tidy_text(words, LONGEST_APPEAL, field="words", missing=Sentence("Say in a few words why. Nothing was sent."))
    comment.appealed_at = clock.now()
    comment.sealed_appeal = seal(keyring, _PURPOSE, comment_id, said)
    session.flush()


def opened_appeal(keyring: Keyring, comment: Comment) -> str:
    """The words of an appeal, or ""."""
    return "" if comment.sealed_appeal is None else open_sealed(keyring, _PURPOSE, comment.id, comment.sealed_appeal) or ""


def report(
    session: Session, programme_id: UUID, comment_id: UUID, *, reporter: str, by_visitor: bool = False, **place: UUID
) -> bool:
    """Say that a shown comment should be looked at. It is hidden until then; answers whether it is.

    After a moderator let it stand it takes more than one report to hide it again, so that nobody silences somebody by a button.
    Nor can a machine that is a new browser each time silence everybody: in an hour visitors hide so much together, and no more.
    `reporter` tells one browser or volunteer from another; `place` is `story_id=` or `group_id=`. The same one again counts once.
    Raises RuleError for too many in an hour, NotFoundError for what is not shown there.
    """
    comment = find_and_hold(session, Comment, programme_id, comment_id, **place)
    if comment.state is not CommentState.SHOWN:
        return True
    if count_of(session, f"reports from {reporter}", within=_HOUR) >= MOST_REPORTS:
        raise RuleError(Sentence("You reported a lot this hour. Nothing was sent. Try again in an hour."))
    if count_try(session, f"report of {comment_id} from {reporter}", within=timedelta(days=1)) > 1:
        return False
    count_try(session, f"reports from {reporter}", within=_HOUR)
    comment.warnings = [*comment.warnings, Warn.REPORTED.value]
    hides = Warn.KEPT not in comment.warnings or comment.warnings.count(Warn.REPORTED) >= HIDES_AGAIN_AFTER
    if hides and by_visitor:
        hides = count_try(session, f"hidden by visitors, {programme_id}", within=_HOUR) <= MOST_HIDDEN_BY_VISITORS
    if hides:
        comment.state = CommentState.WAITING
    session.flush()
    return hides
