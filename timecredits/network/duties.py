"""Duties: what somebody looks after beside their role, given on one organisation, one peer group, or the programme.

An organisation's owner may moderate and do a project worker's work there without being asked to. Nobody is a safeguarding lead
but by duty, and nobody a facilitator. A duty ends with the role at the organisation that it stands on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.network.actors import Actor
from timecredits.network.models import Duty, DutyKind, Enrolment, RoleKind, StaffRole, User, Volunteer
from timecredits.network.permissions import ActorKind
from timecredits.network.roles import in_force
from timecredits.network.scope import find

__all__ = [
    "HeldDuty",
    "StaffMember",
    "end_duty",
    "facilitated_groups",
    "give_duty",
    "has_duty",
    "holders",
    "leads_by_organisation",
    "led_organisations",
    "list_duties",
    "list_staff",
]

OWNERS_MAY: Final = frozenset({DutyKind.MODERATOR, DutyKind.PROJECT_WORKER})


_holder: Final = aliased(User)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who can be given a duty. `title` is what stands under their signature, or ""."""

    user_id: UUID
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty in force. `name` and `email` are those of who holds it; a volunteer's email stays out of it."""

    id: UUID
    kind: DutyKind
    user_id: UUID | None
    volunteer_id: UUID | None
    group_id: UUID | None
    name: str
    email: str | None
    given_at: datetime


def has_duty(
    session: Session, actor: Actor, kind: DutyKind, *, organisation_id: UUID | None = None, group_id: UUID | None = None
) -> bool:
    """Whether this actor holds this duty now, on this organisation or group (both None: on the programme)."""
    if actor.programme_id is None or (actor.user_id is None and actor.volunteer_id is None):
        return False
    if (
        kind in OWNERS_MAY
        and actor.kind is ActorKind.ORGANISATION_OWNER
        and organisation_id is not None
        and actor.organisation_id == organisation_id
    ):
        return True
    holder = Duty.volunteer_id == actor.volunteer_id if actor.volunteer_id is not None else Duty.user_id == actor.user_id
    place = Duty.group_id == group_id if group_id is not None else Duty.organisation_id == organisation_id
    if group_id is None and organisation_id is None:
        place = Duty.organisation_id.is_(None)
    return bool(session.scalar(select(exists().where(*_in_force(actor.programme), Duty.kind == kind, holder, place))))


def facilitated_groups(session: Session, programme_id: UUID, volunteer_id: UUID) -> frozenset[UUID]:
    """The groups that a volunteer is a facilitator of now."""
    query = select(Duty.group_id).where(
        *_in_force(programme_id), Duty.volunteer_id == volunteer_id, Duty.kind == DutyKind.FACILITATOR
    )
    return frozenset(each for each in session.scalars(query) if each is not None)


def give_duty(
    session: Session,
    programme_id: UUID,
    kind: DutyKind,
    *,
    actor_id: UUID | None,
    organisation_id: UUID | None = None,
    group_id: UUID | None = None,
    user_id: UUID | None = None,
    volunteer_id: UUID | None = None,
) -> bool:
    """Give a duty to a user on the staff (of `organisation_id`, or the programme), or a group's to a volunteer. False if held.

    Raises NotFoundError for a user without a role there.
    """
    if user_id is not None and not session.scalar(select(_has_role(programme_id, user_id, organisation_id))):
        raise NotFoundError
    if volunteer_id is not None:
        find(session, Volunteer, programme_id, volunteer_id)
    same = {
        "kind": kind,
        "organisation_id": organisation_id,
        "group_id": group_id,
        "user_id": user_id,
        "volunteer_id": volunteer_id,
    }
    known = session.scalars(select(Duty).filter_by(programme_id=programme_id, ended_at=None, **same)).first()
    if known is not None:
        return False
    duty = Duty(programme_id=programme_id, id=new_id(), given_by=actor_id, given_at=clock.now(), **same)
    session.add(duty)
    session.flush()
    audit.record(session, programme_id, "duty given", actor_id=actor_id, subject_id=duty.id, organisation_id=organisation_id)
    return True


def end_duty(session: Session, programme_id: UUID, duty_id: UUID, *, actor_id: UUID | None, organisation_id: UUID | None) -> None:
    """Take a duty away from now on; twice is once. Raises NotFoundError for another organisation's.

    Given twice at the same moment it stands there twice: both end.
    """
    duty = find(session, Duty, programme_id, duty_id, organisation_id=organisation_id)
    if duty.ended_at is not None:
        return
    same = {name: getattr(duty, name) for name in ("kind", "organisation_id", "group_id", "user_id", "volunteer_id")}
    for each in session.scalars(select(Duty).filter_by(programme_id=programme_id, ended_at=None, **same)):
        each.ended_at = clock.now()
    session.flush()
    audit.record(session, programme_id, "duty ended", actor_id=actor_id, subject_id=duty_id, organisation_id=organisation_id)


