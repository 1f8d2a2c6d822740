"""Taking back what a till took: a reversal with a reason, by the same till, within a quarter of an hour."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.ledger.transfers import reverse
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.spending.answers import Answer, Facts, Outcome, compose
from timecredits.spending.deciding import name_at_venue
from timecredits.spending.models import CodeUse, Redemption
from timecredits.spending.redemption import AtTill

UNDO_WITHIN = timedelta(minutes=15)
LONGEST_REASON = 200

_redemption: Any = Redemption.__table__
_code_use: Any = CodeUse.__table__


def reversal_id_of(redemption_id: UUID) -> UUID:
    """The id of the transfer that undoes a redemption: always the same, so that undoing twice moves credits once."""
    return uuid5(redemption_id, "undo")


def undo(session: Session, till: AtTill, redemption_id: UUID, reason: str) -> Answer:
    """Give the credits of one redemption back and let its code work again.

    Answers UNDONE, ALREADY_UNDONE, or TOO_LATE_TO_UNDO after UNDO_WITHIN. Raises NotFoundError for one that this till
    didn't take, RuleError without a reason.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise RuleError(Sentence("Say why you undo this. Nothing was given back."), field="reason")
    now = clock.now()
    row = session.execute(
        select(Redemption, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == Redemption.programme_id) & (Volunteer.id == Redemption.volunteer_id))
        .where(
            Redemption.programme_id.in_(select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == till.venue_id)),
            Redemption.id == redemption_id,
            Redemption.till_id == till.till_id,
        ),
    ).one_or_none()
    if row is None:
        raise NotFoundError
    redemption, volunteer = row
    facts = Facts(Outcome.UNDONE, minutes=redemption.minutes, volunteer_id=volunteer.id, name=name_at_venue(volunteer))
    if redemption.undone_at is not None:
        return _answer(facts, Outcome.ALREADY_UNDONE, redemption_id)
    if now - redemption.used_at > UNDO_WITHIN:
        return _answer(facts, Outcome.TOO_LATE_TO_UNDO, redemption_id)
    # Two taps at once: the second finds the row marked and moves nothing.
    marked = session.execute(
        update(_redemption)
        .where(
            _redemption.c.programme_id == redemption.programme_id,
            _redemption.c.id == redemption_id,
            _redemption.c.undone_at.is_(None),
        )
        .values(undone_at=now, undone_because=reason)
        .returning(_redemption.c.id),
    ).one_or_none()
    if marked is None:
        return _answer(facts, Outcome.ALREADY_UNDONE, redemption_id)
    reverse(
        session,
        redemption.programme_id,
        redemption_id,
        reversal_id=reversal_id_of(redemption_id),
        reason=reason,
        actor=till.till_id,
        occurred_on=clock.local_day(now),
    )
    session.execute(
        update(_code_use)
        .where(
            _code_use.c.programme_id == redemption.programme_id,
            _code_use.c.redemption_id == redemption_id,
            _code_use.c.released_at.is_(None),
        )
        .values(released_at=now),
    )
    session.expire(redemption)
    return _answer(facts, Outcome.UNDONE, redemption_id)


def _answer(facts: Facts, outcome: Outcome, redemption_id: UUID) -> Answer:
    return compose(
        Facts(outcome, minutes=facts.minutes, volunteer_id=facts.volunteer_id, name=facts.name),
        attempt_id=redemption_id,
        now=clock.now(),
    )
