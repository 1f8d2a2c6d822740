"""Who looks after a group: staff of its organisation, or volunteers. It is a duty on that one group (network/duties)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.group_models import PeerGroup
from timecredits.community.groups.groups import find_group
from timecredits.community.groups.members import add_member
from timecredits.foundation.errors import NotFoundError
from timecredits.network.blocks import apart_from
from timecredits.network.duties import HeldDuty, end_duty, facilitated_groups, give_duty, list_duties, list_staff
from timecredits.network.models import Duty, DutyKind, Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled

__all__ = [
    "Colleague",
    "facilitator_names",
    "list_colleagues",
    "list_facilitators",
    "looks_after",
    "name_facilitator",
    "stop_facilitator",
]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the staff of an organisation, and whether they are a facilitator of the group that was asked about."""

    user_id: UUID
    name: str
    looks_after: bool


def name_facilitator(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    group_id: UUID,
    *,
    actor_id: UUID | None,
    user_id: UUID | None = None,
    volunteer_id: UUID | None = None,
) -> bool:
    """Let somebody look after a group: one of the staff, or a volunteer enrolled here, who is in the group from then on.

    False if they do already. Raises NotFoundError for anybody else, another organisation's group, or one that ended.
    """
    group = find_group(session, programme_id, organisation_id, group_id)
    if group.ended_at is not None:
        raise NotFoundError
    if volunteer_id is not None:
        find_enrolled(session, programme_id, organisation_id, volunteer_id)
        add_member(session, programme_id, organisation_id, group_id, volunteer_id, actor_id=actor_id)
    return give_duty(
        session,
        programme_id,
        DutyKind.FACILITATOR,
        actor_id=actor_id,
        organisation_id=organisation_id,
        group_id=group_id,
        user_id=user_id,
        volunteer_id=volunteer_id,
    )


def stop_facilitator(
    session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID, duty_id: UUID, *, actor_id: UUID | None
) -> None:
    """Let somebody look after a group no more; a volunteer stays in it. Twice is once. Raises NotFoundError for another's."""
    find(session, Duty, programme_id, duty_id, organisation_id=organisation_id, group_id=group_id, kind=DutyKind.FACILITATOR)
    end_duty(session, programme_id, duty_id, actor_id=actor_id, organisation_id=organisation_id)


def list_facilitators(session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID) -> Sequence[HeldDuty]:
    """Who looks after a group, by name. For staff."""
    held = list_duties(session, programme_id, organisation_id, group_id=group_id)
    return [each for each in held if each.kind is DutyKind.FACILITATOR]


def facilitator_names(session: Session, group: PeerGroup, reader_id: UUID) -> list[str]:
    """Whom a member may turn to: staff by their name, volunteers by the name they chose or their first; nobody kept apart."""
    held = list_facilitators(session, group.programme_id, group.organisation_id, group.id)
    ids = [each.volunteer_id for each in held if each.volunteer_id is not None]
    people = session.scalars(
        select(Volunteer).where(
            Volunteer.programme_id == group.programme_id,
            Volunteer.id.in_(ids),
            apart_from(group.programme_id, reader_id, Volunteer.id),
        )
    )
    staff = [each.name for each in held if each.volunteer_id is None]
    return sorted([*staff, *(each.chosen_name or each.first_name for each in people)])


def looks_after(session: Session, programme_id: UUID, volunteer_id: UUID) -> frozenset[UUID]:
    """The groups that a volunteer is a facilitator of."""
    return facilitated_groups(session, programme_id, volunteer_id)


def list_colleagues(session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID) -> Sequence[Colleague]:
    """Everybody on an organisation's staff, by name."""
    held = {each.user_id for each in list_facilitators(session, programme_id, organisation_id, group_id)}
    staff = list_staff(session, programme_id, organisation_id)
    return [Colleague(each.user_id, each.name, each.user_id in held) for each in staff]
