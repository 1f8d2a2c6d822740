"""What is kept of a correction: that an entry no longer counts, what does instead, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.scope import find
from timecredits.network.settings import SpentCorrection

LONGEST_REASON = 300

_correction: Any = HourCorrection.__table__
_INSERT = {
    name: dialect.insert(_correction)
    .on_conflict_do_nothing(index_elements=["programme_id", "entry_id"])
    .returning(_correction.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry that no longer counts; `replacement_id` counts instead, or nothing does. `before` and `after` are minutes.

    `earned_before` and `earned_after` are minutes of credit. `lent` were used already, so goodwill paid them, by the `rule` of
    the programme; `owed` is what the person then has to earn back in all.
    """

    entry_id: UUID
    replacement_id: UUID | None
    before: int
    after: int
    already: bool = False
    earned_before: int = 0
    earned_after: int = 0
    lent: int = 0
    owed: int = 0
    rule: SpentCorrection = SpentCorrection.GOODWILL
    volunteer_id: UUID | None = None


class CreditsUsedError(RuleError):
    """Credits were used that a correction would take back, and nobody has agreed to that yet. Nothing was changed.

    `lent` is how many minutes of them there are.
    """

    def __init__(self, sentence: Sentence, lent: int) -> None:
        super().__init__(sentence, field="hours")
        self.lent = lent


def tidy_reason(reason: str) -> str:
    """The reason with single spaces. Raises RuleError without one, or for one that is too long."""
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(Sentence("Say why, in a few words. Nothing was changed."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_REASON), field="reason")
    return reason


def keep_corrections(
    session: Session,
    entries: Sequence[HourEntry],
    replacements: Mapping[UUID, UUID],
    *,
    reason: str,
    actor_id: UUID | None,
) -> None:
    """Keep that these entries no longer count, with what counts instead. Raises RuleError for one that didn't any more."""
    now, connection = clock.now(), session.connection()
    rows = [
        {
            "programme_id": entry.programme_id,
            "id": new_id(),
            "entry_id": entry.id,
            "replacement_id": replacements.get(entry.id),
            "reason": reason,
            "corrected_by": actor_id,
            "corrected_at": now,
        }
        for entry in entries
    ]
    kept = connection.execute(_INSERT[connection.dialect.name], rows).scalars().all()
    if len(kept) < len(rows):
        raise corrected_before()


def find_correction(session: Session, entry: HourEntry) -> Corrected | None:
    """What was made of an entry that no longer counts."""
    correction = session.scalars(
        select(HourCorrection).where(HourCorrection.programme_id == entry.programme_id, HourCorrection.entry_id == entry.id)
    ).one_or_none()
    if correction is None:
        return None
    if correction.replacement_id is None:
        return Corrected(entry.id, None, entry.minutes, 0, already=True, earned_before=entry.earned)
    new = find(session, HourEntry, entry.programme_id, correction.replacement_id)
    return Corrected(
        entry.id,
        new.id,
        entry.minutes,
        new.minutes,
        already=True,
        earned_before=entry.earned,
        earned_after=new.earned,
    )


def corrected_before() -> RuleError:
    """What is said to whoever comes second."""
    return RuleError(Sentence("These hours were corrected before. Nothing was changed. Look at the newest line."), field="hours")
