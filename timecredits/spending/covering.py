"""Goodwill pays what is missing where credits were used that weren't there any more: at a till with no signal.

The person is given what is missing, and then uses it like any other credits, so what they used stands in one place. Whoever gives
the use back takes back what was given.
"""

from datetime import date
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.ledger.goodwill import open_goodwill
from timecredits.ledger.models import TransferKind
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import Movement, Posting, balance, post


def cover_ids_of(redemption_id: UUID) -> tuple[UUID, UUID]:
    """The ids under which goodwill pays for one use. The second is for somebody who uses credits between look and payment."""
    return uuid5(redemption_id, "covered"), uuid5(redemption_id, "covered again")


def cover(
    session: Session, programme_id: UUID, redemption_id: UUID, account_id: UUID, minutes: int, *, day: date, actor: UUID | None
) -> int:
    """Let goodwill give an account what it lacks of `minutes`; answers how much that was.

    Paying holds the account until the caller's transaction ends, so the second look is the last one.
    """
    given = 0
    for cover_id in cover_ids_of(redemption_id):
        missing = minutes - balance(session, programme_id, account_id)
        if missing <= 0:
            break
        movement = Movement(
            cover_id, open_goodwill(session, programme_id), account_id, missing, TransferKind.GOODWILL, day, actor=actor
        )
        if post(session, programme_id, movement) is Posting.POSTED:
            given += missing
    return given


def uncover(session: Session, programme_id: UUID, redemption_id: UUID, *, reason: str, day: date, actor: UUID | None) -> None:
    """Take back what goodwill gave for a use that was just given back."""
    covers = list(cover_ids_of(redemption_id))
    back = list(mirrors(session, programme_id, covers, actor=actor, occurred_on=day).values())
    for movement in back:
        if post(session, programme_id, movement) is not Posting.POSTED:
            raise RuntimeError("what was given for a use is there again once the use is given back")
    keep_reason(session, programme_id, [movement.id for movement in back], reason)
