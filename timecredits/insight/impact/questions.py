"""Which questions a survey asks, and how answers become scores.

The four on loneliness are the Office for National Statistics' national indicators for adults ("Measuring loneliness: guidance
for use of the national indicators on surveys", December 2018): three items of the UCLA loneliness scale and one direct question.
Words, order and introduction are those that the Government Statistical Service's guidance "Loneliness indicators" (later
"Loneliness harmonised standard", May 2020) prints of them: there the UCLA items go up, from "Hardly ever or never" to "Often",
and the direct question goes down, from "Often or always" to "Never". Anybody may ask them.

SWEMWBS may be asked only with a licence and only as it was licensed. Its words are not ours to hand on, so they are not here:
whoever has the licence types them in, and we check that it is seven statements with five answers (docs/adr/0032).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence
from timecredits.insight.impact_models import Survey, SurveyKind

__all__ = [
    "LONELINESS",
    "LONELINESS_INTRODUCTION",
    "METRIC",
    "MOST_QUESTIONS",
    "Better",
    "Measure",
    "Question",
    "licensed_questions",
    "measures_of",
    "own_questions",
    "questions_of",
    "score",
]

MOST_QUESTIONS: Final = 10
_FEWEST_ANSWERS, _MOST_ANSWERS = 2, 7
_LICENSED_ITEMS, _LICENSED_ANSWERS = 7, 5
_LONGEST_QUESTION, _LONGEST_ANSWER = 140, 30


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `answers` stand as they are shown; `scores` say what each counts; `is_out`: it is asked no more."""

    text: str
    answers: tuple[str, ...]
    scores: tuple[int, ...]
    is_out: bool = False


class Better(StrEnum):
    """Which way a score goes when somebody is doing better."""

    LOWER = "lower"
    HIGHER = "higher"
    UNKNOWN = "unknown"  # one's own question: we don't know what it means


@dataclass(frozen=True, slots=True)
class Measure:
    """What is worked out of a survey: from which questions, between which scores. `key` names it in files.

    `text` is an own question's own words, "" for a measure that the page has words for.
    """

    key: str
    questions: tuple[int, ...]
    least: float
    most: float
    better: Better
    text: str = ""


_UCLA: Final = ("Hardly ever or never", "Some of the time", "Often")

LONELINESS_INTRODUCTION: Final = (
    "The next four questions are about relationships with others. "
    "For each one, please say how often (if at all) you feel that way."
)
LONELINESS: Final = (
    Question("How often do you feel that you lack companionship?", _UCLA, (1, 2, 3)),
    Question("How often do you feel left out?", _UCLA, (1, 2, 3)),
    Question("How often do you feel isolated from others?", _UCLA, (1, 2, 3)),
    Question(
        "How often do you feel lonely?",
        ("Often or always", "Some of the time", "Occasionally", "Hardly ever", "Never"),
        (5, 4, 3, 2, 1),
    ),
)

METRIC: Final = (
    *(7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59, 19.25),
    *(19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00),
)
"""The metric score for each raw score of SWEMWBS from 7 to 35.

The figures of the University of Warwick's "SWEMWBS raw score to metric score conversion table", which comes with the scale; the
model behind it is in Stewart-Brown and others, "Internal construct validity of the Warwick-Edinburgh Mental Well-being Scale",
Health and Quality of Life Outcomes 7:15 (2009). Whoever has the licence has the table, too. docs/adr/0032 tells about raw 29.
"""


def questions_of(survey: Survey) -> tuple[Question, ...]:
    """The questions of a survey, in order; those that are out keep their places."""
    if survey.kind is SurveyKind.LONELINESS:
        return LONELINESS
    return tuple(
        Question(
            each["text"], tuple(each["answers"]), tuple(range(1, len(each["answers"]) + 1)), is_out=bool(each.get("out", False))
        )
        for each in survey.questions
    )


