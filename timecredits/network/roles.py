"""Roles of staff: which of them count on a day, who holds them at one place, and ending one, with a way back.

A role counts until its last day is over in London or until it was ended, whichever comes first. That condition stands here,
in :func:`in_force`, and nowhere else (tests/network/test_roles_in_force.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.clock import local_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.invitation_models import Invitation
from timecredits.network.models import Organisation, Programme, ProgrammeVenue, RoleKind, StaffRole, User, Venue
from timecredits.network.sign_in_models import SignIn

__all__ = [
    "GIVE_BACK_WITHIN",
    "LONGEST_TITLE",
    "RoleState",
    "StaffLine",
    "Workplace",
    "change_role",
    "find_line",
    "free_owner_seat",
    "give_role_back",
    "hold_workplace",
    "in_force",
    "last_day",
    "list_lines",
    "organisations_without_owner",
    "roles_of",
    "take_role_away",
    "tidy_title",
    "workplace_name",
]

LONGEST_TITLE: Final = 100
GIVE_BACK_WITHIN: Final = timedelta(days=30)
"""How long a role that has ended is listed, and can be given back."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a role is held: at an organisation, at a venue, or (both None) over the programme."""

    organisation_id: UUID | None = None
    venue_id: UUID | None = None

    @property
    def kinds(self) -> tuple[RoleKind, ...]:
        """What somebody can be there, the usual one first."""
        if self.organisation_id is not None:
            return RoleKind.COORDINATOR, RoleKind.ORGANISATION_OWNER
        return (RoleKind.PROGRAMME_MANAGER,) if self.venue_id is None else (RoleKind.VENUE_MANAGER,)

    def holds(self) -> ColumnElement[bool]:
        """The SQL condition for roles held here, in force or not."""
        return and_(
            StaffRole.organisation_id.is_not_distinct_from(self.organisation_id),
            StaffRole.venue_id.is_not_distinct_from(self.venue_id),
        )


class RoleState(StrEnum):
    """How a role stands today."""

    COUNTS = "counts"
    ENDED = "ended"
    RAN_OUT = "ran_out"  # its last day is over


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody's role at one place, as those who keep its staff see it. `ended_on` is the last day on which it counted."""

    role_id: UUID
    user_id: UUID
    name: str
    email: str
    kind: RoleKind
    title: str
    since: datetime
    ends_on: date | None
    ended_on: date | None
    state: RoleState
    is_disabled: bool


def in_force(today: date) -> ColumnElement[bool]:
    """The SQL condition for a role that counts on `today` (London): not ended, and its last day not over."""
    return and_(StaffRole.ended_at.is_(None), or_(StaffRole.ends_on.is_(None), StaffRole.ends_on >= today))


def last_day(role: StaffRole, today: date) -> date | None:
    """The last day on which a role counted, or None while it counts on `today`."""
    ends = [local_day(role.ended_at)] if role.ended_at is not None else []
    if role.ends_on is not None and role.ends_on < today:
        ends.append(role.ends_on)
    return min(ends, default=None)


def list_lines(session: Session, programme_id: UUID, place: Workplace, *, today: date) -> list[StaffLine]:
    """Who works at a place: those whose role counts, owner first, then by name; then those whose role ended lately."""
    rows = session.execute(_roles(programme_id, place).order_by(User.name, StaffRole.id))
    lines = [_line(role, user, today) for role, user in rows]
    here = {each.user_id for each in lines if each.state is RoleState.COUNTS}
    since = today - GIVE_BACK_WITHIN
    kept = [
        each
        for each in lines
        if each.ended_on is None or (each.ended_on >= since and each.user_id not in here and not each.is_disabled)
    ]
    return sorted(kept, key=lambda each: (each.ended_on is not None, each.kind is not RoleKind.ORGANISATION_OWNER))


