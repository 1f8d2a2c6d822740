"""One-time codes by email: eight digits, ten minutes, five tries, good only in the browser that asked.

For volunteers only; staff have passwords. Whatever the address, the answer to the person asking is the same, and a row is
kept, so that nobody learns here who is known. The code itself is kept as a keyed hash (design/trust.md, Sign-in).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.secret_values import digest, keyed_digest
from timecredits.network.models import StaffRole, User, Volunteer
from timecredits.network.roles import in_force
from timecredits.network.sign_in_models import EmailCode
from timecredits.network.tries import count_of, count_try
from timecredits.network.volunteers import find_by_email

CODE_FOR = timedelta(minutes=10)
CODE_LENGTH = 8
MOST_TRIES = 5

ASKING_WITHIN = timedelta(minutes=15)
MOST_ASKED = 5
"""Codes for one address within ASKING_WITHIN: 25 guesses at 10**8."""
MOST_ASKED_IN_ALL = 600
MOST_MISSES_IN_ALL = 300
"""Wrong codes from everybody within CODE_FOR before codes pause: a guesser's chance stays under one in 2,000 a day."""


class Asked(Enum):
    """What asking for a code came to. The page says the same for the first three."""

    CODE = "code"
    STAFF = "staff"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Asking:
    """The answer to :func:`ask_for_code`. `recipient` has mail coming for CODE (with `code`) and STAFF (use your password)."""

    outcome: Asked
    recipient: str = ""
    code: str = ""


class Checked(Enum):
    """What a typed code was."""

    FITS = "fits"
    WRONG = "wrong"
    OVER = "over"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Checking:
    """The answer to :func:`check_code`. `user_id` is set only when it fits; `tries_left` only says something when it is wrong."""

    outcome: Checked
    user_id: UUID | None = None
    tries_left: int = 0


def ask_for_code(session: Session, key: bytes, *, email: str, browser: str, known_user_id: UUID | None = None) -> Asking:
    """Make a code for the volunteer with this address, and end any earlier code of this browser.

    `browser` is a random secret known to the asking browser only; `key` hashes the code. A person with a live staff role is
    never given one. `known_user_id` is whom this browser has signed in before: it has a count of its own, so a stranger who
    asks all day can't keep the person out. Returned values, so that the counters are kept.
    """
    email = email.strip().lower()
    user = find_by_email(session, email)
    known = user is not None and user.id == known_user_id
    whose = f"email code for {email} in a known browser" if known else f"email code for {email}"
    if count_try(session, whose, within=ASKING_WITHIN) > MOST_ASKED:
        return Asking(Asked.TOO_MANY)
    if count_try(session, "email codes", within=ASKING_WITHIN) > MOST_ASKED_IN_ALL and not known:
        return Asking(Asked.TOO_MANY)
    outcome = _who(session, user)
    owner = user if outcome is Asked.CODE else None
    code = f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}"
    browser_hash = digest(browser)
    session.execute(
        update(EmailCode).where(EmailCode.browser_hash == browser_hash, EmailCode.used_at.is_(None)).values(used_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    row_id = new_id()
    session.add(
        EmailCode(
            id=row_id,
            user_id=owner.id if owner else None,
            code_hash=keyed_digest(key, str(row_id), code),
            browser_hash=browser_hash,
            expires_at=clock.now() + CODE_FOR,
            tries=0,
            used_at=None,
        ),
    )
    session.flush()
    if user is None or outcome is Asked.UNKNOWN:
        return Asking(Asked.UNKNOWN)
    return Asking(outcome, email, code if outcome is Asked.CODE else "")


def check_code(session: Session, key: bytes, *, typed: str, browser: str) -> Checking:
    """Whether `typed` is the code this browser asked for last. It fits once; every look counts as a try."""
    if count_of(session, "email code misses", within=CODE_FOR) >= MOST_MISSES_IN_ALL:
        return Checking(Checked.TOO_MANY)
    row = session.execute(
        update(EmailCode)
        .where(
            EmailCode.browser_hash == digest(browser),
            EmailCode.used_at.is_(None),
            EmailCode.expires_at > clock.now(),
            EmailCode.tries < MOST_TRIES,
        )
        .values(tries=EmailCode.tries + 1)
        .returning(EmailCode.id, EmailCode.user_id, EmailCode.code_hash, EmailCode.tries),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if row is None:
        return Checking(Checked.OVER)
    same = hmac.compare_digest(keyed_digest(key, str(row.id), tidy_code(typed)), row.code_hash)
    if not same or row.user_id is None or not _claim(session, row.id):
        count_try(session, "email code misses", within=CODE_FOR)
        return Checking(Checked.WRONG if row.tries < MOST_TRIES else Checked.OVER, tries_left=MOST_TRIES - row.tries)
    if _who(session, session.get(User, row.user_id)) is not Asked.CODE:
        return Checking(Checked.OVER)  # they became staff, or were disabled, while the mail was on its way
    return Checking(Checked.FITS, row.user_id)


def tidy_code(typed: str) -> str:
    """The digits of what somebody typed or pasted, in any script, without spaces and dashes."""
    return "".join(str(int(character)) for character in typed if character.isdecimal())


def _claim(session: Session, code_id: UUID) -> bool:
    taken = session.execute(
        update(EmailCode)
        .where(EmailCode.id == code_id, EmailCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(EmailCode.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return taken is not None


def _who(session: Session, user: User | None) -> Asked:
    if user is None or user.disabled_at is not None:
        return Asked.UNKNOWN
    role = select(StaffRole.id).where(StaffRole.user_id == user.id, in_force(clock.today())).limit(1)
    if session.scalar(role) is not None:
        return Asked.STAFF
    if session.scalar(select(Volunteer.id).where(Volunteer.user_id == user.id).limit(1)) is None:
        return Asked.UNKNOWN
    return Asked.CODE
