"""Records that came in twice: a pair to look at, and one that the manager made one of last week."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import RoleKind, StaffRole, Volunteer
from timecredits.network.roles import in_force
from timecredits.network.scope import find
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.merging import merge_people


def merge_sample_people(session: Session, programme_id: UUID, organisation_id: UUID, *, to_look_at: UUID, to_merge: UUID) -> None:
    """Enrol both people a second time at this organisation, as if somebody had not found them; make one record of the last."""
    manager_id = session.scalars(
        select(StaffRole.user_id).where(
            StaffRole.programme_id == programme_id, StaffRole.kind == RoleKind.PROGRAMME_MANAGER, in_force(clock.today())
        )
    ).first()
    second: dict[UUID, UUID] = {}
    with clock.standing_at(clock.now() - timedelta(days=60)):
        for number, volunteer_id in enumerate((to_look_at, to_merge)):
            person = find(session, Volunteer, programme_id, volunteer_id)
            second[volunteer_id] = enrol_volunteer(
                session,
                programme_id,
                organisation_id,
                first_name=person.first_name,
                last_name=person.last_name,
                number=f"T9{number}",
            ).volunteer.id
    with clock.standing_at(clock.now() - timedelta(days=7)):
        merge_people(
            session,
            programme_id,
            merge_id=new_id(),
            kept_id=to_merge,
            gone_id=second[to_merge],
            reason="Came in twice on two lists. She told us.",
            actor_id=manager_id,
        )
