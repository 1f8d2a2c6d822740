"""Holding a plan while it changes, so that nobody signs up for a day that is just being taken away.

Whoever changes or ends a plan holds its row first and its sessions' rows after. Whoever keeps a session to do something with it
may share the plan's row before: then one of the two waits for the other, and reads what is true afterwards.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity, ActivityPlan


def hold_plan(session: Session, programme_id: UUID, organisation_id: UUID, plan_id: UUID) -> tuple[ActivityPlan, Activity]:
    """A plan of an organisation, read anew and held to be changed. Raises NotFoundError."""
    plan, activity = find_plan(session, programme_id, organisation_id, plan_id)
    session.scalars(
        select(ActivityPlan)
        .where(ActivityPlan.programme_id == programme_id, ActivityPlan.id == plan_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return plan, activity


def share_plan(session: Session, programme_id: UUID, plan_id: UUID) -> ActivityPlan | None:
    """A plan read anew, which nobody changes until the transaction ends; None for one that isn't there."""
    return session.scalars(
        select(ActivityPlan)
        .where(ActivityPlan.programme_id == programme_id, ActivityPlan.id == plan_id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_plan(session: Session, programme_id: UUID, organisation_id: UUID, plan_id: UUID) -> tuple[ActivityPlan, Activity]:
    """A plan of an organisation with its activity. Raises NotFoundError."""
    row = session.execute(
        select(ActivityPlan, Activity)
        .join(Activity, (Activity.programme_id == ActivityPlan.programme_id) & (Activity.id == ActivityPlan.activity_id))
        .where(
            ActivityPlan.programme_id == programme_id,
            ActivityPlan.id == plan_id,
            Activity.organisation_id == organisation_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]
