"""Being safe in the demo: duties given, two worries of which one is in hand, and two people who are kept apart."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.safety.apart import keep_two_apart
from timecredits.community.safety.concerns import Danger, Worry, raise_concern
from timecredits.community.safety.reading import add_note
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, RoleKind, StaffRole
from timecredits.network.roles import in_force

_DUTIES = (DutyKind.SAFEGUARDING_LEAD, DutyKind.MODERATOR, DutyKind.PROJECT_WORKER)
_WORRIES = (
    (
        9,
        Worry("Somebody in the kitchen gets shouted at. She has stopped coming.", "A woman with a red coat", Danger.NO),
        "Rang her on Tuesday at 3pm. She is well, and comes back next week. I asked the cook to a talk.",
    ),
    (1, Worry("My neighbour has not opened the door for two days.", "The blue house", reach="01632 960155"), ""),
)


def keep_sample_people_safe(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    people: list[UUID],
    *,
    coordinator_id: UUID,
) -> None:
    """The coordinator has every duty at her organisation, the manager leads the programme; the last two `people` are apart."""
    for days, typed, note in _WORRIES:
        concern_id = new_id()
        with clock.standing_at(clock.now() - timedelta(days=days)):
            # Before anybody is a lead, so that no mail goes to people who are made up.
            raise_concern(
                session,
                keyring,
                programme_id,
                typed,
                concern_id=concern_id,
                organisation_id=organisation_id,
                base_url="",
            )
        if note:
            with clock.standing_at(clock.now() - timedelta(days=days - 1)):
                key = new_id()
                add_note(session, keyring, programme_id, organisation_id, concern_id, note, note_id=key, actor_id=coordinator_id)
    for kind in _DUTIES:
        give_duty(session, programme_id, kind, actor_id=None, organisation_id=organisation_id, user_id=coordinator_id)
    manager_id = session.scalars(
        select(StaffRole.user_id).where(
            StaffRole.programme_id == programme_id, StaffRole.kind == RoleKind.PROGRAMME_MANAGER, in_force(clock.today())
        )
    ).first()
    give_duty(session, programme_id, DutyKind.SAFEGUARDING_LEAD, actor_id=None, user_id=manager_id)
    keep_two_apart(session, programme_id, organisation_id, *people[-2:], actor_id=coordinator_id, base_url="")
