"""Asking somebody to become staff: by a mail with a link, or on a printed slip with a code to type.

Nothing that opens an invitation is stored. The link is a private one (foundation/private_links), the slip's code is worked out
from a key, and both hang on the moment when the invitation was made, so that sending it again ends what was sent before. Of
the slip's code a keyed hash is kept, to find the invitation by.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock, mail
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code
from timecredits.foundation.secret_values import CROCKFORD, digest, keyed_digest, new_secret, tidy_short_code
from timecredits.foundation.wording import Sentence
from timecredits.network.invitation_models import Invitation
from timecredits.network.models import Programme, RoleKind, User
from timecredits.network.roles import Workplace, free_owner_seat, hold_workplace, roles_of, tidy_title
from timecredits.network.scope import find, find_and_hold
from timecredits.network.tries import count_of, count_try
from timecredits.network.users import tidy_address
from timecredits.network.volunteers import find_by_email

__all__ = [
    "CODE_LENGTH",
    "LINK",
    "MAIL_FOR",
    "MOST_AN_HOUR",
    "SLIP_FOR",
    "InvitationLine",
    "InvitationState",
    "Invited",
    "code_hashes",
    "code_of",
    "invite",
    "link_of",
    "list_invitations",
    "place_of",
    "refuse_who_cannot_come",
    "send_again",
    "state_of",
    "turn_of",
    "waiting",
    "withdraw",
]

MAIL_FOR: Final = timedelta(days=7)
SLIP_FOR: Final = timedelta(hours=72)
CODE_LENGTH: Final = 12
LINK: Final = "invitation"
"""What the private links are for."""
MOST_AN_HOUR: Final = 30
"""Invitations that one member of staff can send or print within an hour."""
LONGEST_NAME: Final = 100
_CODE: Final = "invitation code"
_LISTED_FOR: Final = timedelta(days=90)
_MOST_LISTED: Final = 50


class InvitationState(StrEnum):
    """How an invitation stands."""

    WAITING = "waiting"
    TAKEN_UP = "taken_up"
    RUN_OUT = "run_out"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Invited:
    """What inviting came to. `is_new` False: it had been made before, and nothing more was sent."""

    invitation: Invitation
    is_new: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation as those see it who keep the staff. `email` is empty for a printed slip."""

    id: UUID
    kind: RoleKind
    name: str
    email: str
    title: str
    state: InvitationState
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


def invite(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    place: Workplace,
    *,
    invitation_id: UUID,
    kind: RoleKind,
    email: str = "",
    name: str = "",
    title: str = "",
    role_ends_on: date | None = None,
    actor_id: UUID | None,
    base_url: str,
    today: date,
    asks_venue: bool = False,
) -> Invited:
    """Invite somebody to a role at a place: by mail, or with no `email` on a slip, which needs a `name`.

    `asks_venue`: the place is a venue of others, which joins by the yes (network/taking_up). The same id twice, and the same
    mail to the same role twice, is one invitation. Raises RuleError for an odd address, a person who works there already or
    can't sign in, an owner beside an owner, a last day that is over, and too many an hour; NotFoundError for a place of
    elsewhere.
    """
    hold_workplace(session, programme_id, place, asks_venue=asks_venue)
    known = session.get(Invitation, invitation_id)
    if known is not None:
        if known.programme_id != programme_id or place_of(known) != place:
            raise NotFoundError
        return Invited(known, is_new=False)
    if kind not in place.kinds:
        raise RuleError(Sentence("Choose what they will be. Nothing was sent."), field="kind")
    name, title = " ".join(name.split()), tidy_title(title)
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters. Nothing was sent.", most=LONGEST_NAME), field="name")
    if role_ends_on is not None and role_ends_on < today:
        raise RuleError(Sentence("Choose today or a later day. Nothing was sent."), field="ends_on")
    if email.strip():
        email = tidy_address(email)
        if (before := _waiting_for(session, programme_id, place, kind, email)) is not None:
            return Invited(before, is_new=False)
        refuse_who_cannot_come(session, programme_id, place, find_by_email(session, email), kind, today=today)
    elif not name:
        raise RuleError(Sentence("Say whom the slip is for. Nothing was made."), field="name")
    if kind is RoleKind.ORGANISATION_OWNER:
        _need_free_seat(session, programme_id, place, today)
    _count(session, actor_id)
    now = clock.now()
    invitation = Invitation(
        id=invitation_id,
        programme_id=programme_id,
        kind=kind,
        organisation_id=place.organisation_id,
        venue_id=place.venue_id,
        name=name,
        title=title,
        email=email.strip() or None,
        role_ends_on=role_ends_on,
        code_hash=b"",
        made_by=actor_id,
        made_at=now,
        expires_at=now,
    )
    _renew(session, keyring, invitation, base_url)
    session.add(invitation)
    _record(session, "invitation made", invitation, actor_id)
    session.flush()
    return Invited(invitation, is_new=True)


