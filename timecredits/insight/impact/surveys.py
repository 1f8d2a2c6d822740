"""Surveys from being written down to being closed. Nobody is asked before one begins, and its questions stay as they began.

The programme's surveys ask everybody; an organisation's ask its own people. A second one of the same standard questions for the
same people can't be open beside the first.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.insight.impact.questions import (
    LONELINESS_INTRODUCTION,
    licensed_questions,
    own_questions,
    questions_of,
)
from timecredits.insight.impact_models import Survey, SurveyKind
from timecredits.network.models import Organisation
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "AGAIN_AFTER",
    "LONGEST_NAME",
    "LONGEST_WORDS",
    "ListedSurvey",
    "SurveyFacts",
    "close_survey",
    "find_survey",
    "introduction_of",
    "list_surveys",
    "remove_survey",
    "start_survey",
    "take_out_question",
    "write_survey",
]

AGAIN_AFTER: Final = (3, 6, 12)
"""After how many months people can be asked again."""
LONGEST_NAME: Final = 60
LONGEST_WORDS: Final = 300
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What staff type. For one's own questions: `texts` and `answers`; for a licensed set the rest too, word for word."""

    kind: SurveyKind
    name: str
    again_after_months: int = 6
    asks_all: bool = True
    texts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    introduction: str = ""
    licence: str = ""
    copyright: str = ""


@dataclass(frozen=True, slots=True)
class ListedSurvey:
    """A survey with the name of the organisation that asks; "" where the whole programme does."""

    survey: Survey
    organisation: str = ""


def write_survey(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID | None,
    facts: SurveyFacts,
    *,
    survey_id: UUID,
    actor_id: UUID | None,
) -> Survey:
    """Write a survey down; nobody is asked yet. The same id twice is one. Raises RuleError with the field at fault."""
    known = session.get(Survey, (programme_id, survey_id))
    if known is not None:
        return find_survey(session, programme_id, survey_id, organisation_id=organisation_id, own=True)
    missing = Sentence("Type a name for it. Only staff see it. Nothing was saved.")
    name = tidy_line(facts.name, LONGEST_NAME, field="name", missing=missing)
    if facts.again_after_months not in AGAIN_AFTER:
        raise RuleError(Sentence("Choose when to ask again. Nothing was saved."), field="again_after_months")
    survey = Survey(
        programme_id=programme_id,
        id=survey_id,
        organisation_id=organisation_id,
        kind=facts.kind,
        name=name,
        licence="",
        introduction="",
        copyright="",
        questions=[],
        again_after_months=facts.again_after_months,
        asks_all=facts.asks_all,
        made_by=actor_id,
        made_at=clock.now(),
        started_at=None,
        closed_at=None,
    )
    if facts.kind is SurveyKind.WELLBEING:
        _write_licensed(survey, facts)
    elif facts.kind is SurveyKind.OWN:
        survey.questions = own_questions(facts.texts, facts.answers)
    session.add(survey)
    session.flush()
    audit.record(
        session, programme_id, "survey written", actor_id=actor_id, subject_id=survey_id, organisation_id=organisation_id
    )
    return survey


def _write_licensed(survey: Survey, facts: SurveyFacts) -> None:
    survey.licence = tidy_line(
        facts.licence,
        LONGEST_NAME,
        field="licence",
        missing=Sentence("Type the number of your licence. Without one these can not be asked. Nothing was saved."),
    )
    survey.introduction = tidy_text(
        facts.introduction,
        LONGEST_WORDS,
        field="introduction",
        missing=Sentence("Type the words that stand before the statements. Nothing was saved."),
    )
    survey.questions = licensed_questions(facts.texts, facts.answers)
    survey.copyright = tidy_text(
        facts.copyright,
        LONGEST_WORDS,
        field="copyright",
        missing=Sentence("Type the copyright line. It must stand under the statements. Nothing was saved."),
    )


def introduction_of(survey: Survey) -> str:
    """What stands before the questions, "" for nothing."""
    return LONELINESS_INTRODUCTION if survey.kind is SurveyKind.LONELINESS else survey.introduction


def find_survey(
    session: Session, programme_id: UUID, survey_id: UUID, *, organisation_id: UUID | None = None, own: bool = False
) -> Survey:
    """A survey of the programme. With `own`, only one that this organisation (None: the programme) asks. Raises NotFoundError."""
    owner = {"organisation_id": organisation_id} if own else {}
    return find(session, Survey, programme_id, survey_id, **owner)