def measures_of(survey: Survey) -> tuple[Measure, ...]:
    """What can be told of a survey's answers."""
    if survey.kind is SurveyKind.LONELINESS:
        return (Measure("ucla", (0, 1, 2), 3, 9, Better.LOWER), Measure("direct", (3,), 1, 5, Better.LOWER))
    if survey.kind is SurveyKind.WELLBEING:
        return (Measure("swemwbs", tuple(range(_LICENSED_ITEMS)), METRIC[0], METRIC[-1], Better.HIGHER),)
    return tuple(
        Measure(f"own-{number}", (number - 1,), 1, len(each.answers), Better.UNKNOWN, each.text)
        for number, each in enumerate(questions_of(survey), start=1)
    )


def score(questions: Sequence[Question], measure: Measure, answers: Sequence[int]) -> float | None:
    """What one person's answers come to, or None where one of the measure's questions was left out.

    `answers` has the number of the chosen answer for each question, from 1, and 0 where it was left out.
    """
    chosen = [(questions[place], answers[place] if place < len(answers) else 0) for place in measure.questions]
    if not all(0 < answer <= len(question.answers) for question, answer in chosen):
        return None
    total = sum(question.scores[answer - 1] for question, answer in chosen)
    return METRIC[total - _LICENSED_ITEMS] if measure.key == "swemwbs" else float(total)


def own_questions(texts: Sequence[str], answers: Sequence[str]) -> list[dict[str, Any]]:
    """One's own questions as they are kept: up to 10, with 2 to 7 answers from the lowest to the highest. Raises RuleError."""
    asked = [_line(text, _LONGEST_QUESTION, "own_items") for text in texts if text.strip()]
    if not 1 <= len(asked) <= MOST_QUESTIONS:
        raise RuleError(
            Sentence("Type 1 to %(most)s questions, one on each line. Nothing was saved.", most=MOST_QUESTIONS), field="own_items"
        )
    if len({text.casefold() for text in asked}) < len(asked):
        raise RuleError(Sentence("Two of the questions are the same. Nothing was saved."), field="own_items")
    return _kept(asked, _answers(answers, _FEWEST_ANSWERS, _MOST_ANSWERS, "own_answers"))


def licensed_questions(items: Sequence[str], answers: Sequence[str]) -> list[dict[str, Any]]:
    """The seven statements and five answers as they were licensed, word for word. Raises RuleError for any other number."""
    asked = [_line(text, _LONGEST_QUESTION, "items") for text in items if text.strip()]
    if len(asked) != _LICENSED_ITEMS:
        raise RuleError(
            Sentence(
                "There must be 7 statements, one on each line. You typed %(typed)s. Nothing was saved.",
                typed=len(asked),
            ),
            field="items",
        )
    return _kept(asked, _answers(answers, _LICENSED_ANSWERS, _LICENSED_ANSWERS, "item_answers"))


def _kept(asked: Sequence[str], answers: Sequence[str]) -> list[dict[str, Any]]:
    return [{"text": text, "answers": list(answers)} for text in asked]


def _answers(typed: Sequence[str], fewest: int, most: int, field: str) -> list[str]:
    answers = [_line(text, _LONGEST_ANSWER, field) for text in typed if text.strip()]
    if not fewest <= len(answers) <= most:
        if fewest == most:
            raise RuleError(
                Sentence(
                    "There must be %(most)s answers, one on each line. You typed %(typed)s. Nothing was saved.",
                    most=most,
                    typed=len(answers),
                ),
                field=field,
            )
        raise RuleError(
            Sentence("Type %(fewest)s to %(most)s answers, one on each line. Nothing was saved.", fewest=fewest, most=most),
            field=field,
        )
    if len({text.casefold() for text in answers}) < len(answers):
        raise RuleError(Sentence("Two of the answers are the same. Nothing was saved."), field=field)
    return answers


def _line(text: str, most: int, field: str) -> str:
    return tidy_line(text, most, field=field)
