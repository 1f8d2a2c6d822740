"""Surveys for the full world: one that waits for an answer, one with results, one not begun, one of the programme."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.insight.impact.answering import answer_ask
from timecredits.insight.impact.asking import ask_survey
from timecredits.insight.impact.survey_links import send_survey_mails, survey_code
from timecredits.insight.impact.surveys import SurveyFacts, close_survey, start_survey, write_survey
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.network.volunteers import enrol_volunteer

SURVEY_PAGES = {
    "coordinator.survey": {"survey_id": "survey"},
    "coordinator.survey_file": {"survey_id": "survey"},
    "coordinator.survey_paper": {"survey_id": "survey", "volunteer_id": "volunteer"},
    "coordinator.survey_people": {"survey_id": "survey"},
    "programme.survey": {"survey_id": "any_survey"},
    "programme.survey_file": {"survey_id": "any_survey"},
    "public.survey_link": {"code": "survey_code"},
    "volunteer.question_set": {"ask_id": "survey_ask"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""
LONG_QUESTION = "Coming home from the garden or the kitchen, how often do you think that your day was well spent?"


def survey_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID, base_url: str
) -> dict[str, str]:
    """One open set of questions that was mailed to the volunteer, one with results, one that has not begun."""
    now = clock.now()
    own = SurveyFacts(
        SurveyKind.OWN, "Spring questions", texts=("I know whom to ask", LONG_QUESTION), answers=("Never", "Sometimes", "Often")
    )
    with clock.standing_at(now - timedelta(days=10)):
        survey = _begin(session, here, own, actor_id)
    with clock.standing_at(now - timedelta(days=6)):
        send_survey_mails(session, keyring, here[0], base_url=base_url, now=clock.now())
    answered = _with_results(session, keyring, here, actor_id)
    draft = write_survey(session, *here, SurveyFacts(SurveyKind.LONELINESS, "Not yet"), survey_id=new_id(), actor_id=actor_id)
    ask = session.scalars(
        select(SurveyAsk).where(
            SurveyAsk.programme_id == here[0], SurveyAsk.survey_id == survey.id, SurveyAsk.volunteer_id == volunteer_id
        )
    ).one()
    return {
        "survey": str(survey.id),
        "survey_answered": str(answered.id),
        "survey_draft": str(draft.id),
        "survey_ask": str(ask.id),
        "survey_code": survey_code(session, keyring, ask),
    }


def any_survey(own: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """For the programme's pages: one with results, and none at all."""
    return {"any_survey": own["survey_answered"]}, {"any_survey": str(new_id())}


def _begin(session: Session, here: tuple[UUID, UUID], facts: SurveyFacts, actor_id: UUID) -> Survey:
    survey = write_survey(session, *here, facts, survey_id=new_id(), actor_id=actor_id)
    start_survey(session, *here, survey.id, actor_id=actor_id)
    ask_survey(session, survey, now=clock.now())
    return survey


def _with_results(session: Session, keyring: Keyring, here: tuple[UUID, UUID], actor_id: UUID) -> Survey:
    """A closed one with 15 people who answered twice."""
    now = clock.now()
    with clock.standing_at(now - timedelta(days=230)):
        for number in range(15):
            enrol_volunteer(session, *here, first_name=f"Asked {number}")
        survey = _begin(session, here, SurveyFacts(SurveyKind.LONELINESS, "How lonely people feel"), actor_id)
        asks = session.scalars(
            select(SurveyAsk).where(SurveyAsk.programme_id == here[0], SurveyAsk.survey_id == survey.id).order_by(SurveyAsk.id)
        ).all()
        for number, ask in enumerate(asks[:15]):
            answer_ask(session, keyring, here[0], ask.id, [2 + number % 2, 3, 2, 1 + number % 3])
    with clock.standing_at(now - timedelta(days=20)):
        ask_survey(session, survey, now=clock.now())
        again = session.scalars(
            select(SurveyAsk).where(
                SurveyAsk.programme_id == here[0], SurveyAsk.survey_id == survey.id, SurveyAsk.stage == Stage.FOLLOW_UP
            )
        ).all()
        for number, ask in enumerate(again):
            answer_ask(session, keyring, here[0], ask.id, [1 + number % 2, 2, 2, 3 + number % 3])
    close_survey(session, *here, survey.id, actor_id=actor_id)
    return survey
