"""Taking back what was taken: a reversal with a reason. At the till within a quarter of an hour; later only by a coordinator.

Undoing gives the code, the place and the turn back too. Undoing twice moves credits once: the reversal's id follows from the
redemption's, and only who marks the redemption goes on.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.ledger.transfers import Posting, reverse
from timecredits.network.merged_records import as_one_purse
from timecredits.network.models import Enrolment, ProgrammeVenue, Volunteer
from timecredits.spending.answer_words import compose
from timecredits.spending.answers import Answer, Facts, Outcome
from timecredits.spending.covering import cover_ids_of, uncover
from timecredits.spending.deciding import name_at_venue
from timecredits.spending.models import CodeKind, CodeUse, PaidBy, Redemption
from timecredits.spending.note_models import CreditNote
from timecredits.spending.offers.offer_limits import give_places_back, give_turn_back
from timecredits.spending.taking import AtTill, change_id_of

UNDO_WITHIN = timedelta(minutes=15)
LONGEST_REASON = 200
BY_STAFF = "Given back by a coordinator"

_redemption: Any = Redemption.__table__
_code_use: Any = CodeUse.__table__
_note: Any = CreditNote.__table__


def reversal_id_of(redemption_id: UUID) -> UUID:
    """The id of the transfer that undoes a redemption: always the same, so that undoing twice moves credits once."""
    return uuid5(redemption_id, "undo")


def undo(session: Session, till: AtTill, redemption_id: UUID, reason: str) -> Answer:
    """Give the credits of one redemption back at its till, or at any of the venue's where its poster took them.

    Answers UNDONE, ALREADY_UNDONE, or TOO_LATE_TO_UNDO after UNDO_WITHIN. Raises NotFoundError for one that this till
    didn't take, RuleError without a reason.
    """
    reason = _tidy(reason)
    redemption = session.scalars(
        select(Redemption).where(
            Redemption.programme_id.in_(select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == till.venue_id)),
            Redemption.id == redemption_id,
            Redemption.venue_id == till.venue_id,
            (Redemption.till_id == till.till_id) | (Redemption.way == CodeKind.POSTER),
        ),
    ).one_or_none()
    return _undo_in_time(session, redemption, reason, actor=till.till_id)


def undo_own(session: Session, programme_id: UUID, volunteer_id: UUID, redemption_id: UUID, reason: str) -> Answer:
    """Give back what a volunteer used at a poster a moment ago, with the same answers. NotFoundError for anything else."""
    reason = _tidy(reason)
    redemption = session.scalars(
        select(Redemption).where(
            Redemption.programme_id == programme_id,
            Redemption.id == redemption_id,
            Redemption.volunteer_id == volunteer_id,
            Redemption.way == CodeKind.POSTER,
        ),
    ).one_or_none()
    return _undo_in_time(session, redemption, reason, actor=None)


def undo_by_staff(
    session: Session, programme_id: UUID, organisation_id: UUID, redemption_id: UUID, reason: str, *, actor_id: UUID | None
) -> Answer:
    """Give back what a volunteer of this organisation used, however long ago: UNDONE or ALREADY_UNDONE.

    Raises NotFoundError for a redemption of somebody who isn't enrolled here, RuleError without a reason.
    """
    reason = _tidy(reason)
    redemption = session.scalars(
        select(Redemption)
        .join(
            Enrolment,
            (Enrolment.programme_id == Redemption.programme_id) & (Enrolment.volunteer_id == Redemption.volunteer_id),
        )
        .where(
            Redemption.programme_id == programme_id,
            Redemption.id == redemption_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        ),
    ).one_or_none()
    if redemption is None:
        raise NotFoundError
    # Why a person got credits back is not for the venue to read.
    answer = undo_redemption(session, redemption, reason, actor=actor_id, now=clock.now(), shown_reason=BY_STAFF)
    if answer.outcome is Outcome.UNDONE:
        audit.record(session, programme_id, "use undone", actor_id=actor_id, subject_id=redemption_id)
    return answer


def undo_redemption(
    session: Session,
    redemption: Redemption,
    reason: str,
    *,
    actor: UUID | None,
    now: datetime,
    shown_reason: str = "",
) -> Answer:
    """Give one redemption back, whoever may. Answers UNDONE, ALREADY_UNDONE, or TOO_LATE_TO_UNDO for a note whose change is gone.

    `shown_reason` is what the venue reads, where that isn't the reason itself.
    """
    facts, redemption_id = _facts(session, redemption), redemption.id
    if redemption.undone_at is not None:
        return _answer(facts, Outcome.ALREADY_UNDONE, redemption_id)
    with session.begin_nested() as attempt:
        if not _mark(session, redemption, shown_reason or reason, now):
            outcome = Outcome.ALREADY_UNDONE
        else:
            _uncount(session, redemption, now)
            outcome = _move_back(session, redemption, reason, actor, now)
        if outcome is not Outcome.UNDONE:
            attempt.rollback()
    session.expire(redemption)
    return _answer(facts, outcome, redemption_id)


def _uncount(session: Session, redemption: Redemption, now: datetime) -> None:
    """Let the code, the place, the turn and the note be used again. Before anything is posted, as in taking (ADR 0014)."""
    programme_id = redemption.programme_id
    session.execute(
        update(_code_use)
        .where(
            _code_use.c.programme_id == programme_id,
            _code_use.c.redemption_id == redemption.id,
            _code_use.c.released_at.is_(None),
        )
        .values(released_at=now),
    )
    people = redemption.adults + redemption.under_16s
    give_places_back(session, programme_id, redemption.offer_id, redemption.places_period, people)
    give_turn_back(session, programme_id, redemption.id, now)
    if redemption.paid_by is PaidBy.NOTE:
        session.execute(
            update(_note).where(_note.c.programme_id == programme_id, _note.c.id == redemption.note_id).values(used_at=None)
        )


def _move_back(session: Session, redemption: Redemption, reason: str, actor: UUID | None, now: datetime) -> Outcome:
    """Move the credits back. TOO_LATE_TO_UNDO where a note's change was used meanwhile."""
    programme_id, redemption_id = redemption.programme_id, redemption.id
    if redemption.note_id is not None and not _take_change_back(session, redemption, reason, actor, now):
        return Outcome.TOO_LATE_TO_UNDO
    undone = [redemption_id, *cover_ids_of(redemption_id)]
    with as_one_purse(session, programme_id, undone, day=clock.local_day(now), actor=actor):
        reverse(
            session,
            programme_id,
            redemption_id,
            reversal_id=reversal_id_of(redemption_id),
            reason=reason,
            actor=actor,
            occurred_on=clock.local_day(now),
        )
        if redemption.arrived_at is not None:  # where there was no signal goodwill may have helped
            uncover(session, programme_id, redemption_id, reason=reason, day=clock.local_day(now), actor=actor)
    return Outcome.UNDONE