def send_again(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    place: Workplace,
    invitation_id: UUID,
    *,
    actor_id: UUID | None,
    base_url: str,
) -> Invitation:
    """Send the mail again, or make the slip anew, with its whole time before it. What was sent before works no more.

    Raises RuleError for one that was taken up or withdrawn; NotFoundError.
    """
    invitation = _held(session, programme_id, place, invitation_id)
    if state_of(invitation) not in {InvitationState.WAITING, InvitationState.RUN_OUT}:
        raise RuleError(Sentence("It was taken up or taken back meanwhile. Nothing was sent."))
    if _role_is_over(invitation):
        raise RuleError(Sentence("Its last day is over. Nothing was sent. You can invite them anew."))
    _count(session, actor_id)
    _renew(session, keyring, invitation, base_url)
    _record(session, "invitation sent again", invitation, actor_id)
    session.flush()
    return invitation


def withdraw(session: Session, programme_id: UUID, place: Workplace, invitation_id: UUID, *, actor_id: UUID | None) -> bool:
    """Take an invitation back. False: it was already. Raises RuleError for one that was taken up; NotFoundError."""
    invitation = _held(session, programme_id, place, invitation_id)
    if invitation.withdrawn_at is not None:
        return False
    if invitation.used_at is not None:
        raise RuleError(Sentence("They have said yes already. Nothing was changed. You can end their role."))
    invitation.withdrawn_at = clock.now()
    _record(session, "invitation withdrawn", invitation, actor_id)
    session.flush()
    return True


def list_invitations(session: Session, programme_id: UUID, place: Workplace) -> Sequence[InvitationLine]:
    """The invitations to a place, newest first: all that wait, and what became of others within 90 days. At most 50."""
    rows = session.scalars(
        select(Invitation)
        .where(*_at(programme_id, place), Invitation.made_at > clock.now() - _LISTED_FOR)
        .order_by(Invitation.made_at.desc(), Invitation.id)
        .limit(_MOST_LISTED)
    )
    lines = [
        InvitationLine(
            row.id, row.kind, row.name, row.email or "", row.title, state_of(row), row.made_at, row.expires_at, row.used_at
        )
        for row in rows
    ]
    return sorted(lines, key=lambda each: each.state is not InvitationState.WAITING)


def state_of(invitation: Invitation) -> InvitationState:
    """How it stands now. One to a role whose last day is over has run out, however new its link."""
    if invitation.used_at is not None:
        return InvitationState.TAKEN_UP
    if invitation.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    is_late = invitation.expires_at <= clock.now() or _role_is_over(invitation)
    return InvitationState.RUN_OUT if is_late else InvitationState.WAITING


def place_of(invitation: Invitation) -> Workplace:
    """Where its role is."""
    return Workplace(invitation.organisation_id, invitation.venue_id)


def link_of(session: Session, keyring: Keyring, invitation: Invitation) -> str:
    """The end of the address that opens it, until it is sent again."""
    number = session.get_one(Programme, invitation.programme_id).number
    return link_code(keyring, LINK, number, invitation.id, turn=turn_of(invitation))


def turn_of(invitation: Invitation) -> str:
    """What ends older links and codes of the same invitation."""
    return invitation.made_at.isoformat()


def code_of(session: Session, keyring: Keyring, programme_id: UUID, place: Workplace, invitation_id: UUID) -> str:
    """The 12 characters of a printed slip that still waits. Raises RuleError where it doesn't, or our key has changed since."""
    invitation = find(session, Invitation, programme_id, invitation_id, **_columns(place))
    code = _code(keyring, invitation)
    if invitation.email is not None:
        raise NotFoundError
    if state_of(invitation) is not InvitationState.WAITING or invitation.code_hash not in code_hashes(keyring, code):
        raise RuleError(Sentence("This slip does not work any more. Make a new one."))
    return code


def code_hashes(keyring: Keyring, typed: str) -> list[bytes]:
    """What a typed code may be kept as, one for each key that we still know."""
    code = tidy_short_code(typed)
    return [keyed_digest(key, code) for key in keyring.checking_keys(_CODE)]


