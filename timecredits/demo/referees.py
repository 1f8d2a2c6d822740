"""Who could speak for the demo's volunteer, their time elsewhere, and a gap that was accounted for: at different stages."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.journey.elsewhere.spell_confirming import answer_spell, ask_contact
from timecredits.journey.elsewhere.spells_elsewhere import SpellFacts, add_spell, kept_spell
from timecredits.journey.one_time_links import Question, code_of
from timecredits.journey.planning.gap_evidence import note_evidence
from timecredits.journey.planning_models import Relation
from timecredits.journey.referees.referee_consent import Answer, answer_consent, ask_referee
from timecredits.journey.referees.referee_phone import ask_to_ring
from timecredits.journey.referees.referees import RefereeFacts, add_referee, kept_referee
from timecredits.journey.referees.staff_referees import add_staff_referee

_YEAR = timedelta(days=365)


def keep_sample_referees(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    coordinator_id: UUID,
    coordinator_name: str,
    base_url: str,
) -> None:
    """Made-up people with addresses that lead nowhere: one has agreed, one was asked, one is to be rung, one is a friend."""
    here, today = (session, programme_id, volunteer_id), clock.today()
    asking = {"base_url": base_url, "user_id": None}
    staff = new_id()
    add_staff_referee(*here, referee_id=staff, user_id=coordinator_id, organisation_id=organisation_id)
    with clock.standing_at(clock.now() - timedelta(days=20)):
        ask_referee(session, keyring, programme_id, volunteer_id, staff, **asking)  # type: ignore[arg-type]
        code = code_of(session, keyring, Question.CONSENT, kept_referee(*here, staff))
        answer_consent(session, keyring, code, Answer.YEAR, today=clock.today())
    tutor, neighbour = new_id(), new_id()
    for key, facts in (
        (
            tutor,
            RefereeFacts(
                "Ana Fielding",
                Relation.TEACHER,
                (today - 4 * _YEAR).replace(day=1),
                "Tutor",
                "Sample College",
                at_org_until=today - _YEAR,
                email="ana@college.example",
            ),
        ),
        (neighbour, RefereeFacts("Reg Sample", Relation.PROFESSIONAL, today - 3 * _YEAR, "Caretaker", phone="01632 960147")),
        (new_id(), RefereeFacts("Tess Sample", Relation.FRIEND, today - 9 * _YEAR, email="tess@friends.example")),
    ):
        add_referee(*here, facts, referee_id=key, today=today)
    with clock.standing_at(clock.now() - timedelta(days=3)):
        ask_referee(session, keyring, programme_id, volunteer_id, tutor, **asking)  # type: ignore[arg-type]
    ask_to_ring(session, keyring, programme_id, volunteer_id, neighbour)
    _add_time_elsewhere(session, keyring, programme_id, volunteer_id, base_url)
    note_evidence(
        session,
        programme_id,
        organisation_id,
        volunteer_id,
        evidence_id=new_id(),
        first_day=today - 2 * _YEAR,
        last_day=today - 2 * _YEAR + timedelta(days=75),
        seen_on=today - timedelta(days=12),
        actor_id=coordinator_id,
        actor_name=coordinator_name,
        today=today,
    )


def _add_time_elsewhere(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, base_url: str) -> None:
    here, today = (session, programme_id, volunteer_id), clock.today()
    shop, club = new_id(), new_id()
    facts = SpellFacts(
        "Sample Books",
        "Shop helper",
        today - 4 * _YEAR,
        today - 2 * _YEAR - timedelta(days=20),
        180 * 60,
        "Bo Sample",
        "bo@books.example",
    )
    add_spell(*here, facts, spell_id=shop, today=today)
    with clock.standing_at(clock.now() - timedelta(days=30)):
        ask_contact(session, keyring, programme_id, volunteer_id, shop, base_url=base_url, user_id=None)
        code = code_of(session, keyring, Question.CONFIRMATION, kept_spell(*here, shop))
        answer_spell(session, keyring, code, is_right=True, name="Bo Sample", role="Shop manager")
    facts = SpellFacts(
        "Sample Running Club", "Timekeeper", today - _YEAR, None, None, contact_name="Cy Sample", contact_email="cy@club.example"
    )
    add_spell(*here, facts, spell_id=club, today=today)
