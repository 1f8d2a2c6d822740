"""Taking up an invitation: whoever holds the link or the code sees who asks and for what, and says yes, once.

Looking uses nothing up, because programs that read mail for safety open every link. A link or a code that is forged, old, used
or taken back is always the same answer: None, or NotFoundError where a yes was said.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_fits, read_link
from timecredits.foundation.wording import Sentence
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import LINK, InvitationState, code_hashes, link_of, place_of, state_of, turn_of
from timecredits.network.models import Programme, RoleKind, StaffRole, User, Volunteer
from timecredits.network.passwords import change_password
from timecredits.network.programmes import join_programme
from timecredits.network.roles import free_owner_seat, hold_workplace, roles_of, workplace_name
from timecredits.network.shared_venues import speaks_for, takes_part
from timecredits.network.tries import count_of, count_try
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import find_by_email

__all__ = [
    "MOST_CODES",
    "Found",
    "Newcomer",
    "OpenInvitation",
    "TakenUp",
    "TypedCode",
    "WhoComes",
    "find_typed",
    "read_invitation",
    "take_up",
    "taken_by",
]

MOST_CODES: Final = 10
"""Codes that can be typed from one place within WITHIN."""
MOST_MISSES_IN_ALL: Final = 500
WITHIN: Final = timedelta(minutes=15)
_MOST_YESES: Final = 20
_LONGEST_NAME: Final = 100


class WhoComes(Enum):
    """What whoever holds an invitation has to do, where nobody is signed in."""

    NEW = "new"  # say a name, choose a password; for a slip an address too
    PASSWORD = "password"  # noqa: S105  give the password that goes with the address
    SIGN_IN = "sign_in"  # sign in in their own way first: they volunteer, and have no password


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that waits, as whoever holds it sees it. `email` is empty for a printed slip."""

    id: UUID
    programme_id: UUID
    kind: RoleKind
    place: str
    programme: str
    asked_by: str
    name: str
    email: str
    role_ends_on: date | None
    expires_at: datetime
    who: WhoComes
    joins: bool
    """By the yes a venue of others joins the programme: only somebody who runs it now can say it."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody types who has no sign-in here yet. `email` counts only where the invitation has none."""

    name: str
    password: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Who works there now, and in which role."""

    user_id: UUID
    role_id: UUID


class TypedCode(Enum):
    """What a typed code was."""

    FOUND = "found"
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to :func:`find_typed`; `link` is the end of the invitation's address where there is one."""

    outcome: TypedCode
    link: str = ""


def find_typed(session: Session, keyring: Keyring, typed: str, *, asked_from: str) -> Found:
    """The invitation behind a slip's code. Wrong ones are counted for the place that asks, and in all: a returned value.

    `asked_from` is anything that tells places apart, such as a network address; its hash is kept.
    """
    if count_of(session, "wrong invitation codes", within=WITHIN) >= MOST_MISSES_IN_ALL:
        return Found(TypedCode.TOO_MANY)
    if count_try(session, f"invitation code from {asked_from}", within=WITHIN) > MOST_CODES:
        return Found(TypedCode.TOO_MANY)
    invitation = session.scalars(select(Invitation).where(Invitation.code_hash.in_(code_hashes(keyring, typed)))).one_or_none()
    if invitation is None or state_of(invitation) is not InvitationState.WAITING:
        count_try(session, "wrong invitation codes", within=WITHIN)
        return Found(TypedCode.WRONG)
    return Found(TypedCode.FOUND, link_of(session, keyring, invitation))


def read_invitation(session: Session, keyring: Keyring, code: str) -> OpenInvitation | None:
    """What stands behind a link, or None for any link that can't be used now."""
    invitation = _behind(session, keyring, code)
    if invitation is None or state_of(invitation) is not InvitationState.WAITING:
        return None
    user = find_by_email(session, invitation.email) if invitation.email else None
    if user is not None and user.disabled_at is not None:
        return None
    asked_by = session.get(User, invitation.made_by) if invitation.made_by else None
    joins, who = _joins(session, invitation), _who(session, user)
    return OpenInvitation(
        id=invitation.id,
        programme_id=invitation.programme_id,
        kind=invitation.kind,
        place=workplace_name(session, invitation.programme_id, place_of(invitation)),
        programme=session.get_one(Programme, invitation.programme_id).name,
        asked_by=asked_by.name if asked_by else "",
        name=invitation.name,
        email=invitation.email or "",
        role_ends_on=invitation.role_ends_on,
        expires_at=invitation.expires_at,
        who=WhoComes.SIGN_IN if joins and who is WhoComes.NEW else who,
        joins=joins,
    )


