"""Both say yes, each for themselves; where somebody has no sign-in, a project worker notes that they said so."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.mentoring.mail import tell_both
from timecredits.community.mentoring.parties import Party, Side, hold_open
from timecredits.community.mentoring_models import MentoringState
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence

__all__ = ["FIRST_REVIEW", "agree"]

FIRST_REVIEW: Final = timedelta(weeks=6)
"""When the first look back is due after both said yes."""


def agree(
    session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, *, said_by: Side | None = None, base_url: str
) -> bool:
    """Note a yes: the asker's own, or that of `said_by`, which only a project worker can note. Twice is once.

    True when now both have said yes and it begins. Raises NotFoundError; RuleError once it has ended.
    """
    row = hold_open(session, programme_id, mentoring_id, party)
    side = party.side if party.side is not Side.WORKER else said_by
    if side not in {Side.MENTOR, Side.MENTEE}:
        raise RuleError(Sentence("Choose who said yes. Nothing was saved."))
    now = clock.now()
    if side is Side.MENTOR:
        row.mentor_agreed_at = row.mentor_agreed_at or now
    else:
        row.mentee_agreed_at = row.mentee_agreed_at or now
    if party.side is Side.WORKER:
        audit.record(
            session,
            programme_id,
            f"mentoring yes of {side} noted",
            actor_id=party.actor_id,
            subject_id=mentoring_id,
            organisation_id=row.organisation_id,
        )
    begins = row.state is MentoringState.PROPOSED and None not in {row.mentor_agreed_at, row.mentee_agreed_at}
    if begins:
        row.state, row.review_on = MentoringState.AGREED, clock.today() + FIRST_REVIEW
    session.flush()
    if begins:
        tell_both(session, row, "agreed", base_url=base_url)
    return begins
