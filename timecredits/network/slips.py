"""A printed slip by which a volunteer without email signs in once, within 72 hours. Staff print it and hand it over.

Its code has 60 bits; a keyed hash is kept. Making a new one ends the one before. Tries are counted for the place they come from
and in all. A slip never opens staff's pages: somebody who works here signs in with a password and a second step.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import keyed_digest, new_short_code, tidy_short_code
from timecredits.foundation.wording import Sentence
from timecredits.network.models import User, Volunteer
from timecredits.network.second_factor import is_staff
from timecredits.network.sign_in_models import SignInSlip
from timecredits.network.tries import count_of, count_try
from timecredits.network.users import create_user_without_email

__all__ = ["CODE_LENGTH", "SLIP_FOR", "MadeSlip", "SlipAnswer", "SlipChecking", "make_slip", "take_slip"]

SLIP_FOR: Final = timedelta(hours=72)
CODE_LENGTH: Final = 12
WITHIN: Final = timedelta(minutes=15)
MOST_FROM_ONE: Final = 20
MOST_WRONG_IN_ALL: Final = 500
MOST_AN_HOUR: Final = 60
"""Slips that one member of staff makes within an hour."""
_PURPOSE: Final = "sign-in slip"


@dataclass(frozen=True, slots=True)
class MadeSlip:
    """A slip just made. `code` is shown on paper and kept nowhere."""

    slip: SignInSlip
    code: str
    name: str


class SlipAnswer(Enum):
    """What a typed code was. One that is used, old or ended is WRONG like any other."""

    FITS = "fits"
    WRONG = "wrong"
    STAFF = "staff"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class SlipChecking:
    """The answer to :func:`take_slip`; both ids only when it fits."""

    answer: SlipAnswer
    user_id: UUID | None = None
    volunteer_id: UUID | None = None


def make_slip(
    session: Session, keyring: Keyring, volunteer: Volunteer, *, organisation_id: UUID, actor_id: UUID | None
) -> MadeSlip:
    """Make a slip for a volunteer whom the caller has looked up in the actor's reach.

    Raises RuleError for somebody who works here, and for one slip too many within the hour.
    """
    whose = f"slips by {actor_id}"
    if volunteer.user_id is not None and is_staff(session, volunteer.user_id):
        raise RuleError(Sentence("They work here. They sign in with their password. Nothing was made."))
    if count_of(session, whose, within=timedelta(hours=1)) >= MOST_AN_HOUR:
        raise RuleError(Sentence("That is a lot for one hour. Wait a while. Then go on. Nothing was made."))
    count_try(session, whose, within=timedelta(hours=1))
    if volunteer.user_id is None:
        volunteer.user_id = create_user_without_email(session, name=volunteer.first_name).id
    now, code = clock.now(), new_short_code(CODE_LENGTH)
    _number, key = keyring.signing_key(_PURPOSE)
    session.execute(
        update(SignInSlip)
        .where(
            SignInSlip.programme_id == volunteer.programme_id,
            SignInSlip.volunteer_id == volunteer.id,
            SignInSlip.used_at.is_(None),
            SignInSlip.ended_at.is_(None),
        )
        .values(ended_at=now),
        execution_options={"synchronize_session": False},
    )
    slip = SignInSlip(
        id=new_id(),
        programme_id=volunteer.programme_id,
        volunteer_id=volunteer.id,
        organisation_id=organisation_id,
        code_hash=keyed_digest(key, code),
        made_by=actor_id,
        made_at=now,
        expires_at=now + SLIP_FOR,
        used_at=None,
        ended_at=None,
    )
    session.add(slip)
    session.flush()
    audit.record(
        session,
        volunteer.programme_id,
        "sign-in slip made",
        actor_id=actor_id,
        subject_id=volunteer.id,
        organisation_id=organisation_id,
    )
    return MadeSlip(slip, code, volunteer.first_name)


def take_slip(session: Session, keyring: Keyring, typed: str, *, asked_from: str) -> SlipChecking:
    """Whether `typed` is the code of a slip that can be used. It is used up by this. `asked_from` is where the browser is."""
    if count_try(session, f"slip codes from {asked_from}", within=WITHIN) > MOST_FROM_ONE:
        return SlipChecking(SlipAnswer.TOO_MANY)
    if count_of(session, "wrong slip codes", within=WITHIN) >= MOST_WRONG_IN_ALL:
        return SlipChecking(SlipAnswer.TOO_MANY)
    code, now = tidy_short_code(typed), clock.now()
    hashes = [keyed_digest(key, code) for key in keyring.checking_keys(_PURPOSE)]
    taken = session.execute(
        update(SignInSlip)
        .where(
            SignInSlip.code_hash.in_(hashes),
            SignInSlip.used_at.is_(None),
            SignInSlip.ended_at.is_(None),
            SignInSlip.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInSlip.programme_id, SignInSlip.volunteer_id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    user = _user_of(session, taken.programme_id, taken.volunteer_id) if taken is not None else None
    if taken is None or user is None or user.disabled_at is not None:
        count_try(session, "wrong slip codes", within=WITHIN)
        return SlipChecking(SlipAnswer.WRONG)
    if is_staff(session, user.id):
        return SlipChecking(SlipAnswer.STAFF)
    return SlipChecking(SlipAnswer.FITS, user.id, taken.volunteer_id)


def _user_of(session: Session, programme_id: UUID, volunteer_id: UUID) -> User | None:
    return session.scalars(
        select(User)
        .join(Volunteer, Volunteer.user_id == User.id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    ).one_or_none()
