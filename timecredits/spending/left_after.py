"""What a person has left, for the venue's own screen, and only where their programme lets venues see it.

It is no part of the answer and is kept nowhere: a repeat is told what is left by then.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import ProgrammeVenue
from timecredits.network.settings import read_settings
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.models import CodeKind, RedemptionAttempt
from timecredits.spending.statements import volunteer_balance
from timecredits.spending.taking import AtTill

__all__ = ["left_after"]

_TELLS = frozenset({Outcome.TAKEN, Outcome.ALREADY_DONE, Outcome.NOT_ENOUGH})
_STORED = frozenset({Outcome.TAKEN.value, Outcome.NOT_ENOUGH.value})


def left_after(session: Session, till: AtTill, answer: Answer) -> int | None:
    """Minutes of credit that whoever was just answered has left. None where the venue may not see it, and for a note.

    At most four queries; none for an answer that says nothing about credits.
    """
    if answer.outcome not in _TELLS or answer.id is None or answer.way == CodeKind.NOTE:
        return None
    attempt = session.execute(
        select(RedemptionAttempt.programme_id, RedemptionAttempt.answer)
        .join(ProgrammeVenue, ProgrammeVenue.programme_id == RedemptionAttempt.programme_id)
        .where(
            ProgrammeVenue.venue_id == till.venue_id,
            RedemptionAttempt.id == answer.id,
            RedemptionAttempt.till_id == till.till_id,
            RedemptionAttempt.outcome.in_(_STORED),
        )
    ).one_or_none()
    whose = attempt.answer.get("volunteer") if attempt else None
    if attempt is None or whose is None or not read_settings(session, attempt.programme_id).venues_see_balance:
        return None
    return volunteer_balance(session, attempt.programme_id, UUID(whose))
