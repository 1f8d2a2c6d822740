"""Moving the credits of a saved scan that counts: the person's or the note's where they are there, else the programme's goodwill.

Neither the venue nor the volunteer bears a double spend. Arrival decides who is first: the first to arrive spends the code, and
whoever comes later is paid by goodwill.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.ledger.goodwill import open_goodwill
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Posting, balance, post
from timecredits.spending.answers import Outcome
from timecredits.spending.covering import cover
from timecredits.spending.models import PaidBy
from timecredits.spending.offline.judging import Why, covered_lately, often_enough
from timecredits.spending.offline.policies import Policy
from timecredits.spending.offline_models import SyncResult
from timecredits.spending.taking import Taking, keep, movement_of, take

Settled = tuple[SyncResult, Why | None]


def settle(session: Session, taking: Taking, policy: Policy) -> Settled:
    """Take the credits, or let goodwill help, or say why a person has to look first; then nothing has moved."""
    refusal = take(session, taking)
    if refusal is None:
        return SyncResult.OK, None
    if refusal.outcome is Outcome.NOT_ENOUGH:
        return _with_cover(session, taking, policy)
    if refusal.outcome is Outcome.ALREADY_USED:
        if often_enough(session, taking.place.programme_id, taking.id, taking.shown, taking.arrived_at or taking.at):
            return SyncResult.REVIEW, Why.AGAIN
        return _kept(SyncResult.DUPLICATE, pay_by_goodwill(session, taking))
    if refusal.outcome is Outcome.REVOKED:
        # Good when it was scanned, and ended before this arrived: its credits have gone back, perhaps to who showed it.
        return SyncResult.REVIEW, Why.REVOKED
    return SyncResult.REVIEW, Why.DAY_CAP if refusal.outcome is Outcome.LIMIT else Why.CLASH


def pay_by_goodwill(session: Session, taking: Taking) -> bool:
    """Let the programme pay the venue; the code stays as it is. False where the id stands for something else already."""
    goodwill = open_goodwill(session, taking.place.programme_id)
    movement = replace(movement_of(taking, goodwill), kind=TransferKind.USED)
    if post(session, taking.place.programme_id, movement) is not Posting.POSTED:
        return False
    keep(session, taking, paid_by=PaidBy.GOODWILL)
    return True


def _kept(result: SyncResult, paid: bool) -> Settled:  # noqa: FBT001  the answer of the line above
    return (result, None) if paid else (SyncResult.REVIEW, Why.CLASH)


def _with_cover(session: Session, taking: Taking, policy: Policy) -> Settled:
    programme_id, account_id = taking.place.programme_id, taking.shown.account_id
    missing = taking.minutes - balance(session, programme_id, account_id)
    if covered_lately(session, programme_id, taking.shown, taking.arrived_at or taking.at) + missing > policy.card_minutes:
        return SyncResult.REVIEW, Why.COVER_CAP
    cover(
        session,
        programme_id,
        taking.id,
        account_id,
        taking.minutes,
        day=local_day(taking.at),
        actor=taking.till.till_id,
    )
    if take(session, taking) is not None:
        raise RuntimeError("what goodwill gave is held until this is done")
    return SyncResult.OK_COVERED, None
