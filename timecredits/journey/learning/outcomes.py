"""What a person chooses to tell us came of it, until they take it back: counted for the programme, never shown with a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.learning.own_rows import add_once
from timecredits.journey.learning_models import Outcome, OutcomeKind
from timecredits.network.scope import find

__all__ = ["EARLIEST", "OwnOutcome", "list_outcomes", "outcome_text", "take_back_outcome", "tell_outcome"]

EARLIEST: Final = date(2000, 1, 1)
_TEXTS: Final = {
    OutcomeKind.WORK: Sentence("I started work"),
    OutcomeKind.TRAINING: Sentence("I started training for work"),
    OutcomeKind.COURSE: Sentence("I started a course at a college"),
    OutcomeKind.STILL_VOLUNTEERING: Sentence("I still volunteer"),
}


@dataclass(frozen=True, slots=True)
class OwnOutcome:
    """One that stands. `happened_in` is the first day of its month."""

    id: UUID
    kind: OutcomeKind
    happened_in: date


def outcome_text(kind: OutcomeKind) -> Sentence:
    """How the person who tells it would say it."""
    return _TEXTS[kind]


def tell_outcome(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    outcome_id: UUID,
    kind: OutcomeKind,
    happened_in: date,
    today: date,
) -> bool:
    """Keep that it happened in the month of this day. The same `outcome_id` twice is kept once: False the second time.

    Raises RuleError, with the field, for a month to come or too long ago, and for what was told of that month already.
    """
    month = happened_in.replace(day=1)
    if month > today:
        raise RuleError(Sentence("That month has not come yet. Nothing was saved."), field="month")
    if month < EARLIEST:
        raise RuleError(Sentence("That is too long ago. Nothing was saved. Check the year."), field="month")
    told = list_outcomes(session, programme_id, volunteer_id)
    if any((each.kind, each.happened_in) == (kind, month) and each.id != outcome_id for each in told):
        raise RuleError(Sentence("You told us this already. Nothing was added."), field="month")
    return add_once(
        session,
        Outcome,
        programme_id,
        outcome_id,
        volunteer_id,
        kind=kind,
        happened_in=month,
        told_at=clock.now(),
    )


def take_back_outcome(session: Session, programme_id: UUID, volunteer_id: UUID, outcome_id: UUID) -> None:
    """Count it no longer. Twice does it once. Raises NotFoundError."""
    row = find(session, Outcome, programme_id, outcome_id, volunteer_id=volunteer_id)
    row.taken_back_at = row.taken_back_at or clock.now()
    session.flush()


def list_outcomes(session: Session, programme_id: UUID, volunteer_id: UUID) -> Sequence[OwnOutcome]:
    """What a person told and has not taken back, the newest month first."""
    rows = session.scalars(
        select(Outcome)
        .where(Outcome.programme_id == programme_id, Outcome.volunteer_id == volunteer_id, Outcome.taken_back_at.is_(None))
        .order_by(Outcome.happened_in.desc(), Outcome.told_at.desc(), Outcome.id)
    )
    return [OwnOutcome(row.id, row.kind, row.happened_in) for row in rows]
