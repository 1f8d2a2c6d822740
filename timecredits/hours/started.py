"""What organisations have begun, for the list of what each needs to be ready (network/onboarding)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import Activity, ActivityPlan, ActivitySession
from timecredits.network.models import Organisation
from timecredits.network.onboarding import Started

__all__ = ["find_started"]


def find_started(session: Session, programme_id: UUID, organisation_ids: Collection[UUID] | None = None) -> dict[UUID, Started]:
    """What each of these organisations (None: all of the programme) has begun. One question, whatever the number of sessions."""
    here = (Activity.programme_id == Organisation.programme_id, Activity.organisation_id == Organisation.id)
    earns = exists().where(*here, Activity.is_open, Activity.earns_credits, Activity.counts_hours)
    planned = exists().where(*here, ActivityPlan.programme_id == Activity.programme_id, ActivityPlan.activity_id == Activity.id)
    recorded = exists().where(
        *here,
        ActivitySession.programme_id == Activity.programme_id,
        ActivitySession.activity_id == Activity.id,
        ActivitySession.cancelled_at.is_(None),
    )
    query = select(Organisation.id, earns, or_(planned, recorded)).where(Organisation.programme_id == programme_id)
    if organisation_ids is not None:
        query = query.where(Organisation.id.in_(set(organisation_ids)))
    return {organisation_id: Started(bool(does), bool(meets)) for organisation_id, does, meets in session.execute(query)}
