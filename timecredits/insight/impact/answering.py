"""Answering, not now, rather not, and taking back. Answers are sealed for their row; only the person reads their own.

A person's first answers can be read by them until they answer again. Nobody can change what they sent; they can take it back,
and answer anew while the survey is open.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation import clock
from timecredits.foundation.clock import local_day
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.wording import Sentence
from timecredits.insight.impact.asking import months_after, people_here
from timecredits.insight.impact.questions import Question, questions_of
from timecredits.insight.impact.surveys import introduction_of
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk
from timecredits.network.models import Volunteer
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "AskState",
    "OwnAsk",
    "answer_ask",
    "change_mind",
    "count_waiting",
    "find_own_ask",
    "own_asks",
    "put_off",
    "read_answers",
    "refuse_ask",
    "state_of",
    "take_back_answers",
]

_PURPOSE: Final = "survey"


class AskState(StrEnum):
    """Where one asking stands."""

    WAITING = "waiting"
    PUT_OFF = "put_off"
    ANSWERED = "answered"
    REFUSED = "refused"
    CLOSED = "closed"  # the survey ended before they answered


@dataclass(frozen=True, slots=True)
class OwnAsk:
    """One asking as the person sees it. `answers` are theirs, where they may still read them; None otherwise."""

    ask: SurveyAsk
    survey: Survey
    state: AskState
    questions: tuple[Question, ...]
    introduction: str
    answers: tuple[int, ...] | None = None

    @property
    def is_again(self) -> bool:
        """Whether this is the second time."""
        return self.ask.stage is Stage.FOLLOW_UP


def state_of(ask: SurveyAsk, survey: Survey) -> AskState:
    """Where an asking stands."""
    if ask.answered_at is not None:
        return AskState.ANSWERED
    if ask.skipped_at is not None:
        return AskState.REFUSED
    if survey.closed_at is not None:
        return AskState.CLOSED
    return AskState.WAITING if ask.put_off_at is None else AskState.PUT_OFF


def count_waiting(session: Session, programme_id: UUID, volunteer_id: UUID) -> int:
    """How many sets of questions wait for somebody who has not said "not now"."""
    found = session.scalar(
        select(func.count())
        .select_from(SurveyAsk)
        .join(Survey, (Survey.programme_id == SurveyAsk.programme_id) & (Survey.id == SurveyAsk.survey_id))
        .where(
            SurveyAsk.programme_id == programme_id,
            SurveyAsk.volunteer_id == volunteer_id,
            SurveyAsk.asked_at.is_not(None),
            SurveyAsk.answered_at.is_(None),
            SurveyAsk.skipped_at.is_(None),
            SurveyAsk.put_off_at.is_(None),
            Survey.closed_at.is_(None),
        )
    )
    return found or 0


def own_asks(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID) -> list[OwnAsk]:
    """Everything somebody was asked, the newest first, with what they said where they may still read it."""
    rows = session.execute(
        select(SurveyAsk, Survey)
        .join(Survey, (Survey.programme_id == SurveyAsk.programme_id) & (Survey.id == SurveyAsk.survey_id))
        .where(
            SurveyAsk.programme_id == programme_id,
            SurveyAsk.volunteer_id == volunteer_id,
            SurveyAsk.asked_at.is_not(None),
        )
        .order_by(SurveyAsk.asked_at.desc(), SurveyAsk.id.desc())
    ).all()
    again = {ask.survey_id for ask, _survey in rows if ask.stage is Stage.FOLLOW_UP and ask.answered_at is not None}
    return [
        _own(keyring, ask, survey, readable=ask.stage is Stage.FOLLOW_UP or ask.survey_id not in again) for ask, survey in rows
    ]


def find_own_ask(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, ask_id: UUID) -> OwnAsk:
    """One of them. Raises NotFoundError for what is not theirs, and for what they were not asked yet."""
    ask = find(session, SurveyAsk, programme_id, ask_id, volunteer_id=volunteer_id)
    if ask.asked_at is None:
        raise NotFoundError
    survey = find(session, Survey, programme_id, ask.survey_id)
    return _own(keyring, ask, survey, readable=ask.stage is Stage.FOLLOW_UP or not _answered_again(session, ask))


def answer_ask(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    ask_id: UUID,
    answers: Sequence[int],
    *,
    entered_by: UUID | None = None,
) -> None:
    """Keep what somebody answered: for each question the number of the answer, 0 for one left out.

    `entered_by` is the member of staff who types it in from paper. Raises RuleError for no answer at all, a second time, a
    survey that is closed, what isn't due, and an answer that isn't there; NotFoundError where nobody was asked.
    """
    ask, survey = _hold(session, programme_id, ask_id)
    _refuse_unless_open(session, ask, survey)
    kept = _checked(questions_of(survey), answers)
    now = clock.now()
    ask.sealed = seal(keyring, _PURPOSE, ask.id, json.dumps(kept, separators=(",", ":")))
    ask.answered_at, ask.on_paper, ask.entered_by = now, entered_by is not None, entered_by
    ask.put_off_at = None
    if ask.stage is Stage.BASELINE:
        _plan_again(session, ask, survey)
    session.flush()


def put_off(session: Session, programme_id: UUID, ask_id: UUID) -> None:
    """Somebody says "not now": no mail reminds them, and they can still answer."""
    ask, survey = _hold(session, programme_id, ask_id)
    if state_of(ask, survey) is AskState.WAITING:
        ask.put_off_at = clock.now()
        session.flush()


def refuse_ask(session: Session, programme_id: UUID, ask_id: UUID) -> None:
    """Somebody would rather not: this survey doesn't ask them again. Raises RuleError where they answered."""
    ask, survey = _hold(session, programme_id, ask_id)
    if ask.answered_at is not None:
        raise RuleError(Sentence("You answered already. Nothing was changed. You can take your answers back."))
    if state_of(ask, survey) in {AskState.WAITING, AskState.PUT_OFF}:
        ask.skipped_at = clock.now()
        session.flush()


