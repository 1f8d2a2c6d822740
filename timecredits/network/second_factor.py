"""The second step of staff: what each has for it, its counted tries, and taking it away from somebody who lost everything.

Staff come in with a password and one of: a code of an app, a passkey, a recovery code. A passkey that looks at its owner (their
finger, face or PIN) is both steps at once. The second step comes after the right password, so its tries count for the user; a
browser that this user has come in with before has a count of its own, so that whoever learnt the password can't keep them out.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock, mail
from timecredits.foundation.wall import everywhere
from timecredits.foundation.wording import Sentence
from timecredits.network.models import StaffRole, User
from timecredits.network.roles import in_force
from timecredits.network.sign_in_models import AuthenticatorApp, Passkey, RecoveryCode, SignIn
from timecredits.network.tries import count_of, count_try

__all__ = [
    "MOST_FROM_ONE",
    "MOST_IN_ALL",
    "MOST_TRIES",
    "WITHIN",
    "SecondSteps",
    "StepAnswer",
    "claim_key_try",
    "claim_step_try",
    "end_sign_ins",
    "hold_user",
    "is_staff",
    "note_for_staff",
    "note_key_miss",
    "note_step_miss",
    "reset_second_step",
    "second_steps",
]

WITHIN: Final = timedelta(minutes=15)
MOST_TRIES: Final = 10
"""Of one user within WITHIN: a guesser of 6 digits, three of which fit at a time, has 1 chance in 350 a day."""
MOST_IN_ALL: Final = 500
MOST_FROM_ONE: Final = 100
"""Passkeys shown with no address typed, from one place within WITHIN: a whole office may come in from one."""


class StepAnswer(Enum):
    """What a second step came to."""

    FITS = "fits"
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """What a user has for the second step."""

    has_app: bool
    passkeys: int
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is an app or a passkey. Recovery codes alone are no way to sign in day by day."""
        return self.has_app or self.passkeys > 0


def is_staff(session: Session, user_id: UUID) -> bool:
    """Whether this user has a role in force, so that the second step is asked for."""
    role = select(StaffRole.id).where(StaffRole.user_id == user_id, in_force(clock.today())).limit(1)
    with everywhere(session):
        return session.scalar(role) is not None


def second_steps(session: Session, user_id: UUID) -> SecondSteps:
    """What this user has for the second step."""
    app = select(func.count()).where(AuthenticatorApp.user_id == user_id, AuthenticatorApp.confirmed_at.is_not(None))
    keys = select(func.count()).where(Passkey.user_id == user_id)
    codes = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    has_app, passkeys, left = session.execute(
        select(app.scalar_subquery(), keys.scalar_subquery(), codes.scalar_subquery())
    ).one()
    return SecondSteps(bool(has_app), passkeys, left)


def claim_step_try(session: Session, user_id: UUID, *, known: bool) -> bool:
    """Count one try of the second step; False where there were too many. `known`: this browser let them in before."""
    whose = f"second step of {user_id} in a known browser" if known else f"second step of {user_id}"
    if count_try(session, whose, within=WITHIN) > MOST_TRIES:
        return False
    return known or count_of(session, "wrong second steps", within=WITHIN) < MOST_IN_ALL


def claim_key_try(session: Session, asked_from: str, *, known: bool) -> bool:
    """Count one passkey shown by somebody who hasn't said who they are; False where there were too many.

    They have counts of their own: whoever has no password must not use up the tries of those who have. `known`: this browser
    let somebody in before.
    """
    if count_try(session, f"passkeys from {asked_from}", within=WITHIN) > MOST_FROM_ONE:
        return False
    return known or count_of(session, "wrong passkeys", within=WITHIN) < MOST_IN_ALL


def note_key_miss(session: Session) -> None:
    """Count a passkey that was wrong and came with no address, for everybody together."""
    count_try(session, "wrong passkeys", within=WITHIN)


def note_step_miss(session: Session) -> None:
    """Count a second step that was wrong, for everybody together."""
    count_try(session, "wrong second steps", within=WITHIN)


def hold_user(session: Session, user_id: UUID) -> User:
    """The user, held until the end of the transaction, so that two changes of one's ways to sign in follow one another."""
    return session.execute(
        select(User).where(User.id == user_id).with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one()


def end_sign_ins(session: Session, user_id: UUID, *, but: UUID | None = None) -> None:
    """Sign a user out of every browser, or of every other than the one of sign-in `but`."""
    others = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if but is not None:
        others = others.where(SignIn.id != but)
    session.execute(others.values(ended_at=clock.now()), execution_options={"synchronize_session": False})


def note_for_staff(session: Session, user_id: UUID, action: str, *, actor_id: UUID | None) -> None:
    """Put an act on somebody's ways to sign in into the audit of every place where they work."""
    roles = select(StaffRole.programme_id, StaffRole.organisation_id).where(StaffRole.user_id == user_id, in_force(clock.today()))
    with everywhere(session):
        for programme_id, organisation_id in session.execute(roles.distinct()).all():
            audit.record(session, programme_id, action, actor_id=actor_id, subject_id=user_id, organisation_id=organisation_id)


def reset_second_step(session: Session, user_id: UUID, *, actor_id: UUID | None) -> bool:
    """Take every second step from a user who lost them all. They are signed out, told by mail, and set one up the next time.

    The caller has made sure that the actor may, and is somebody else. False where there was nothing to take away.
    """
    user = hold_user(session, user_id)
    had = second_steps(session, user_id)
    for table in (AuthenticatorApp, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.user_id == user_id), execution_options={"synchronize_session": False})
    end_sign_ins(session, user_id)
    if not had.any and not had.codes_left:
        return False
    note_for_staff(session, user_id, "second step reset", actor_id=actor_id)
    if user.email is not None:
        lines = [
            Sentence("Hello,"),
            "",
            Sentence("Somebody you work with took away the second step of your sign-in, because it was lost."),
            Sentence("You are signed out. The next time you sign in, you set up a new one."),
            "",
            Sentence("Did you not ask for this? Then tell the owner of your group today."),
        ]
        mail.queue(
            session,
            recipient=user.email,
            subject=str(Sentence("Your sign-in was changed")),
            body="\n".join(str(line) for line in lines),
        )
    return True