def take_up(
    session: Session,
    keyring: Keyring,
    code: str,
    *,
    user_id: UUID | None = None,
    new: Newcomer | None = None,
    today: date,
) -> TakenUp:
    """Say yes: as a user whom the caller knows to be there, as somebody new, or as a user who has no password yet (both).

    One yes counts, also of two at one moment; then the invitation is used. Raises NotFoundError where it can't be used (any
    more), RuleError for what was typed, and where the seat of the owner is taken by now. Nothing is written then.
    """
    invitation = _behind(session, keyring, code)
    if invitation is None:
        raise NotFoundError
    programme_id, place = invitation.programme_id, place_of(invitation)
    hold_workplace(session, programme_id, place)
    session.refresh(invitation, with_for_update=True)
    if state_of(invitation) is not InvitationState.WAITING or _behind(session, keyring, code) is None:
        raise NotFoundError  # taken, taken back or sent again since it was looked at
    if user_id is None and count_try(session, f"yes to {invitation.id}", within=timedelta(hours=1)) > _MOST_YESES:
        raise RuleError(Sentence("There were many tries. Wait an hour. Then try again. Nothing was saved."), field="password")
    with session.begin_nested():
        user = _comer(session, invitation, user_id, new)
        if place.venue_id is not None and _joins(session, invitation):
            _join(session, invitation, place.venue_id, user, today)
        role = _role(session, invitation, user, today)
        invitation.used_at, invitation.used_by = clock.now(), user.id
        audit.record(
            session,
            programme_id,
            "invitation taken up",
            actor_id=user.id,
            subject_id=invitation.id,
            organisation_id=place.organisation_id,
        )
        session.flush()
    return TakenUp(user.id, role.id)


def taken_by(session: Session, keyring: Keyring, code: str, *, today: date) -> tuple[User, UUID] | None:
    """Who has taken an invitation up within the last hour, with their role: a form that was sent twice is for the same person."""
    invitation = _behind(session, keyring, code)
    if invitation is None or invitation.used_by is None or invitation.used_at is None:
        return None
    if invitation.used_at < clock.now() - timedelta(hours=1):
        return None
    roles = roles_of(session, invitation.programme_id, place_of(invitation), invitation.used_by, today=today)
    return (session.get_one(User, invitation.used_by), roles[0].id) if roles else None


def _behind(session: Session, keyring: Keyring, code: str) -> Invitation | None:
    link = read_link(code)
    if link is None:
        return None
    invitation = session.scalars(
        select(Invitation)
        .join(Programme, Programme.id == Invitation.programme_id)
        .where(Programme.number == link.programme_number, Invitation.id == link.row_id)
    ).one_or_none()
    if invitation is None or not link_fits(keyring, LINK, link, turn=turn_of(invitation)):
        return None
    return invitation


def _who(session: Session, user: User | None) -> WhoComes:
    if user is None:
        return WhoComes.NEW
    if user.password_hash is not None:
        return WhoComes.PASSWORD
    volunteers = session.scalar(select(exists().where(Volunteer.user_id == user.id)))
    return WhoComes.SIGN_IN if volunteers else WhoComes.NEW


def _joins(session: Session, invitation: Invitation) -> bool:
    return invitation.venue_id is not None and not takes_part(session, invitation.programme_id, invitation.venue_id)


def _join(session: Session, invitation: Invitation, venue_id: UUID, user: User, today: date) -> None:
    """Let a venue of others join. Nobody but those who run it may say so: they share its tills and its good name."""
    if not speaks_for(session, venue_id, user.id, today=today):
        raise RuleError(Sentence("Only somebody who runs this venue now can say yes. Nothing was saved. Pass this on to them."))
    join_programme(session, invitation.programme_id, venue_id)
    audit.record(session, invitation.programme_id, "venue joined", actor_id=user.id, subject_id=venue_id)


def _comer(session: Session, invitation: Invitation, user_id: UUID | None, new: Newcomer | None) -> User:
    user = session.get_one(User, user_id) if user_id is not None else None
    if user is None and new is None:
        raise NotFoundError
    if user is None and new is not None:
        user = _newcomer(session, invitation, new)
    if user is None or user.disabled_at is not None:
        raise NotFoundError
    if user.password_hash is None:
        change_password(session, user.id, old="", new=new.password if new else "", sign_in_id=None)
    return user


def _newcomer(session: Session, invitation: Invitation, new: Newcomer) -> User:
    """Somebody new; or, where the mail went to a user who can't sign in in any other way, that user."""
    name = " ".join(new.name.split())
    if not name:
        raise RuleError(Sentence("Type your name. Nothing was saved."), field="name")
    if len(name) > _LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters. Nothing was saved.", most=_LONGEST_NAME), field="name")
    email = invitation.email or new.email
    user = find_by_email(session, email)
    if user is None:
        return create_user(session, email=email, name=name)
    if invitation.email is None or _who(session, user) is not WhoComes.NEW:
        raise RuleError(
            Sentence("Somebody has this address already. Is it you? Sign in first, then open this page again."), field="email"
        )
    return user


def _role(session: Session, invitation: Invitation, user: User, today: date) -> StaffRole:
    """The role, given now. Who works there already keeps what they have, or becomes the owner where that was the question."""
    programme_id, place, kind = invitation.programme_id, place_of(invitation), invitation.kind
    held = roles_of(session, programme_id, place, user.id, today=today)
    if any(role.kind in {kind, RoleKind.ORGANISATION_OWNER} for role in held):
        return next(role for role in held if role.kind in {kind, RoleKind.ORGANISATION_OWNER})
    if kind is RoleKind.ORGANISATION_OWNER:
        free_owner_seat(session, programme_id, place, today=today)
    if held:
        held[0].kind = kind  # the row stays, so that letters know since when they have worked there
        role = held[0]
    else:
        role = give_role(
            session,
            programme_id,
            user.id,
            kind,
            title=invitation.title,
            organisation_id=place.organisation_id,
            venue_id=place.venue_id,
        )
    role.ends_on = invitation.role_ends_on
    session.flush()
    audit.record(
        session,
        programme_id,
        "role given",
        actor_id=invitation.made_by,
        subject_id=role.id,
        organisation_id=place.organisation_id,
    )
    return role
