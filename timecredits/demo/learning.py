"""What the demo's volunteer learnt, wrote down and wants, and what people told came of it. Plainly made up, like all of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
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
from timecredits.network.models import Volunteer

__all__ = ["learn_and_hope"]

_AWARDING: Final = "Fens Adult Learning (made up)"
_NOTES: Final = (
    (
        9,
        "helping_customers",
        "I was at the welcome desk alone for the first time.",
        "I can find out what somebody needs by asking one thing at a time.",
    ),
    (23, "teamwork", "We sorted twice as much food as last week.", "We get more done when we split the work."),
    (37, "calm", "Two people wanted the same drill. I asked them to take turns.", "Staying calm helps. Most things sort out."),
    (58, "helping_customers", "I showed a new person how we greet people.", ""),
)
_TOLD: Final = ((OutcomeKind.STILL_VOLUNTEERING, 12), (OutcomeKind.WORK, 7), (OutcomeKind.COURSE, 6), (OutcomeKind.TRAINING, 3))


def learn_and_hope(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    people: Sequence[Volunteer],
    *,
    coordinator_id: UUID,
    coordinator: str,
) -> None:
    """Fill the journey of the first of these people, who is enrolled at this organisation; let many tell what came of it."""
    me, today = people[0].id, clock.today()
    by = Confirmer(coordinator_id, coordinator)
    confirmed = (
        _facts("First aid (sample)", today - timedelta(days=1050), today + timedelta(days=45)),
        _facts("Food hygiene, level 2 (sample)", today - timedelta(days=200), None, TrainingKind.QUALIFICATION),
    )
    for facts in confirmed:
        add_confirmed_training(session, programme_id, organisation_id, me, facts, training_id=new_id(), by=by, today=today)
    own_word = _facts("Using spreadsheets (sample)", today - timedelta(days=90))
    add_training(session, programme_id, me, own_word, training_id=new_id(), today=today)
    _write(session, keyring, programme_id, organisation_id, me, today)
    for words, by_day in (("Find out about courses for desk work", today + timedelta(days=40)), ("Apply for one desk job", None)):
        keep_goal(session, keyring, programme_id, me, words, goal_id=new_id(), by_day=by_day, today=today)
    done = new_id()
    keep_goal(session, keyring, programme_id, me, "Lead one session", goal_id=done, by_day=None, today=today)
    mark_goal(session, programme_id, me, done, done_on=today - timedelta(days=14))
    for kind, count in _TOLD:
        for number, person in enumerate(people[1 : count + 1]):
            month = today - timedelta(days=25 * (number % 3))
            tell_outcome(session, programme_id, person.id, outcome_id=new_id(), kind=kind, happened_in=month, today=today)


def _write(session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, me: UUID, today: date) -> None:
    for number, (days, skill, did, learnt) in enumerate(_NOTES):
        key, day = new_id(), today - timedelta(days=days)
        words = ReflectionWords(did, learnt)
        keep_reflection(session, keyring, programme_id, me, words, reflection_id=key, skill=skill, done_on=day, today=today)
        if number == 1:
            share_reflection(session, programme_id, me, key, organisation_id)


def _facts(
    title: str, completed_on: date, expires_on: date | None = None, kind: TrainingKind = TrainingKind.TRAINING
) -> TrainingFacts:
    return TrainingFacts(kind, title, _AWARDING, completed_on, expires_on)