def refuse_who_cannot_come(
    session: Session, programme_id: UUID, place: Workplace, user: User | None, kind: RoleKind, *, today: date
) -> None:
    """Raise RuleError (field `email`) for somebody who can't sign in, or has this role there, or one that it would take away."""
    if user is None:
        return
    if user.disabled_at is not None:
        raise RuleError(
            Sentence("This person can not be invited now. Ask the people who run the programme. Nothing was sent."),
            field="email",
        )
    if roles_of(session, programme_id, place, user.id, today=today):
        if kind is RoleKind.ORGANISATION_OWNER:
            raise RuleError(Sentence("They work here already. Hand over to them instead. Nothing was sent."), field="email")
        raise RuleError(Sentence("They work here already. Nothing was sent."), field="email")


def waiting(now: datetime) -> ColumnElement[bool]:
    """The SQL condition for an invitation that can be taken up at `now`, as :func:`state_of` says it."""
    role_goes_on = or_(Invitation.role_ends_on.is_(None), Invitation.role_ends_on >= clock.local_day(now))
    return and_(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now, role_goes_on)


def _role_is_over(invitation: Invitation) -> bool:
    return invitation.role_ends_on is not None and invitation.role_ends_on < clock.today()


def _need_free_seat(session: Session, programme_id: UUID, place: Workplace, today: date) -> None:
    try:
        free_owner_seat(session, programme_id, place, today=today)
    except RuleError:
        raise RuleError(
            Sentence("There is an owner already. Hand over to somebody who works there. Nothing was sent."), field="kind"
        ) from None


def _renew(session: Session, keyring: Keyring, invitation: Invitation, base_url: str) -> None:
    invitation.made_at = clock.now()
    if invitation.email is None:
        _number, key = keyring.signing_key(_CODE)
        invitation.code_hash = keyed_digest(key, _code(keyring, invitation))
        invitation.expires_at = invitation.made_at + SLIP_FOR
        return
    invitation.code_hash = digest(new_secret())  # nobody types a code for a mail
    invitation.expires_at = invitation.made_at + MAIL_FOR
    programme = session.get_one(Programme, invitation.programme_id)
    lines = [
        Sentence("Hello,"),
        "",
        Sentence("Somebody would like to work with you. Open this page to see who it is. You can say yes there:"),
        f"{base_url}/join/{link_of(session, keyring, invitation)}",
        "",
        Sentence("It works until %(day)s.", day=display_day(clock.local_day(invitation.expires_at))),
        Sentence("If you did not expect this, do nothing. Then nothing happens."),
    ]
    mail.queue(
        session,
        recipient=invitation.email,
        subject=str(Sentence("%(programme)s: a question for you", programme=programme.name)),
        body="\n".join(str(line) for line in lines),
    )


def _code(keyring: Keyring, invitation: Invitation) -> str:
    """Twelve characters, 60 bits, the same whenever asked until the slip is made anew."""
    _number, key = keyring.signing_key(f"{_CODE} of a slip")
    mac = hmac.new(key, invitation.id.bytes + turn_of(invitation).encode(), sha256).digest()
    return "".join(CROCKFORD[byte % len(CROCKFORD)] for byte in mac[:CODE_LENGTH])  # 256 is a multiple of 32: no bias


def _waiting_for(session: Session, programme_id: UUID, place: Workplace, kind: RoleKind, email: str) -> Invitation | None:
    return session.scalars(
        select(Invitation)
        .where(
            *_at(programme_id, place),
            Invitation.kind == kind,
            Invitation.email == email,
            waiting(clock.now()),
        )
        .limit(1)
    ).one_or_none()


def _held(session: Session, programme_id: UUID, place: Workplace, invitation_id: UUID) -> Invitation:
    hold_workplace(session, programme_id, place)
    return find_and_hold(session, Invitation, programme_id, invitation_id, **_columns(place))


def _at(programme_id: UUID, place: Workplace) -> tuple[Any, ...]:
    return (
        Invitation.programme_id == programme_id,
        Invitation.organisation_id.is_not_distinct_from(place.organisation_id),
        Invitation.venue_id.is_not_distinct_from(place.venue_id),
    )


def _columns(place: Workplace) -> dict[str, UUID | None]:
    return {"organisation_id": place.organisation_id, "venue_id": place.venue_id}


def _count(session: Session, actor_id: UUID | None) -> None:
    """Raise RuleError for one invitation too many within the hour; nobody's mailbox is flooded from here."""
    whose, within = f"invitations by {actor_id}", timedelta(hours=1)
    if count_of(session, whose, within=within) >= MOST_AN_HOUR:
        raise RuleError(Sentence("That is a lot for one hour. Wait a while. Then go on. Nothing was sent."), field="email")
    count_try(session, whose, within=within)


def _record(session: Session, action: str, invitation: Invitation, actor_id: UUID | None) -> None:
    audit.record(
        session,
        invitation.programme_id,
        action,
        actor_id=actor_id,
        subject_id=invitation.id,
        organisation_id=invitation.organisation_id,
    )
