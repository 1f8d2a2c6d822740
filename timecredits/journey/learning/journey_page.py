"""Everything that a person's own page shows: hours, how regularly, training, goals, letters, and one next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.hours.history.hour_history import HourHistory, hour_history
from timecredits.journey.learning.goals import OwnGoal, list_goals
from timecredits.journey.learning.next_step import NextStep, StepFacts, next_step
from timecredits.journey.learning.training import SOON, ListedTraining, list_training
from timecredits.journey.learning_models import Reflection
from timecredits.journey.letters.letter_states import LetterState
from timecredits.journey.letters.listing import VolunteerLetter, list_for_volunteer
from timecredits.journey.models import ReferenceRequest

__all__ = ["Journey", "ending_training", "own_journey"]

_NEVER: Final = date.max


@dataclass(frozen=True, slots=True)
class Journey:
    """A person's own page. `ending` is the training that ends soon or has ended, soonest first."""

    hours: HourHistory
    training: Sequence[ListedTraining]
    ending: Sequence[ListedTraining]
    goals: Sequence[OwnGoal]
    letters: Sequence[VolunteerLetter]
    notes: int
    step: NextStep

    @property
    def open_goals(self) -> list[OwnGoal]:
        """Goals that are not done, the soonest first."""
        return [goal for goal in self.goals if goal.done_on is None]


def own_journey(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, *, today: date) -> Journey:
    """What a person has done and wants, and what may come next."""
    whose = programme_id, volunteer_id
    hours = hour_history(session, *whose, as_of=today)
    training = list_training(session, *whose)
    ending = ending_training(training, today)
    goals = list_goals(session, keyring, *whose)
    letters = list_for_volunteer(session, *whose)
    notes, noted_until = session.execute(
        select(func.count(), func.max(Reflection.done_on)).where(
            Reflection.programme_id == programme_id, Reflection.volunteer_id == volunteer_id
        )
    ).one()
    still_open = [goal for goal in goals if goal.done_on is None]
    facts = StepFacts(
        minutes=hours.total_minutes,
        confirmed_minutes=hours.total_minutes - hours.unchecked_minutes,
        has_letter=any(letter.state is LetterState.VALID for letter in letters) or _has_asked(session, *whose),
        ending_training=next((each.id for each in ending if _until(each) >= today - SOON), None),  # long over is no news
        past_goal=next((goal.id for goal in still_open if goal.by_day is not None and goal.by_day < today), None),
        dateless_goal=next((goal.id for goal in still_open if goal.by_day is None), None),
        has_open_goal=bool(still_open),
        last_day=hours.last_day,
        noted_until=noted_until,
    )
    return Journey(hours, training, ending, goals, letters, notes, next_step(facts, today))


def ending_training(training: Sequence[ListedTraining], today: date) -> list[ListedTraining]:
    """What ends within 60 days or has ended, soonest first; not what a later one of the same name has taken the place of."""
    newest: dict[str, ListedTraining] = {}
    for each in training:
        known = newest.setdefault(fold(each.facts.title), each)
        if _until(each) > _until(known):
            newest[fold(each.facts.title)] = each
    return sorted((each for each in newest.values() if _until(each) <= today + SOON), key=lambda each: (_until(each), each.id))


def _until(training: ListedTraining) -> date:
    return training.facts.expires_on or _NEVER


def _has_asked(session: Session, programme_id: UUID, volunteer_id: UUID) -> bool:
    """Whether a letter was asked for and nobody has answered yet."""
    asked = select(ReferenceRequest.id).where(
        ReferenceRequest.programme_id == programme_id,
        ReferenceRequest.volunteer_id == volunteer_id,
        ReferenceRequest.answered_at.is_(None),
        ReferenceRequest.cancelled_at.is_(None),
    )
    return session.scalar(asked.limit(1)) is not None
