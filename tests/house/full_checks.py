"""Checks for the full world: what two roles ask, what was seen of one person, what ends soon and what has ended."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity, RequirementKind
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.network.dbs import DbsLevel, Workforce
from timecredits.network.models import CheckKind
from timecredits.network.seen_checks import CheckFacts, end_check, note_check


def check_things(
    session: Session, here: tuple[UUID, UUID], activity_id: UUID, volunteer_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """Let the activity ask for a training that this volunteer has, and another for more than they have."""
    today = clock.today()
    lunch = session.scalars(
        select(Activity.id).where(
            Activity.programme_id == here[0], Activity.organisation_id == here[1], Activity.name == "Lunch club"
        )
    ).one()
    set_requirements(session, *here, activity_id, [Asked(RequirementKind.TRAINING, name="First aid")], actor_id=actor_id)
    asked = [
        Asked(RequirementKind.DBS, level=DbsLevel.ENHANCED, workforce=Workforce.CHILD),
        Asked(RequirementKind.TRAINING, name="Food hygiene for people who serve meals to many others"),
        Asked(RequirementKind.GUARDIAN, number=18),
        Asked(RequirementKind.REFERENCES, number=2),
    ]
    set_requirements(session, *here, lunch, asked, actor_id=actor_id)
    ids = [new_id() for _ in range(3)]
    seen = (
        CheckFacts(CheckKind.TRAINING, name="First aid", issued_on=today - timedelta(700), expires_on=today + timedelta(30)),
        CheckFacts(
            CheckKind.DBS,
            level=DbsLevel.ENHANCED,
            workforce=Workforce.CHILD,
            issued_on=today - timedelta(days=1200),
            expires_on=today - timedelta(days=5),
            update_service=True,
        ),
        CheckFacts(CheckKind.REFERENCES, number=1),
    )
    for check_id, facts in zip(ids, seen, strict=True):
        note_check(session, *here, volunteer_id, facts, check_id=check_id, actor_id=actor_id, today=today)
    gone = new_id()
    note_check(
        session, *here, volunteer_id, CheckFacts(CheckKind.REFERENCES, number=2), check_id=gone, actor_id=actor_id, today=today
    )
    end_check(session, *here, gone, actor_id=actor_id)
    return {"check_kind": CheckKind.DBS.value}
