"""Referees, time elsewhere and gaps for the full world: each thing that a page can be about, long and short."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.journey.elsewhere.spell_confirming import ask_contact
from timecredits.journey.elsewhere.spells_elsewhere import SpellFacts, add_spell, kept_spell
from timecredits.journey.one_time_links import Question, code_of
from timecredits.journey.planning.gap_evidence import note_evidence
from timecredits.journey.planning_models import Relation
from timecredits.journey.referees.referee_consent import ask_referee
from timecredits.journey.referees.referee_phone import ask_to_ring
from timecredits.journey.referees.referees import RefereeFacts, add_referee, kept_referee

LONG_NAME = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley"
BASE_URL = "http://localhost"
REFEREE_PAGES = {
    "coordinator.evidence": {"volunteer_id": "volunteer"},
    "coordinator.evidence_new": {"volunteer_id": "volunteer"},
    "volunteer.elsewhere_change": {"spell_id": "spell"},
    "volunteer.elsewhere_show": {"spell_id": "spell"},
    "volunteer.referee": {"referee_id": "referee"},
    "volunteer.referee_change": {"referee_id": "referee"},
    "public.confirm_spell": {"code": "confirm_code"},
    "public.consent": {"code": "consent_code"},
}
"""What fills the addresses of these pages, for THINGS of full_world.py."""


def referee_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """One who was asked by mail, one to be rung, a relative; a place that was asked about; a gap."""
    programme_id = here[0]
    today, mine = clock.today(), (session, programme_id, volunteer_id)
    asked, rung, family = (new_id() for _ in range(3))
    since = today - timedelta(days=1500)
    tutor = RefereeFacts(LONG_NAME, Relation.TEACHER, since, "Tutor", "The College of the Isle", email=f"{asked}@college.example")
    add_referee(*mine, tutor, referee_id=asked, today=today)
    add_referee(*mine, RefereeFacts("Bo", Relation.PROFESSIONAL, since, phone="01632 960123"), referee_id=rung, today=today)
    add_referee(*mine, RefereeFacts("محمد علي", Relation.FAMILY, since), referee_id=family, today=today)
    asking = {"base_url": BASE_URL, "user_id": None}
    ask_referee(session, keyring, programme_id, volunteer_id, asked, **asking)  # type: ignore[arg-type]
    ask_to_ring(session, keyring, programme_id, volunteer_id, rung)
    spell = new_id()
    facts = SpellFacts("Corner Books", "Shop helper", since, None, 6000, "Bo Lind", f"{spell}@books.example")
    add_spell(*mine, facts, spell_id=spell, today=today)
    ask_contact(session, keyring, programme_id, volunteer_id, spell, **asking)  # type: ignore[arg-type]
    evidence = new_id()
    note_evidence(
        session,
        *here,
        volunteer_id,
        evidence_id=evidence,
        first_day=today - timedelta(days=400),
        last_day=today - timedelta(days=300),
        seen_on=today,
        actor_id=actor_id,
        actor_name="Jo Reed",
        today=today,
    )
    return {
        "referee": str(asked),
        "spell": str(spell),
        "evidence": str(evidence),
        "consent_code": code_of(session, keyring, Question.CONSENT, kept_referee(*mine, asked)),
        "confirm_code": code_of(session, keyring, Question.CONFIRMATION, kept_spell(*mine, spell)),
    }
