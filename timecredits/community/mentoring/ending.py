"""Anybody of the three ends it, at any time, without a reason. Nothing keeps who: no row, no letter, not the audit trail."""

from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.mail import tell_both
from timecredits.community.mentoring.parties import OPEN, Party
from timecredits.community.mentoring_models import Mentoring, MentoringState
from timecredits.foundation import audit, clock
from timecredits.hours.hour_facts import lock_people
from timecredits.network.scope import find_and_hold

__all__ = ["end_between", "end_mentoring"]


def end_mentoring(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, *, base_url: str) -> bool:
    """End a mentoring, or say no to one that is proposed. Both are told that it has ended. Twice is once: False.

    Raises NotFoundError for one that isn't theirs.
    """
    row = find_and_hold(session, Mentoring, programme_id, mentoring_id, **party.owner)
    return _end(session, row, base_url=base_url)


def end_between(session: Session, programme_id: UUID, one_id: UUID, other_id: UUID, *, base_url: str = "") -> int:
    """End every mentoring of these two, either way round, because they are kept apart from now on. Answers how many.

    Call it in the transaction that keeps them apart, after that: whoever matches them at the same instant waits, and then finds
    them apart. Without a `base_url` the letter has no link.
    """
    lock_people(session, programme_id, [one_id, other_id])
    rows = session.scalars(
        select(Mentoring)
        .where(
            Mentoring.programme_id == programme_id,
            or_(
                and_(Mentoring.mentor_id == one_id, Mentoring.mentee_id == other_id),
                and_(Mentoring.mentor_id == other_id, Mentoring.mentee_id == one_id),
            ),
            Mentoring.state.in_(OPEN),
        )
        .order_by(Mentoring.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return sum(_end(session, row, base_url=base_url) for row in rows)


def _end(session: Session, row: Mentoring, *, base_url: str) -> bool:
    if row.state is MentoringState.ENDED:
        return False
    row.state, row.ended_at = MentoringState.ENDED, clock.now()
    session.flush()
    audit.record(
        session,
        row.programme_id,
        "mentoring ended",
        actor_id=None,  # nobody is to learn who it was, also not from here
        subject_id=row.id,
        organisation_id=row.organisation_id,
    )
    tell_both(session, row, "ended", base_url=base_url)
    return True