def list_surveys(
    session: Session, programme_id: UUID, *, organisation_id: UUID | None = None, programmes_too: bool = False
) -> list[ListedSurvey]:
    """The surveys of an organisation, or (None) all of the programme; open ones first, then the newest; at most 200.

    `programmes_too` adds to an organisation's those that the programme asks and that have begun.
    """
    query = (
        select(Survey, Organisation.name)
        .outerjoin(Organisation, (Organisation.programme_id == Survey.programme_id) & (Organisation.id == Survey.organisation_id))
        .where(Survey.programme_id == programme_id)
        .order_by(Survey.closed_at.is_not(None), Survey.made_at.desc(), Survey.id.desc())
        .limit(_MOST)
    )
    if organisation_id is not None:
        mine = Survey.organisation_id == organisation_id
        if programmes_too:
            mine |= Survey.organisation_id.is_(None) & Survey.started_at.is_not(None)
        query = query.where(mine)
    return [ListedSurvey(survey, name or "") for survey, name in session.execute(query)]


def start_survey(
    session: Session, programme_id: UUID, organisation_id: UUID | None, survey_id: UUID, *, actor_id: UUID | None
) -> None:
    """Begin to ask. A second start changes nothing. Raises RuleError where the same standard questions are open already."""
    survey = _hold(session, programme_id, organisation_id, survey_id)
    if survey.closed_at is not None:
        raise RuleError(Sentence("This is closed. Nobody was asked. You can write a new one."))
    if survey.started_at is not None:
        return
    if survey.kind is not SurveyKind.OWN and _has_the_same(session, survey):
        raise RuleError(
            Sentence("You ask these questions already. Nobody was asked twice. Close the other one first."),
        )
    survey.started_at = clock.now()
    session.flush()
    audit.record(
        session, programme_id, "survey started", actor_id=actor_id, subject_id=survey_id, organisation_id=organisation_id
    )


def close_survey(
    session: Session, programme_id: UUID, organisation_id: UUID | None, survey_id: UUID, *, actor_id: UUID | None
) -> None:
    """Ask nobody any more; what was answered stays. A second time changes nothing."""
    survey = _hold(session, programme_id, organisation_id, survey_id)
    if survey.started_at is None:
        raise RuleError(Sentence("This has not begun. Nothing was changed. You can throw it away."))
    if survey.closed_at is not None:
        return
    survey.closed_at = clock.now()
    session.flush()
    audit.record(session, programme_id, "survey closed", actor_id=actor_id, subject_id=survey_id, organisation_id=organisation_id)


def remove_survey(
    session: Session, programme_id: UUID, organisation_id: UUID | None, survey_id: UUID, *, actor_id: UUID | None
) -> None:
    """Throw away a survey that has not begun. Raises RuleError for one that has, NotFoundError for none."""
    survey = _hold(session, programme_id, organisation_id, survey_id)
    if survey.started_at is not None:
        raise RuleError(Sentence("People were asked already. Nothing was thrown away. You can close it."))
    session.execute(delete(Survey).where(Survey.programme_id == programme_id, Survey.id == survey_id))
    audit.record(
        session, programme_id, "survey removed", actor_id=actor_id, subject_id=survey_id, organisation_id=organisation_id
    )


def take_out_question(
    session: Session, programme_id: UUID, organisation_id: UUID | None, survey_id: UUID, place: int, *, actor_id: UUID | None
) -> None:
    """Ask one of one's own questions (by place, from 0) no more. Raises RuleError for a standard set, and for the last one."""
    survey = _hold(session, programme_id, organisation_id, survey_id)
    if survey.kind is not SurveyKind.OWN:
        raise RuleError(Sentence("These questions belong together. Nothing was taken out."))
    questions = questions_of(survey)
    if not 0 <= place < len(questions) or questions[place].is_out:
        return
    if sum(not each.is_out for each in questions) == 1:
        raise RuleError(Sentence("This is the last question. It was not taken out. You can close the whole survey."))
    kept = [each | ({"out": True} if at == place else {}) for at, each in enumerate(survey.questions)]
    session.execute(
        update(Survey).where(Survey.programme_id == programme_id, Survey.id == survey_id).values(questions=kept),
        execution_options={"synchronize_session": "fetch"},
    )
    audit.record(
        session, programme_id, "question removed", actor_id=actor_id, subject_id=survey_id, organisation_id=organisation_id
    )


def _hold(session: Session, programme_id: UUID, organisation_id: UUID | None, survey_id: UUID) -> Survey:
    return find_and_hold(session, Survey, programme_id, survey_id, organisation_id=organisation_id)


def _has_the_same(session: Session, survey: Survey) -> bool:
    same = select(Survey.id).where(
        Survey.programme_id == survey.programme_id,
        Survey.kind == survey.kind,
        Survey.id != survey.id,
        Survey.started_at.is_not(None),
        Survey.closed_at.is_(None),
        Survey.organisation_id.is_(None) if survey.organisation_id is None else Survey.organisation_id == survey.organisation_id,
    )
    return session.scalar(same.limit(1)) is not None