def _undo_in_time(session: Session, redemption: Redemption | None, reason: str, *, actor: UUID | None) -> Answer:
    if redemption is None:
        raise NotFoundError
    now = clock.now()
    if redemption.undone_at is None and now - (redemption.arrived_at or redemption.used_at) > UNDO_WITHIN:
        return _answer(_facts(session, redemption), Outcome.TOO_LATE_TO_UNDO, redemption.id)
    return undo_redemption(session, redemption, reason, actor=actor, now=now)


def _mark(session: Session, redemption: Redemption, reason: str, now: datetime) -> bool:
    """Two taps at once: the second finds the row marked and moves nothing."""
    marked = session.execute(
        update(_redemption)
        .where(
            _redemption.c.programme_id == redemption.programme_id,
            _redemption.c.id == redemption.id,
            _redemption.c.undone_at.is_(None),
        )
        .values(undone_at=now, undone_because=reason)
        .returning(_redemption.c.id),
    ).one_or_none()
    return marked is not None


def _take_change_back(session: Session, redemption: Redemption, reason: str, actor: UUID | None, now: datetime) -> bool:
    """Fetch what a note gave as change, so that it is worth all of it again. False where that was used meanwhile.

    Nobody stands in for it: a note filled again by somebody else each time would make credits.
    """
    if redemption.paid_by is not PaidBy.NOTE:
        return True
    change_id = change_id_of(redemption.id)
    try:
        came_back = reverse(
            session,
            redemption.programme_id,
            change_id,
            reversal_id=reversal_id_of(change_id),
            reason=reason,
            actor=actor,
            occurred_on=clock.local_day(now),
        )
    except LookupError:  # it gave none
        return True
    return came_back is not Posting.NOT_ENOUGH


def _facts(session: Session, redemption: Redemption) -> Facts:
    volunteer = (
        session.get(Volunteer, (redemption.programme_id, redemption.volunteer_id))
        if redemption.volunteer_id is not None
        else None
    )
    return Facts(
        Outcome.UNDONE,
        minutes=redemption.minutes,
        volunteer_id=redemption.volunteer_id,
        way=redemption.way.value,
        name=name_at_venue(volunteer) if volunteer is not None else "",
    )


def _tidy(reason: str) -> str:
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise RuleError(Sentence("Say why you undo this. Nothing was given back."), field="reason")
    return reason


def _answer(facts: Facts, outcome: Outcome, redemption_id: UUID) -> Answer:
    return compose(
        Facts(outcome, minutes=facts.minutes, volunteer_id=facts.volunteer_id, way=facts.way, name=facts.name),
        attempt_id=redemption_id,
        now=clock.now(),
    )
