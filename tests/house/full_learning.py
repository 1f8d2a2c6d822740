"""Training, private notes, goals and news for the full world: some confirmed, some shared, some long."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.journey.learning.goals import keep_goal, mark_goal
from timecredits.journey.learning.outcomes import tell_outcome
from timecredits.journey.learning.reflections import ReflectionWords, keep_reflection, share_reflection
from timecredits.journey.learning.training import TrainingFacts, add_training
from timecredits.journey.learning.training_confirming import Confirmer, add_confirmed_training
from timecredits.journey.learning_models import OutcomeKind, TrainingKind

_LONG = "Safeguarding of children and of adults who need care, for people who lead sessions outdoors, refreshed"


def learning_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """Ids of what the volunteer may change, and of a training that staff here confirmed."""
    programme_id, today = here[0], clock.today()
    own, confirmed, note, goal, done, news = (new_id() for _ in range(6))
    whose, sealed = (session, programme_id, volunteer_id), (session, keyring, programme_id, volunteer_id)
    add_training(
        *whose,
        TrainingFacts(TrainingKind.QUALIFICATION, _LONG, "St Example", today - timedelta(days=400), today + timedelta(days=500)),
        training_id=own,
        today=today,
    )
    for key, title, ends_in in ((confirmed, "First aid", 30), (new_id(), "Boats", -10)):
        facts = TrainingFacts(TrainingKind.TRAINING, title, "", today - timedelta(days=700), today + timedelta(days=ends_in))
        by = Confirmer(actor_id, "Jo Reed")
        add_confirmed_training(session, *here, volunteer_id, facts, training_id=key, by=by, today=today)
    words = ReflectionWords("I served at the stall.\nIt was busy.", "I can stay calm in a queue.")
    for key, skill in ((note, "calm"), (new_id(), "teamwork"), (new_id(), "")):
        keep_reflection(*sealed, words, reflection_id=key, skill=skill, done_on=today, today=today)
    share_reflection(*whose, note, here[1])
    keep_goal(*sealed, "Find out about courses", goal_id=goal, by_day=today + timedelta(days=30), today=today)
    keep_goal(*sealed, "Lead a session", goal_id=done, by_day=None, today=today)
    mark_goal(*whose, done, done_on=today)
    tell_outcome(*whose, outcome_id=news, kind=OutcomeKind.COURSE, happened_in=today, today=today)
    return {"own_training": str(own), "confirmed_training": str(confirmed), "reflection": str(note), "goal": str(goal)}
