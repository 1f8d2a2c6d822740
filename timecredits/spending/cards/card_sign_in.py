"""Signing in with a card's 8 characters and its PIN: for people without email, and never for staff.

Guessing is slow in three ways: five misses in a row lock the card until a coordinator opens it; a code that is no card's gets the
same answers after as many tries; and many misses from everybody together make a pause. Whatever the code is, one hash is looked
at, so that neither words nor time tell whether there is such a card.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.secret_values import tidy_short_code
from timecredits.network.models import Programme, StaffRole, User, Volunteer
from timecredits.network.roles import in_force
from timecredits.network.tries import count_of, count_try
from timecredits.network.users import create_user_without_email
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.finding import lock_owner
from timecredits.spending.second_checks import MOST_MISSES, CheckAnswer, ShownCheck, secret_fits, shown_fits

__all__ = ["CardAnswer", "CardSignIn", "check_card_pin"]

MISSES_WITHIN = timedelta(minutes=10)
MOST_MISSES_IN_ALL = 300
"""Wrong codes and PINs from everybody within MISSES_WITHIN before signing in with cards pauses."""
UNKNOWN_WITHIN = timedelta(days=1)
"""How long a code that is no card's answers like a locked one."""
_LONGEST = 40


class CardAnswer(Enum):
    """What a card's code and a PIN came to."""

    FITS = "fits"
    WRONG = "wrong"
    LOCKED = "locked"
    STAFF = "staff"
    BY_EMAIL = "by_email"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class CardSignIn:
    """The answer; user, programme and volunteer only when it fits."""

    outcome: CardAnswer
    user_id: UUID | None = None
    programme_id: UUID | None = None
    volunteer_id: UUID | None = None


def check_card_pin(session: Session, *, code: str, pin: str) -> CardSignIn:
    """Whether this PIN belongs to the live card with this code. The first time, its owner becomes somebody who can sign in."""
    if count_of(session, "card sign-in misses", within=MISSES_WITHIN) >= MOST_MISSES_IN_ALL:
        return CardSignIn(CardAnswer.TOO_MANY)
    typed = tidy_short_code(code)[:_LONGEST]
    card = _find(session, typed)
    answer = _try_unknown(session, typed, pin) if card is None else _try_card(session, card, pin, clock.now())
    if answer is not CardAnswer.FITS or card is None:
        count_try(session, "card sign-in misses", within=MISSES_WITHIN)
        return CardSignIn(answer)
    return _let_in(session, card)


def _find(session: Session, typed: str) -> Card | None:
    """The live card with a PIN that has this code. Codes are unique in a programme; over all of them, as good as."""
    return session.scalars(
        select(Card)
        .where(
            Card.programme_id.in_(select(Programme.id)),  # the index begins with it
            Card.code == typed,
            Card.ended_at.is_(None),
            Card.check == SecondCheck.PIN,
            Card.secret_hash.is_not(None),
        )
        .order_by(Card.made_at)
        .limit(1)
    ).first()


def _try_card(session: Session, card: Card, pin: str, now: datetime) -> CardAnswer:
    # The person before the card, as whoever makes their card anew locks them.
    lock_owner(session, card.programme_id, card.volunteer_id, None)
    session.refresh(card)
    if card.ended_at is not None:
        return CardAnswer.WRONG
    shown = ShownCheck(SecondCheck.PIN.value, pin)
    if card.locked_at is not None:
        secret_fits(None, shown)
        return CardAnswer.LOCKED
    answer = shown_fits(session, card, shown, now).answer
    if answer is CheckAnswer.FITS:
        return CardAnswer.FITS
    return CardAnswer.LOCKED if answer is CheckAnswer.LOCKED else CardAnswer.WRONG


def _try_unknown(session: Session, typed: str, pin: str) -> CardAnswer:
    tries = count_try(session, f"card sign-in with {typed}", within=UNKNOWN_WITHIN)
    secret_fits(None, ShownCheck(SecondCheck.PIN.value, pin))
    return CardAnswer.LOCKED if tries >= MOST_MISSES else CardAnswer.WRONG


def _let_in(session: Session, card: Card) -> CardSignIn:
    volunteer = session.get_one(Volunteer, (card.programme_id, card.volunteer_id))  # locked above
    if volunteer.user_id is None:
        volunteer.user_id = create_user_without_email(session, name=volunteer.first_name).id
        session.flush()
    user = session.get_one(User, volunteer.user_id)
    if user.disabled_at is not None:
        return CardSignIn(CardAnswer.WRONG)
    role = select(StaffRole.id).where(StaffRole.user_id == user.id, in_force(clock.today())).limit(1)
    if session.scalar(role) is not None:
        return CardSignIn(CardAnswer.STAFF)
    if user.email is not None:
        # Their own mailbox is the surer way, and one that nobody who makes cards can walk.
        return CardSignIn(CardAnswer.BY_EMAIL)
    return CardSignIn(CardAnswer.FITS, user.id, card.programme_id, volunteer.id)
