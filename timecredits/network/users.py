"""Users and their passwords and roles."""

import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.slow_hashes import hasher as _hasher
from timecredits.foundation.wording import Sentence
from timecredits.network.common_passwords import is_common
from timecredits.network.models import RoleKind, StaffRole, User

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")

_nobody = _hasher.hash("a password that nobody has")


def create_user(session: Session, *, email: str, name: str, password: str | None = None) -> User:
    """Make somebody able to sign in. Raises RuleError for an address that is taken or odd, or a poor password."""
    email = tidy_address(email)
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise RuleError(Sentence("Somebody has this email address already."), field="email")
    user = User(id=new_id(), email=email, name=name.strip(), password_hash=None, created_at=clock.now())
    if password is not None:
        set_password(user, password)
    session.add(user)
    session.flush()
    return user


def tidy_address(email: str) -> str:
    """An email address as it is kept, in lower case. Raises RuleError (field `email`) for what can't be one."""
    email = email.strip().lower()
    local, _, domain = email.rpartition("@")
    if not local or "." not in domain or len(email) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(email):
        raise RuleError(Sentence("Type an email address, like name@example.org."), field="email")
    return email


def create_user_without_email(session: Session, *, name: str) -> User:
    """Make somebody able to sign in who has no email: with a card, for one."""
    user = User(id=new_id(), email=None, name=name.strip(), password_hash=None, created_at=clock.now())
    session.add(user)
    session.flush()
    return user


def set_password(user: User, password: str) -> None:
    """Give a user a new password: 12 characters or more, any kind, and not one that many use. Raises RuleError otherwise."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RuleError(
            Sentence("Use at least %(least)s characters. Three words you can remember work well.", least=SHORTEST_PASSWORD),
            field="password",
        )
    if is_common(password):
        raise RuleError(Sentence("Many people use that password. Use three words you can remember."), field="password")
    user.password_hash = _hasher.hash(password)


def password_fits(user: User | None, password: str) -> bool:
    """Whether this is the user's password, all of it. Takes as long for a user who doesn't exist, or has none."""
    stored = user.password_hash if user is not None and user.password_hash is not None else _nobody
    # One that is too long to be anybody's is cut for the work alone, and never fits.
    fits = _hasher.verify(stored, password[:LONGEST_PASSWORD]) and len(password) <= LONGEST_PASSWORD
    return fits and user is not None and user.password_hash is not None and user.disabled_at is None


def give_role(
    session: Session,
    programme_id: UUID,
    user_id: UUID,
    kind: RoleKind,
    *,
    title: str = "",
    organisation_id: UUID | None = None,
    venue_id: UUID | None = None,
) -> StaffRole:
    """Give a user a role, at an organisation or a venue where the kind asks for one."""
    role = StaffRole(
        programme_id=programme_id,
        id=new_id(),
        user_id=user_id,
        kind=kind,
        title=title,
        organisation_id=organisation_id,
        venue_id=venue_id,
        started_at=clock.now(),
    )
    session.add(role)
    session.flush()
    return role


def end_role(role: StaffRole) -> None:
    """Take a role away from now on; the row stays."""
    role.ended_at = clock.now()
