"""What becomes of the credits of somebody who is erased: into the pot that they chose, or they run out."""

from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.expiry import open_expired
from timecredits.ledger.models import Account, TransferKind
from timecredits.ledger.transfers import Movement, Posting, balance, post
from timecredits.network.models import Volunteer
from timecredits.records.models import Erasure
from timecredits.spending.giving.pots import hold_open_pot
from timecredits.spending.giving_models import Gift, Pot, PotKind

__all__ = ["pass_credits_on", "pass_late_credits_on"]


def pass_credits_on(session: Session, person: Volunteer, pot_id: UUID | None, *, erasure_id: UUID, day: date) -> int:
    """Leave nothing on the account of a person whose row is held; answers the minutes. The same erasure again moves nothing more.

    Into the community pot `pot_id` where it is still open; else they run out.
    """
    minutes = balance(session, person.programme_id, person.account_id)
    if minutes <= 0:
        return 0
    pot = _open_pot(session, person.programme_id, pot_id)
    # What moved the balance last is in the id, so that the same amount that comes back once more goes on once more.
    last = session.scalar(
        select(Account.last_transfer).where(Account.programme_id == person.programme_id, Account.id == person.account_id)
    )
    movement_id = uuid5(erasure_id, f"credits of {person.id} {minutes} {last}")
    into = pot.account_id if pot is not None else open_expired(session, person.programme_id)
    kind = TransferKind.GIVEN if pot is not None else TransferKind.EXPIRED
    answer = post(session, person.programme_id, Movement(movement_id, person.account_id, into, minutes, kind, occurred_on=day))
    if answer is not Posting.POSTED:
        return 0
    if pot is not None:
        session.add(
            Gift(
                programme_id=person.programme_id,
                id=movement_id,
                from_volunteer_id=person.id,
                to_pot_id=pot.id,
                minutes=minutes,
                given_at=clock.now(),
            )
        )
        session.flush()
    return minutes


def pass_late_credits_on(session: Session, programme_id: UUID, *, day: date, most: int = 50) -> int:
    """Credits that came back to people after they were erased, such as those of a note that nobody used; answers the minutes."""
    rows = session.execute(
        select(Volunteer.id, Volunteer.merged_into)
        .join(Account, (Account.programme_id == Volunteer.programme_id) & (Account.id == Volunteer.account_id))
        .where(Volunteer.programme_id == programme_id, Volunteer.erased_at.is_not(None), Account.balance > 0)
        .order_by(Volunteer.id)
        .limit(most)
    ).all()
    lock_people(session, programme_id, [volunteer_id for volunteer_id, _into in rows])
    moved = 0
    for volunteer_id, into in rows:
        asked = session.scalars(
            select(Erasure).where(
                Erasure.programme_id == programme_id,
                Erasure.volunteer_id.in_([volunteer_id] if into is None else [volunteer_id, into]),
                Erasure.done_at.is_not(None),
            )
        ).first()
        person = session.get_one(Volunteer, (programme_id, volunteer_id))
        pot_id = None if asked is None else asked.pot_id
        moved += pass_credits_on(session, person, pot_id, erasure_id=volunteer_id if asked is None else asked.id, day=day)
    return moved


def _open_pot(session: Session, programme_id: UUID, pot_id: UUID | None) -> Pot | None:
    """The pot that was chosen, or None where there is none, or it closed meanwhile."""
    if pot_id is None:
        return None
    try:
        return hold_open_pot(session, programme_id, pot_id, kind=PotKind.COMMUNITY)
    except (NotFoundError, RuleError):
        return None