def find_line(session: Session, programme_id: UUID, place: Workplace, role_id: UUID, *, today: date) -> StaffLine:
    """One role of a place, ended or not. Raises NotFoundError for a role of anywhere else."""
    row = session.execute(_roles(programme_id, place).where(StaffRole.id == role_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _line(row[0], row[1], today)


def roles_of(session: Session, programme_id: UUID, place: Workplace, user_id: UUID, *, today: date) -> Sequence[StaffRole]:
    """The roles of a user at a place that count today."""
    return session.scalars(
        select(StaffRole)
        .where(StaffRole.programme_id == programme_id, place.holds(), StaffRole.user_id == user_id, in_force(today))
        .order_by(StaffRole.id)
    ).all()


def change_role(
    session: Session,
    programme_id: UUID,
    place: Workplace,
    role_id: UUID,
    *,
    title: str,
    ends_on: date | None,
    actor_id: UUID | None,
    today: date,
) -> bool:
    """Say what somebody is called at work, and the last day on which their role counts (None: no end). False: nothing changed.

    Raises RuleError for a last day that is over, for an owner's own last day, and where no programme manager would be left who
    stays; NotFoundError for a role of anywhere else, or one that has ended.
    """
    hold_workplace(session, programme_id, place)
    role = _counting(session, programme_id, place, role_id, today)
    title = tidy_title(title)
    if (role.title, role.ends_on) == (title, ends_on):
        return False
    if ends_on != role.ends_on and ends_on is not None:
        if ends_on < today:
            raise RuleError(Sentence("Choose today or a later day. Nothing was saved."), field="ends_on")
        _refuse_to_lose(session, role, place, actor_id, today, field="ends_on")
    role.title, role.ends_on = title, ends_on
    _record(session, programme_id, "role changed", place, role_id, actor_id)
    session.flush()
    return True


def take_role_away(
    session: Session, programme_id: UUID, place: Workplace, role_id: UUID, *, actor_id: UUID | None, today: date
) -> bool:
    """End a role now, and every sign-in that acts in it. False: it has ended already. The row stays.

    Raises RuleError for an owner's own role, and for the last programme manager who stays; NotFoundError.
    """
    hold_workplace(session, programme_id, place)
    line = find_line(session, programme_id, place, role_id, today=today)
    if line.state is not RoleState.COUNTS:
        return False
    role = _counting(session, programme_id, place, role_id, today)
    _refuse_to_lose(session, role, place, actor_id, today)
    role.ended_at = clock.now()
    session.execute(
        update(SignIn)
        .where(SignIn.programme_id == programme_id, SignIn.role_id == role_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    _record(session, programme_id, "role ended", place, role_id, actor_id)
    session.flush()
    return True


def give_role_back(
    session: Session, programme_id: UUID, place: Workplace, role_id: UUID, *, actor_id: UUID | None, today: date
) -> bool:
    """Let a role count again that ended within :data:`GIVE_BACK_WITHIN`. False: it counts already. They sign in anew.

    Raises RuleError where somebody else is the owner by now, where the person has another role there, or it is too long ago.
    """
    hold_workplace(session, programme_id, place)
    line = find_line(session, programme_id, place, role_id, today=today)
    if line.ended_on is None:
        return False
    if line.ended_on < today - GIVE_BACK_WITHIN or line.is_disabled:
        raise RuleError(Sentence("This ended too long ago. Nothing was changed. You can invite them again."))
    if roles_of(session, programme_id, place, line.user_id, today=today):
        raise RuleError(Sentence("They work here already. Nothing was changed."))
    if line.kind is RoleKind.ORGANISATION_OWNER:
        free_owner_seat(session, programme_id, place, today=today)
    role = session.get_one(StaffRole, (programme_id, role_id))
    role.ended_at = None
    if role.ends_on is not None and role.ends_on < today:
        role.ends_on = None
    _record(session, programme_id, "role given back", place, role_id, actor_id)
    session.flush()
    return True


def free_owner_seat(session: Session, programme_id: UUID, place: Workplace, *, today: date) -> None:
    """Make room for an owner: end the role of one whose last day is over, or who can't sign in. Raises RuleError for any other.

    The caller holds the place (:func:`hold_workplace`).
    """
    rows = session.execute(
        _roles(programme_id, place).where(
            StaffRole.kind == RoleKind.ORGANISATION_OWNER,
            StaffRole.ended_at.is_(None),  # the seat that the database keeps single, whatever day it is
        )
    )
    for role, user in rows:
        if last_day(role, today) is None and user.disabled_at is None:
            raise RuleError(Sentence("There is an owner here already. Nothing was changed."))
        role.ended_at = clock.now()
    session.flush()


def organisations_without_owner(session: Session, programme_id: UUID, *, today: date) -> list[tuple[UUID, str]]:
    """The programme's organisations that nobody owns today: id and name, by name."""
    owned = exists().where(
        StaffRole.programme_id == programme_id,
        StaffRole.organisation_id == Organisation.id,
        StaffRole.kind == RoleKind.ORGANISATION_OWNER,
        in_force(today),
        User.id == StaffRole.user_id,
        User.disabled_at.is_(None),
    )
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.programme_id == programme_id, ~owned)
        .order_by(Organisation.name, Organisation.id)
    )
    return [(organisation_id, name) for organisation_id, name in rows]


def workplace_name(session: Session, programme_id: UUID, place: Workplace) -> str:
    """The name of the organisation, venue or programme. Raises NotFoundError where it is none of this programme's.

    A venue that was asked to join is one of its places before it says yes.
    """
    name = session.scalar(_place(programme_id, place, Organisation.name, Venue.name, Programme.name))
    if name is None:
        raise NotFoundError
    return str(name)


def hold_workplace(session: Session, programme_id: UUID, place: Workplace, *, asks_venue: bool = False) -> None:
    """Let nobody else change the staff of a place until the transaction ends. Raises NotFoundError as above.

    It is held before invitations and roles. Other rows that point to it can still be added meanwhile. `asks_venue`: any venue
    will do, because it is about to be asked to join.
    """
    query = _place(programme_id, place, Organisation.id, Venue.id, Programme.id)
    if asks_venue:
        query = select(Venue.id).where(Venue.id == place.venue_id)
    if session.scalar(query.with_for_update(key_share=True)) is None:
        raise NotFoundError


def tidy_title(title: str) -> str:
    """What somebody is called at work, single-spaced. Raises RuleError (field `title`) where it is too long."""
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        raise RuleError(Sentence("Use at most %(most)s letters. Nothing was saved.", most=LONGEST_TITLE), field="title")
    return title


def _place(programme_id: UUID, place: Workplace, organisation: Any, venue: Any, programme: Any) -> Any:
    if place.organisation_id is not None:
        return select(organisation).where(Organisation.programme_id == programme_id, Organisation.id == place.organisation_id)
    if place.venue_id is not None:
        joined = exists().where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.venue_id == Venue.id)
        asked = exists().where(Invitation.programme_id == programme_id, Invitation.venue_id == Venue.id)
        return select(venue).where(Venue.id == place.venue_id, or_(joined, asked))
    return select(programme).where(Programme.id == programme_id)


def _roles(programme_id: UUID, place: Workplace) -> Any:
    return (
        select(StaffRole, User)
        .join(User, User.id == StaffRole.user_id)
        .where(StaffRole.programme_id == programme_id, place.holds())
    )


def _line(role: StaffRole, user: User, today: date) -> StaffLine:
    ended_on = last_day(role, today)
    state = RoleState.COUNTS if ended_on is None else RoleState.RAN_OUT if role.ended_at is None else RoleState.ENDED
    return StaffLine(
        role.id,
        user.id,
        user.name,
        user.email or "",
        role.kind,
        role.title,
        role.started_at,
        role.ends_on,
        ended_on,
        state,
        user.disabled_at is not None,
    )


def _counting(session: Session, programme_id: UUID, place: Workplace, role_id: UUID, today: date) -> StaffRole:
    """The role as it is now, held. Raises NotFoundError for one that doesn't count."""
    role = session.scalars(
        select(StaffRole)
        .where(StaffRole.programme_id == programme_id, place.holds(), StaffRole.id == role_id, in_force(today))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if role is None:
        raise NotFoundError
    return role


def _refuse_to_lose(
    session: Session, role: StaffRole, place: Workplace, actor_id: UUID | None, today: date, *, field: str = ""
) -> None:
    """Nobody may leave an organisation without its owner by their own hand, or a programme without a manager who stays."""
    if role.kind is RoleKind.ORGANISATION_OWNER and role.user_id == actor_id:
        raise RuleError(Sentence("You are the owner. Hand over to somebody first. Nothing was changed."), field=field)
    if role.kind is not RoleKind.PROGRAMME_MANAGER:
        return
    others = select(StaffRole.id).join(User, User.id == StaffRole.user_id)
    stays = session.scalar(
        others.where(
            StaffRole.programme_id == role.programme_id,
            place.holds(),
            StaffRole.user_id != role.user_id,
            in_force(today),
            StaffRole.ends_on.is_(None),
            User.disabled_at.is_(None),
        ).limit(1)
    )
    if stays is None:
        raise RuleError(
            Sentence("Somebody must stay to run the programme. Invite another manager first. Nothing was changed."), field=field
        )


def _record(session: Session, programme_id: UUID, action: str, place: Workplace, role_id: UUID, actor_id: UUID | None) -> None:
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=role_id, organisation_id=place.organisation_id)
