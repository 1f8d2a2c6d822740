"""The staff of the organisations where a volunteer is or was enrolled: since when, and until when, they know each other.

Everything comes from the register and the staff roles; nobody types it. Three questions, however many people there are.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import local_day
from timecredits.hours.history.hour_history import checked_by_another, in_force
from timecredits.hours.models import HourEntry
from timecredits.network.models import Enrolment, Organisation, RoleKind, StaffRole, User, Volunteer
from timecredits.network.roles import last_day

_STAFF = (RoleKind.COORDINATOR, RoleKind.ORGANISATION_OWNER)


@dataclass(frozen=True, slots=True)
class KnownStaff:
    """Somebody on the staff of one organisation, as the volunteer knows them there.

    `known_since`: the later of the volunteer's first day there and the first day of the staff role. `known_until`: the day on
    which either of them left, None while both are there. `email` is for our mail only; no page shows it.
    """

    user_id: UUID
    organisation_id: UUID
    name: str
    title: str
    organisation_name: str
    known_since: date
    known_until: date | None
    at_org_until: date | None
    email: str

    @property
    def is_there(self) -> bool:
        """Whether they work there now."""
        return self.at_org_until is None


@dataclass(frozen=True, slots=True)
class _Stay:
    name: str
    first_day: date
    left_on: date | None


def known_staff(session: Session, programme_id: UUID, volunteer_id: UUID) -> dict[tuple[UUID, UUID], KnownStaff]:
    """By (user, organisation), everybody on the staff whose time there met the volunteer's. Nobody meets themselves."""
    stays = _stays(session, programme_id, volunteer_id)
    if not stays:
        return {}
    rows = session.execute(
        select(StaffRole, User)
        .join(User, User.id == StaffRole.user_id)
        .where(
            StaffRole.programme_id == programme_id,
            StaffRole.organisation_id.in_(stays),
            StaffRole.kind.in_(_STAFF),
            User.id.is_distinct_from(
                select(Volunteer.user_id)
                .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
                .scalar_subquery()
            ),
        )
    )
    roles: defaultdict[tuple[UUID, UUID], list[StaffRole]] = defaultdict(list)
    users: dict[UUID, User] = {}
    for role, user in rows:
        if role.organisation_id is not None:
            roles[user.id, role.organisation_id].append(role)
            users[user.id] = user
    found = {key: _known(users[key[0]], key[1], stays[key[1]], theirs) for key, theirs in roles.items()}
    return {key: each for key, each in found.items() if each.known_until is None or each.known_since <= each.known_until}


def _stays(session: Session, programme_id: UUID, volunteer_id: UUID) -> dict[UUID, _Stay]:
    counted = session.execute(
        select(HourEntry.organisation_id, func.min(HourEntry.done_on))
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.volunteer_id == volunteer_id,
            in_force(),
            checked_by_another(),
        )
        .group_by(HourEntry.organisation_id)
    )
    first_days = {organisation_id: day for organisation_id, day in counted}  # noqa: C416  rows are no pairs to mypy
    rows = session.execute(
        select(Enrolment.organisation_id, Organisation.name, Enrolment.enrolled_on, Enrolment.left_on)
        .join(
            Organisation, (Organisation.programme_id == Enrolment.programme_id) & (Organisation.id == Enrolment.organisation_id)
        )
        .where(Enrolment.programme_id == programme_id, Enrolment.volunteer_id == volunteer_id)
    )
    return {
        organisation_id: _Stay(name, min(enrolled_on, first_days.get(organisation_id, enrolled_on)), left_on)
        for organisation_id, name, enrolled_on, left_on in rows
    }


def _known(user: User, organisation_id: UUID, stay: _Stay, roles: list[StaffRole]) -> KnownStaff:
    """A role that goes on counts from its start; where all have ended, from the first to the last."""
    going_on = [role for role in roles if last_day(role, clock.today()) is None and user.disabled_at is None]
    counted = going_on or roles
    newest = max(counted, key=lambda role: (role.started_at, role.id))
    ended = None if going_on else max(_ends(user, roles))
    left = [each for each in (stay.left_on, ended) if each is not None]
    return KnownStaff(
        user_id=user.id,
        organisation_id=organisation_id,
        name=user.name,
        title=newest.title,
        organisation_name=stay.name,
        known_since=max(stay.first_day, local_day(min(role.started_at for role in counted))),
        known_until=min(left, default=None),
        at_org_until=ended,
        email=user.email or "",
    )


def _ends(user: User, roles: list[StaffRole]) -> list[date]:
    disabled = None if user.disabled_at is None else local_day(user.disabled_at)
    return [day for role in roles for day in [last_day(role, clock.today()) or disabled] if day is not None]
