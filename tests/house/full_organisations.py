"""Organisations for the full world: an agreement that ended, a phone, somebody who left; for managers, one and none."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.agreements import note_agreement
from timecredits.network.enrolled_phones import set_phone
from timecredits.network.enrolments import end_enrolment
from timecredits.network.organisations import note_brief
from timecredits.network.volunteers import enrol_volunteer

_ANY = {"organisation_id": "any_organisation"}
ORGANISATION_PAGES = {
    "coordinator.person_leave": {"volunteer_id": "volunteer"},
    "coordinator.person_left": {"volunteer_id": "left_person"},
    "coordinator.person_phone": {"volunteer_id": "volunteer"},
    "programme.organisation": _ANY,
    "programme.organisation_agreement": _ANY,
    "programme.organisation_brief": _ANY,
    "programme.organisation_change": _ANY,
    "programme.organisation_hold": _ANY,
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def organisation_things(session: Session, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """An agreement that ended, a first talk, a number, and one with a long name who left without an hour."""
    today = clock.today()
    since, until = today - timedelta(days=800), today - timedelta(days=70)
    note_agreement(session, *here, agreed_on=since, ends_on=until, today=today, actor_id=actor_id)
    note_brief(session, *here, since, today=today, actor_id=actor_id)
    set_phone(session, *here, volunteer_id, "01632 960123", actor_id=actor_id)
    person = enrol_volunteer(
        session, *here, first_name="Wilhelmina-Alexandrina", last_name="Featherstonehaugh-Cholmondeley", joined_on=since
    ).volunteer.id
    set_phone(session, *here, person, "+44 1632 960 124", actor_id=actor_id)
    end_enrolment(session, *here, person, until, today=today, actor_id=actor_id)
    return {"left_person": str(person)}


def programmes_organisations(organisation_id: UUID) -> tuple[dict[str, str], dict[str, str]]:
    """A manager sees to every organisation of the programme, and to nobody else's."""
    return {"any_organisation": str(organisation_id)}, {"any_organisation": str(new_id())}
