"""Signing in with a password, and changing one: each try is counted, so that guessing is slow.

Tries are counted for the address typed, known or not, and for everybody together. A browser that this person signed in with
before has a count of its own, so a stranger who types wrong passwords all day can't keep the owner out (design/trust.md).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import User
from timecredits.network.sign_in_models import SignIn
from timecredits.network.tries import count_of, count_try
from timecredits.network.users import password_fits, set_password
from timecredits.network.volunteers import find_by_email

WITHIN = timedelta(minutes=15)
MOST_FOR_ONE = 10
MOST_IN_ALL = 1000


class PasswordAnswer(Enum):
    """What a password was. An unknown address is WRONG like any other."""

    FITS = "fits"
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class PasswordChecking:
    """The answer to :func:`check_password`; `user_id` only when it fits."""

    outcome: PasswordAnswer
    user_id: UUID | None = None


def check_password(session: Session, *, email: str, password: str, known_user_id: UUID | None = None) -> PasswordChecking:
    """Whether this address and password belong together. `known_user_id` is whom this browser has signed in before."""
    email = email.strip().lower()
    user = find_by_email(session, email)
    known = user is not None and user.id == known_user_id
    whose = f"password from a known browser of {email}" if known else f"password of {email}"
    if count_try(session, whose, within=WITHIN) > MOST_FOR_ONE:
        return PasswordChecking(PasswordAnswer.TOO_MANY)
    if not known and count_of(session, "wrong passwords", within=WITHIN) >= MOST_IN_ALL:
        return PasswordChecking(PasswordAnswer.TOO_MANY)
    if not password_fits(user, password):
        count_try(session, "wrong passwords", within=WITHIN)
        return PasswordChecking(PasswordAnswer.WRONG)
    return PasswordChecking(PasswordAnswer.FITS, user.id if user else None)


def has_password(session: Session, user_id: UUID) -> bool:
    """Whether this user can sign in with a password."""
    return session.scalar(select(User.password_hash).where(User.id == user_id)) is not None


def change_password(session: Session, user_id: UUID, *, old: str, new: str, sign_in_id: UUID | None) -> PasswordAnswer:
    """Give a user their first or a new password, and sign out every other browser of theirs.

    Somebody who has a password must give it as `old`; a wrong one is a returned answer, so that it counts. Raises RuleError
    (field `password`) for a new one that is too short or has the address in it.
    """
    user = session.get_one(User, user_id)
    if user.password_hash is not None:
        if count_try(session, f"password change of {user.id}", within=WITHIN) > MOST_FOR_ONE:
            return PasswordAnswer.TOO_MANY
        if not password_fits(user, old):
            return PasswordAnswer.WRONG
    if new.strip().lower() in {user.email, user.name.lower()} or len(set(new)) < _FEWEST_CHARACTERS:
        raise RuleError(Sentence("That is too easy to guess. Use three words you can remember."), field="password")
    set_password(user, new)
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.id != sign_in_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    return PasswordAnswer.FITS


_FEWEST_CHARACTERS = 4
