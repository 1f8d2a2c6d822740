"""What a volunteer's hour history tells beside the register: time at other places, and what they learnt."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.hours.history.hour_history_files import Beside
from timecredits.hours.history.hour_history_record import HistorySpell, HistoryTraining
from timecredits.journey.elsewhere.spells_elsewhere import Spell, list_spells
from timecredits.journey.learning.training import ListedTraining, list_training
from timecredits.journey.planning_models import SpellState

__all__ = ["beside_history"]


def beside_history(session: Session, programme_id: UUID, volunteer_id: UUID) -> Beside:
    """Each spell and training as it is told, with who confirmed it. A spell that its contact denied is not told.

    One that was confirmed and goes on is told up to the day of the answer: nobody confirmed what came after.
    """
    spells = list_spells(session, programme_id, volunteer_id)
    learnt = list_training(session, programme_id, volunteer_id)
    return Beside(
        elsewhere=[_spell(spell) for spell in spells if spell.state is not SpellState.REFUSED],
        training=[_training(each) for each in learnt],
    )


def _spell(spell: Spell) -> HistorySpell:
    return {
        "organisation": spell.organisation_name,
        "role": spell.role,
        "first_day": spell.first_day.isoformat(),
        "last_day": spell.vouched_until.isoformat() if spell.vouched_until else "",
        "minutes": spell.minutes or 0,
        "confirmed_by": spell.answered_by if spell.is_confirmed else "",
    }


def _training(learnt: ListedTraining) -> HistoryTraining:
    facts = learnt.facts
    return {
        "title": facts.title,
        "awarded_by": facts.awarded_by,
        "completed_on": facts.completed_on.isoformat(),
        "expires_on": facts.expires_on.isoformat() if facts.expires_on else "",
        "confirmed_by": learnt.confirmed_by if learnt.is_confirmed else "",
    }
