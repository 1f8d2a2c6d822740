"""A survey on paper: one A4 page with no name on it, and a code by which a coordinator types the answers in.

The code is worked out from the asking with a key and is kept nowhere. Only the staff of an organisation where the person gives
time find the asking by it, and only while it waits to be answered: a code of answered questions is like one that never was.
"""

from typing import Final, Literal, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import CROCKFORD, keyed_digest, tidy_short_code
from timecredits.foundation.wording import Sentence
from timecredits.insight.impact.answering import answer_ask
from timecredits.insight.impact.questions import questions_of
from timecredits.insight.impact.surveys import introduction_of
from timecredits.insight.impact_models import Survey, SurveyAsk, SurveyKind
from timecredits.network.models import Enrolment, Organisation
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled

__all__ = [
    "SurveyPaperDisplay",
    "SurveyPaperRecord",
    "enter_answers",
    "find_by_code",
    "paper_code",
    "print_survey",
    "waiting_ask",
    "write_paper",
]

_PURPOSE: Final = "survey on paper"
_LENGTH: Final = 8
_HALF: Final = 4


class PrintedQuestion(TypedDict):
    """One question as it is printed."""

    text: str
    answers: list[str]


class SurveyPaperDisplay(TypedDict):
    """The words on the page, in the order in which they stand there."""

    title: str
    heading: str
    free: str
    introduction: str
    questions: list[PrintedQuestion]
    copyright: str
    back: str
    code_is: str
    code: str
    no_name: str


class SurveyPaperRecord(TypedDict):
    """A form, whole. It bears nobody's name."""

    kind: Literal["survey"]
    version: Literal[1]
    language: str
    issued_on: str
    display: SurveyPaperDisplay


def paper_code(keyring: Keyring, ask_id: UUID) -> str:
    """The code of one asking, as it is printed: two groups of four letters and figures."""
    code = _code(keyring.signing_key(_PURPOSE)[1], ask_id)
    return f"{code[:_HALF]}-{code[_HALF:]}"


def waiting_ask(session: Session, programme_id: UUID, organisation_id: UUID, survey_id: UUID, volunteer_id: UUID) -> SurveyAsk:
    """What one of an organisation's people can be asked on paper now.

    Raises RuleError where nothing waits (it does not say why), NotFoundError for another's person or survey.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    survey = find(session, Survey, programme_id, survey_id)
    if survey.organisation_id not in {None, organisation_id}:
        raise NotFoundError
    ask = session.scalars(
        select(SurveyAsk)
        .where(
            SurveyAsk.programme_id == programme_id,
            SurveyAsk.survey_id == survey_id,
            SurveyAsk.volunteer_id == volunteer_id,
            *_waits(),
        )
        .limit(1)
    ).one_or_none()
    if ask is None or survey.closed_at is not None:
        raise RuleError(Sentence("There is nothing to ask them now. Nothing was printed."))
    return ask


def find_by_code(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, typed: str
) -> tuple[SurveyAsk, Survey]:
    """The asking behind a code, among this organisation's people. Raises RuleError at `code` for none that waits."""
    code = tidy_short_code(typed)
    keys = keyring.checking_keys(_PURPOSE)
    rows = session.execute(
        select(SurveyAsk.id, SurveyAsk.survey_id)
        .join(Survey, (Survey.programme_id == SurveyAsk.programme_id) & (Survey.id == SurveyAsk.survey_id))
        .where(
            SurveyAsk.programme_id == programme_id,
            Survey.closed_at.is_(None),
            (Survey.organisation_id == organisation_id) | Survey.organisation_id.is_(None),
            exists().where(
                Enrolment.programme_id == programme_id,
                Enrolment.organisation_id == organisation_id,
                Enrolment.volunteer_id == SurveyAsk.volunteer_id,
                Enrolment.left_on.is_(None),
            ),
            *_waits(),
        )
    ).all()
    for ask_id, survey_id in rows if len(code) == _LENGTH else ():
        if any(_code(key, ask_id) == code for key in keys):
            return find(session, SurveyAsk, programme_id, ask_id), find(session, Survey, programme_id, survey_id)
    raise RuleError(Sentence("No open form has this code. Nothing was saved. Look at the paper again."), field="code")


def enter_answers(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    typed: str,
    answers: list[int],
    *,
    actor_id: UUID,
) -> None:
    """Keep what stands on paper. Raises RuleError as `find_by_code` and `answer_ask` do. Nobody can read it back."""
    ask, _survey = find_by_code(session, keyring, programme_id, organisation_id, typed)
    answer_ask(session, keyring, programme_id, ask.id, answers, entered_by=actor_id)
    audit.record(
        session,
        programme_id,
        "survey answers entered",
        actor_id=actor_id,
        subject_id=ask.survey_id,
        organisation_id=organisation_id,
    )


def write_paper(session: Session, keyring: Keyring, organisation_id: UUID, ask: SurveyAsk) -> SurveyPaperRecord:
    """Put the form into words."""
    survey = find(session, Survey, ask.programme_id, ask.survey_id)
    organisation = find(session, Organisation, ask.programme_id, organisation_id)
    today = clock.today()
    licensed = survey.kind is SurveyKind.WELLBEING
    return {
        "kind": "survey",
        "version": 1,
        "language": "en",
        "issued_on": today.isoformat(),
        "display": {
            "title": str(Sentence("A few questions")),
            "heading": str(Sentence("A few questions")),
            "free": str(
                Sentence(
                    "You do not have to answer. You can leave out any question. Nobody asks you why. "
                    "It changes nothing about your time with us, or your credits."
                )
            ),
            "introduction": introduction_of(survey),
            "questions": [{"text": each.text, "answers": list(each.answers)} for each in questions_of(survey) if not each.is_out],
            "copyright": survey.copyright if licensed else "",
            "back": str(
                Sentence(
                    "Put one cross for each question. Fold the page and give it back to %(organisation)s.",
                    organisation=organisation.name,
                )
            ),
            "code_is": str(Sentence("Number of this page, printed on %(day)s:", day=display_day(today))),
            "code": paper_code(keyring, ask.id),
            "no_name": str(Sentence("Please do not write your name on it.")),
        },
    }


def print_survey(record: SurveyPaperRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, one page. Raises UnprintableCharacter or DocumentError."""
    return compile_document("survey", record)


def _code(key: bytes, ask_id: UUID) -> str:
    number = int.from_bytes(keyed_digest(key, str(ask_id))[:5], "big")  # 40 bits are eight characters of five
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (SurveyAsk.asked_at.is_not(None), SurveyAsk.answered_at.is_(None), SurveyAsk.skipped_at.is_(None))
