"""The demo asks how lonely people feel: most answered, half a year later many answered again, and a new set waits."""

import random
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.insight.impact.answering import answer_ask, refuse_ask
from timecredits.insight.impact.asking import MOST_AT_ONCE, ask_survey
from timecredits.insight.impact.surveys import SurveyFacts, start_survey, write_survey
from timecredits.insight.impact_models import Survey, SurveyAsk, SurveyKind

__all__ = ["ask_sample_questions"]

_FIRST: Final = timedelta(days=230)
_AGAIN: Final = timedelta(days=30)
_ANSWER, _AGAIN_SHARE = 0.8, 0.75
_REFUSE: Final = 0.1


def ask_sample_questions(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, *, actor_id: UUID | None, chance: random.Random
) -> None:
    """A survey of the programme that is half a year old, and one of an organisation that has just begun."""
    now = clock.now()
    with clock.standing_at(now - _FIRST):
        survey = _begin(session, programme_id, None, SurveyFacts(SurveyKind.LONELINESS, "How lonely people feel"), None)
        for ask in _waiting(session, survey):
            if chance.random() < _ANSWER:
                answer_ask(session, keyring, programme_id, ask.id, _first_time(chance))
            elif chance.random() < _REFUSE:
                refuse_ask(session, programme_id, ask.id)
    with clock.standing_at(now - _AGAIN):
        while ask_survey(session, survey, now=clock.now()) == MOST_AT_ONCE:
            pass
        for ask in _waiting(session, survey):
            if chance.random() < _AGAIN_SHARE:
                answer_ask(session, keyring, programme_id, ask.id, _second_time(chance))
    facts = SurveyFacts(
        SurveyKind.OWN,
        "Do people find their way?",
        texts=("I know whom to ask when I need help", "I feel that I am of use", "I have something to look forward to"),
        answers=("Not at all", "A little", "Mostly", "Very much"),
    )
    _begin(session, programme_id, organisation_id, facts, actor_id)


def _begin(
    session: Session, programme_id: UUID, organisation_id: UUID | None, facts: SurveyFacts, actor_id: UUID | None
) -> Survey:
    survey = write_survey(session, programme_id, organisation_id, facts, survey_id=new_id(), actor_id=actor_id)
    start_survey(session, programme_id, organisation_id, survey.id, actor_id=actor_id)
    while ask_survey(session, survey, now=clock.now()) == MOST_AT_ONCE:
        pass
    return survey


def _waiting(session: Session, survey: Survey) -> list[SurveyAsk]:
    return list(
        session.scalars(
            select(SurveyAsk)
            .where(
                SurveyAsk.programme_id == survey.programme_id,
                SurveyAsk.survey_id == survey.id,
                SurveyAsk.asked_at.is_not(None),
                SurveyAsk.answered_at.is_(None),
                SurveyAsk.skipped_at.is_(None),
            )
            .order_by(SurveyAsk.volunteer_id)
        )
    )


def _first_time(chance: random.Random) -> list[int]:
    return [*chance.choices((1, 2, 3, 0), (3, 5, 4, 0.3), k=3), chance.randint(1, 4)]


def _second_time(chance: random.Random) -> list[int]:
    return [*chance.choices((1, 2, 3), (5, 5, 2), k=3), chance.randint(2, 5)]
