"""Whom a volunteer can ask for a letter: staff of where they are or were enrolled, and how long each has known them."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.journey.letters.asked_letters import organisations_asked
from timecredits.journey.letters.register_facts import confirmed_by_organisation
from timecredits.journey.referees.known_staff import known_staff
from timecredits.network.models import Enrolment, Organisation, RoleKind, StaffRole, User, Volunteer
from timecredits.network.roles import in_force

__all__ = ["PersonToAsk", "find_person_to_ask", "people_to_ask"]

_STAFF: Final = (RoleKind.COORDINATOR, RoleKind.ORGANISATION_OWNER)


@dataclass(frozen=True)
class PersonToAsk:
    """A member of staff who could write. `role_id` names them in an address. `minutes` are those confirmed at that organisation.

    `known_since` is None for somebody who came when the person had left: the register knows, they don't.
    `is_asked` says that a letter from there is on its way already.
    """

    role_id: UUID
    user_id: UUID
    name: str
    title: str
    organisation_id: UUID
    organisation_name: str
    known_since: date | None
    minutes: int
    is_asked: bool
    has_elsewhere: bool
    """Whether there are hours at other organisations that such a letter could count too."""


def people_to_ask(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[PersonToAsk]:
    """Who could write, those who have known the person longest first, those where there are no hours last."""
    given = confirmed_by_organisation(session, programme_id, volunteer_id)
    known = known_staff(session, programme_id, volunteer_id)
    asked = organisations_asked(session, programme_id, volunteer_id)
    rows = session.execute(
        select(StaffRole, User.name, Organisation.id, Organisation.name)
        .join(User, User.id == StaffRole.user_id)
        .join(
            Organisation,
            (Organisation.programme_id == StaffRole.programme_id) & (Organisation.id == StaffRole.organisation_id),
        )
        .join(
            Enrolment,
            (Enrolment.programme_id == StaffRole.programme_id) & (Enrolment.organisation_id == StaffRole.organisation_id),
        )
        .join(Volunteer, (Volunteer.programme_id == Enrolment.programme_id) & (Volunteer.id == Enrolment.volunteer_id))
        .where(
            StaffRole.programme_id == programme_id,
            Enrolment.volunteer_id == volunteer_id,
            StaffRole.kind.in_(_STAFF),
            in_force(clock.today()),
            User.disabled_at.is_(None),
            or_(Volunteer.user_id.is_(None), Volunteer.user_id != StaffRole.user_id),  # nobody writes about themselves
        )
        .order_by(StaffRole.started_at, StaffRole.id)
    )
    people: dict[tuple[UUID, UUID], PersonToAsk] = {}
    for role, name, organisation_id, organisation_name in rows:
        key = (role.user_id, organisation_id)
        person = PersonToAsk(
            role_id=role.id,
            user_id=role.user_id,
            name=name,
            title=known[key].title if key in known else role.title,
            organisation_id=organisation_id,
            organisation_name=organisation_name,
            known_since=known[key].known_since if key in known else None,
            minutes=given[organisation_id].minutes if organisation_id in given else 0,
            is_asked=organisation_id in asked,
            has_elsewhere=bool(given.keys() - {organisation_id}),
        )
        people.setdefault(key, person)  # of two roles the first
    return sorted(people.values(), key=lambda each: (not each.minutes, each.known_since or date.max, each.name, each.role_id))


def find_person_to_ask(session: Session, programme_id: UUID, volunteer_id: UUID, role_id: UUID) -> PersonToAsk:
    """One of `people_to_ask`, or NotFoundError."""
    for person in people_to_ask(session, programme_id, volunteer_id):
        if person.role_id == role_id:
            return person
    raise NotFoundError
