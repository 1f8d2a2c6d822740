"""The one next step that a person's own page suggests: the first plain rule that fits. It is a hint, never a score."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = ["ENOUGH_FOR_A_LETTER", "NextStep", "Step", "StepFacts", "next_step"]

ENOUGH_FOR_A_LETTER: Final = 20 * 60
"""Minutes that somebody else confirmed, from which on a letter says something."""
_FRESH: Final = timedelta(days=14)
_DAY: Final = timedelta(days=1)


class Step(StrEnum):
    """What may come next."""

    FIND_ACTIVITY = "find_activity"
    RENEW_TRAINING = "renew_training"
    ASK_FOR_LETTER = "ask_for_letter"
    LOOK_AT_GOAL = "look_at_goal"
    DATE_GOAL = "date_goal"
    WRITE_NOTE = "write_note"
    SET_GOAL = "set_goal"
    MAKE_CV = "make_cv"
    GO_ON = "go_on"


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the rules look at. Minutes are whole; days are calendar days; None where there is none of it.

    `ending_training` is the soonest that ends within 60 days, or ended in the last 60, with no later one in its place.
    `past_goal` and `dateless_goal` are open goals. `last_day` is the last day of time given, `noted_until` that of a note.
    """

    minutes: int = 0
    confirmed_minutes: int = 0
    has_letter: bool = False
    ending_training: UUID | None = None
    past_goal: UUID | None = None
    dateless_goal: UUID | None = None
    has_open_goal: bool = False
    last_day: date | None = None
    noted_until: date | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, and the training or goal that it is about."""

    step: Step
    about: UUID | None = None


def next_step(facts: StepFacts, today: date) -> NextStep:
    """The first rule that fits. Training that ends comes first: it is the one thing that cannot wait."""
    written = facts.noted_until or date.min
    rules: tuple[tuple[bool, Step, UUID | None], ...] = (
        (facts.ending_training is not None, Step.RENEW_TRAINING, facts.ending_training),
        (facts.minutes == 0, Step.FIND_ACTIVITY, None),
        (facts.confirmed_minutes >= ENOUGH_FOR_A_LETTER and not facts.has_letter, Step.ASK_FOR_LETTER, None),
        (facts.past_goal is not None, Step.LOOK_AT_GOAL, facts.past_goal),
        (facts.dateless_goal is not None, Step.DATE_GOAL, facts.dateless_goal),
        (facts.last_day is not None and facts.last_day >= max(today - _FRESH, written + _DAY), Step.WRITE_NOTE, None),
        (not facts.has_open_goal, Step.SET_GOAL, None),
        (facts.has_letter, Step.MAKE_CV, None),
    )
    return next((NextStep(step, about) for fits, step, about in rules if fits), NextStep(Step.GO_ON))
