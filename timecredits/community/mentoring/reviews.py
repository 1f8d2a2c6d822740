"""Looking back together with a project worker: what was said, sealed, and the day of the next time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.parties import find_part, hold_going_on, worker
from timecredits.community.mentoring.words import LONGEST_NOTE, opened, sealed_words
from timecredits.community.mentoring_models import Mentoring, MentoringReview
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence

__all__ = ["ListedReview", "list_reviews", "note_review"]

_FURTHEST: Final = timedelta(days=366)
_MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class ListedReview:
    """A look back, as project workers read it. `words` is None where their key is gone."""

    id: UUID
    held_on: date
    words: str | None
    next_on: date | None


def note_review(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    mentoring_id: UUID,
    *,
    review_id: UUID,
    held_on: date,
    words: str,
    next_on: date | None,
    actor_id: UUID | None,
    today: date,
) -> bool:
    """Note a look back and when the next one is due (None: none is planned). The same `review_id` twice is once.

    Raises NotFoundError; RuleError (nothing is then saved) without words, for a day to come, a next day that has gone by or is
    more than a year off, before both agreed and once it has ended.
    """
    words = tidy_text(words, LONGEST_NOTE, field="words", missing=Sentence("Type what you talked about. Nothing was saved."))
    row = hold_going_on(session, programme_id, mentoring_id, worker(organisation_id, actor_id))
    if session.get(MentoringReview, (programme_id, review_id)) is not None:
        find_part(session, MentoringReview, row, review_id)
        return False
    if held_on > today:
        raise RuleError(Sentence("That day is still to come. Nothing was saved."), field="day")
    if held_on < clock.local_day(row.matched_at):
        raise RuleError(Sentence("They were not a pair yet on that day. Nothing was saved."), field="day")
    if next_on is not None and not today < next_on <= today + _FURTHEST:
        raise RuleError(Sentence("Type a day within the next year, or none. Nothing was saved."), field="next_day")
    session.add(
        MentoringReview(
            programme_id=programme_id,
            id=review_id,
            mentoring_id=mentoring_id,
            held_on=held_on,
            sealed=sealed_words(keyring, review_id, words),
            next_on=next_on,
            made_by=actor_id,
            made_at=clock.now(),
        )
    )
    row.review_on = next_on
    session.flush()
    audit.record(
        session,
        programme_id,
        "mentoring reviewed",
        actor_id=actor_id,
        subject_id=mentoring_id,
        organisation_id=organisation_id,
    )
    return True


def list_reviews(session: Session, keyring: Keyring, mentoring: Mentoring) -> Sequence[ListedReview]:
    """The last 50 of a mentoring that the caller found for a project worker, newest first."""
    rows = session.scalars(
        select(MentoringReview)
        .filter_by(programme_id=mentoring.programme_id, mentoring_id=mentoring.id)
        .order_by(MentoringReview.held_on.desc(), MentoringReview.id.desc())
        .limit(_MOST_SHOWN)
    )
    return [ListedReview(each.id, each.held_on, opened(keyring, each.id, each.sealed), each.next_on) for each in rows]