def change_mind(session: Session, programme_id: UUID, ask_id: UUID) -> None:
    """Somebody who would rather not have answered wants to after all. Raises RuleError once the survey is closed."""
    ask, survey = _hold(session, programme_id, ask_id)
    if survey.closed_at is not None:
        raise RuleError(Sentence("These questions are closed now. Nothing was changed."))
    if ask.skipped_at is not None:
        ask.skipped_at = None
        session.flush()


def take_back_answers(session: Session, programme_id: UUID, ask_id: UUID) -> None:
    """Throw somebody's answers away for good. They count nowhere from now on, and what waits to be asked again goes too."""
    ask, _survey = _hold(session, programme_id, ask_id)
    if ask.answered_at is None:
        return
    ask.sealed = ask.answered_at = ask.entered_by = None
    ask.on_paper = False
    ask.skipped_at = clock.now()
    if ask.stage is Stage.BASELINE:
        session.execute(
            delete(SurveyAsk).where(
                SurveyAsk.programme_id == programme_id,
                SurveyAsk.survey_id == ask.survey_id,
                SurveyAsk.volunteer_id == ask.volunteer_id,
                SurveyAsk.stage == Stage.FOLLOW_UP,
                SurveyAsk.answered_at.is_(None),
            ),
            execution_options={"synchronize_session": "fetch"},
        )
    session.flush()


def read_answers(keyring: Keyring, ask_id: UUID, sealed: bytes | None) -> tuple[int, ...] | None:
    """What stands in a sealed row: for each question the number of the answer, 0 for none. None where it can't be opened.

    For results over many people, and for the person's own copy of what is held about them; no page shows it to anybody else.
    """
    words = None if sealed is None else open_sealed(keyring, _PURPOSE, ask_id, sealed)
    return None if words is None else tuple(json.loads(words))


def _hold(session: Session, programme_id: UUID, ask_id: UUID) -> tuple[SurveyAsk, Survey]:
    ask = find_and_hold(session, SurveyAsk, programme_id, ask_id)
    if ask.asked_at is None:
        raise NotFoundError
    return ask, find(session, Survey, programme_id, ask.survey_id)


def _refuse_unless_open(session: Session, ask: SurveyAsk, survey: Survey) -> None:
    if ask.answered_at is not None:
        raise RuleError(Sentence("You answered already. Your first answers stand. Nothing was changed."))
    if survey.closed_at is not None:
        raise RuleError(Sentence("These questions are closed now. Nothing was saved."))
    if ask.due_on > local_day(clock.now()):
        raise RuleError(Sentence("These questions are for later. Nothing was saved."))
    if ask.stage is Stage.FOLLOW_UP and not _answered_first(session, ask):
        raise RuleError(Sentence("There are no first answers to go with these. Nothing was saved."))
    here = session.scalar(select(Volunteer.id).where(Volunteer.id == ask.volunteer_id, people_here(survey)))
    if here is None:
        raise RuleError(Sentence("These questions are closed now. Nothing was saved."))


def _checked(questions: Sequence[Question], answers: Sequence[int]) -> list[int]:
    kept = []
    for place, question in enumerate(questions):
        answer = answers[place] if place < len(answers) and not question.is_out else 0
        if not 0 <= answer <= len(question.answers):
            raise RuleError(Sentence("Choose one of the answers. Nothing was saved."), field=f"q{place}")
        kept.append(answer)
    if not any(kept):
        raise RuleError(Sentence("Answer one question at least, or say that you would rather not. Nothing was saved."))
    return kept


def _plan_again(session: Session, ask: SurveyAsk, survey: Survey) -> None:
    due_on = months_after(local_day(clock.now()), survey.again_after_months)
    planned = session.scalars(_of_stage(ask, Stage.FOLLOW_UP)).one_or_none()
    if planned is None:
        planned = SurveyAsk(
            programme_id=ask.programme_id,
            id=new_id(),
            survey_id=ask.survey_id,
            volunteer_id=ask.volunteer_id,
            stage=Stage.FOLLOW_UP,
            due_on=due_on,
            on_paper=False,
        )
        session.add(planned)


def _answered_first(session: Session, ask: SurveyAsk) -> bool:
    found = session.scalars(_of_stage(ask, Stage.BASELINE)).one_or_none()
    return found is not None and found.answered_at is not None


def _answered_again(session: Session, ask: SurveyAsk) -> bool:
    found = session.scalars(_of_stage(ask, Stage.FOLLOW_UP)).one_or_none()
    return found is not None and found.answered_at is not None


def _of_stage(ask: SurveyAsk, stage: Stage) -> Any:
    other = aliased(SurveyAsk)
    return select(other).where(
        other.programme_id == ask.programme_id,
        other.survey_id == ask.survey_id,
        other.volunteer_id == ask.volunteer_id,
        other.stage == stage,
    )


def _own(keyring: Keyring, ask: SurveyAsk, survey: Survey, *, readable: bool) -> OwnAsk:
    return OwnAsk(
        ask,
        survey,
        state_of(ask, survey),
        questions_of(survey),
        introduction_of(survey),
        read_answers(keyring, ask.id, ask.sealed) if readable else None,
    )