def list_duties(
    session: Session, programme_id: UUID, organisation_id: UUID | None, *, group_id: UUID | None = None
) -> Sequence[HeldDuty]:
    """Who holds which duty at an organisation (None: for the programme), or in one of its groups, by kind and then by name."""
    query = (
        select(Duty, User.name, User.email, Volunteer)
        .outerjoin(User, User.id == Duty.user_id)
        .outerjoin(Volunteer, (Volunteer.programme_id == Duty.programme_id) & (Volunteer.id == Duty.volunteer_id))
        .where(*_in_force(programme_id))
    )
    at = Duty.organisation_id.is_(None) if organisation_id is None else Duty.organisation_id == organisation_id
    query = query.where(at)
    if group_id is not None:
        query = query.where(Duty.group_id == group_id)
    found = [
        HeldDuty(
            duty.id,
            duty.kind,
            duty.user_id,
            duty.volunteer_id,
            duty.group_id,
            name if volunteer is None else volunteer.name,
            email,
            duty.given_at,
        )
        for duty, name, email, volunteer in session.execute(query)
    ]
    return sorted(found, key=lambda each: (each.kind, each.name, each.id))


def holders(session: Session, programme_id: UUID, kind: DutyKind, organisation_id: UUID | None) -> Sequence[HeldDuty]:
    """Who on the staff holds one duty of an organisation's, or (None) of the programme's."""
    return [each for each in list_duties(session, programme_id, organisation_id) if each.kind is kind]


def leads_by_organisation(session: Session, programme_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Every safeguarding lead of an organisation now, by name: the organisation's id and the lead's name."""
    rows = session.execute(
        select(Duty.organisation_id, User.name)
        .join(User, User.id == Duty.user_id)
        .where(*_in_force(programme_id), Duty.kind == DutyKind.SAFEGUARDING_LEAD, Duty.organisation_id.is_not(None))
        .order_by(User.name, User.id)
    )
    return [(organisation_id, name) for organisation_id, name in rows if organisation_id is not None]


def led_organisations(session: Session, programme_id: UUID) -> frozenset[UUID]:
    """The organisations that have a safeguarding lead of their own now."""
    return frozenset(organisation_id for organisation_id, _name in leads_by_organisation(session, programme_id))


def list_staff(session: Session, programme_id: UUID, organisation_id: UUID | None) -> Sequence[StaffMember]:
    """Who can be given a duty: an organisation's staff, or (None) the programme's managers; each once, by name."""
    rows = session.execute(
        select(User.id, User.name, StaffRole.title)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            StaffRole.programme_id == programme_id,
            in_force(clock.today()),
            User.disabled_at.is_(None),
            _role_at(organisation_id),
        )
        .order_by(User.name, User.id)
    )
    return list({row.id: StaffMember(row.id, row.name, row.title) for row in rows}.values())


def _in_force(programme_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Not ended, and its holder can sign in and has a role there: rights withdrawn take effect at the next request.

    A volunteer's ends for as long as they have left the organisation.
    """
    still = (
        exists()
        .where(
            StaffRole.programme_id == programme_id,
            StaffRole.user_id == Duty.user_id,
            in_force(clock.today()),
            _holder.id == StaffRole.user_id,
            _holder.disabled_at.is_(None),
            or_(
                StaffRole.organisation_id == Duty.organisation_id,
                Duty.organisation_id.is_(None) & (StaffRole.kind == RoleKind.PROGRAMME_MANAGER),
            ),
        )
        .correlate(Duty)
    )
    gone = (
        exists()
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id == Duty.volunteer_id,
            Enrolment.organisation_id == Duty.organisation_id,
            Enrolment.left_on.is_not(None),
        )
        .correlate(Duty)
    )
    return (Duty.programme_id == programme_id, Duty.ended_at.is_(None), (Duty.volunteer_id.is_not(None) & ~gone) | still)


def _has_role(programme_id: UUID, user_id: UUID, organisation_id: UUID | None) -> ColumnElement[bool]:
    mine = (StaffRole.programme_id == programme_id, StaffRole.user_id == user_id, in_force(clock.today()))
    return exists().where(*mine, _role_at(organisation_id))


def _role_at(organisation_id: UUID | None) -> ColumnElement[bool]:
    if organisation_id is None:
        return StaffRole.kind == RoleKind.PROGRAMME_MANAGER
    return StaffRole.organisation_id == organisation_id
