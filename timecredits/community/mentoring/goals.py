"""What the mentee wants to reach, in their own words, with small steps. Mentor and project worker read along.

Only the mentee writes here, and a project worker for them where they say so. A tick can be undone; what is removed is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.parties import Party, Side, find_part, hold_going_on
from timecredits.community.mentoring.words import LONGEST_GOAL, opened, sealed_words
from timecredits.community.mentoring_models import Mentoring, MentoringGoal, MentoringStep
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence

__all__ = [
    "MOST",
    "SharedGoal",
    "SharedStep",
    "add_goal",
    "add_step",
    "list_goals",
    "mark_goal",
    "mark_step",
    "remove_goal",
    "remove_step",
]

MOST: Final = 20
"""Goals of a mentoring, and steps of a goal: so that a page of them stays a page."""


@dataclass(frozen=True, slots=True)
class SharedStep:
    """A step. `words` is None where the key that sealed them is gone."""

    id: UUID
    words: str | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class SharedGoal:
    """A goal with its steps, in the order in which they were written."""

    id: UUID
    words: str | None
    reached_on: date | None
    steps: tuple[SharedStep, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.done_on is not None for step in self.steps)


def add_goal(
    session: Session, keyring: Keyring, programme_id: UUID, mentoring_id: UUID, party: Party, words: str, *, goal_id: UUID
) -> bool:
    """Write down a goal. The same `goal_id` twice is once: False the second time.

    Raises NotFoundError for a mentor; RuleError for no words or too many, the 21st goal, and once it has ended.
    """
    words = _tidied(words, Sentence("Type your goal. Nothing was saved."))
    row = _held(session, programme_id, mentoring_id, party)
    if session.get(MentoringGoal, (programme_id, goal_id)) is not None:
        find_part(session, MentoringGoal, row, goal_id)
        return False
    of_goals = select(func.count(MentoringGoal.id)).filter_by(programme_id=programme_id, mentoring_id=mentoring_id)
    if (session.scalar(of_goals) or 0) >= MOST:
        raise RuleError(Sentence("You have %(most)s goals. Nothing was saved. Remove one first.", most=MOST), field="words")
    session.add(
        MentoringGoal(
            programme_id=programme_id,
            id=goal_id,
            mentoring_id=mentoring_id,
            sealed=sealed_words(keyring, goal_id, words),
            made_at=clock.now(),
        )
    )
    session.flush()
    return True


def add_step(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    mentoring_id: UUID,
    party: Party,
    goal_id: UUID,
    words: str,
    *,
    step_id: UUID,
) -> bool:
    """Write down a step towards a goal. As `add_goal`, also for a goal that isn't there."""
    words = _tidied(words, Sentence("Type the step. Nothing was saved."))
    row = _held(session, programme_id, mentoring_id, party)
    find_part(session, MentoringGoal, row, goal_id)
    if session.get(MentoringStep, (programme_id, step_id)) is not None:
        find_part(session, MentoringStep, row, step_id, goal_id=goal_id)
        return False
    of_steps = select(func.count(MentoringStep.id)).filter_by(programme_id=programme_id, goal_id=goal_id)
    if (session.scalar(of_steps) or 0) >= MOST:
        raise RuleError(Sentence("This goal has %(most)s steps. Nothing was saved. Remove one first.", most=MOST), field="words")
    session.add(
        MentoringStep(
            programme_id=programme_id,
            id=step_id,
            mentoring_id=mentoring_id,
            goal_id=goal_id,
            sealed=sealed_words(keyring, step_id, words),
            made_at=clock.now(),
        )
    )
    session.flush()
    return True


def mark_goal(
    session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, goal_id: UUID, *, reached_on: date | None
) -> None:
    """Mark a goal reached on this day, or open again with None. Twice keeps the first day. Raises as `add_goal`."""
    goal = find_part(session, MentoringGoal, _held(session, programme_id, mentoring_id, party), goal_id)
    goal.reached_on = None if reached_on is None else goal.reached_on or reached_on
    session.flush()


def mark_step(
    session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, step_id: UUID, *, done_on: date | None
) -> None:
    """Mark a step done on this day, or open again with None. Twice keeps the first day. Raises as `add_goal`."""
    step = find_part(session, MentoringStep, _held(session, programme_id, mentoring_id, party), step_id)
    step.done_on = None if done_on is None else step.done_on or done_on
    session.flush()


def remove_goal(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, goal_id: UUID) -> None:
    """Remove a goal and its steps: the rows are gone. Raises NotFoundError; RuleError once it has ended."""
    goal = find_part(session, MentoringGoal, _held(session, programme_id, mentoring_id, party), goal_id)
    session.execute(delete(MentoringStep).where(MentoringStep.programme_id == programme_id, MentoringStep.goal_id == goal_id))
    session.delete(goal)
    session.flush()


def remove_step(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, step_id: UUID) -> None:
    """Remove a step: the row is gone. Raises as `remove_goal`."""
    session.delete(find_part(session, MentoringStep, _held(session, programme_id, mentoring_id, party), step_id))
    session.flush()


def list_goals(session: Session, keyring: Keyring, mentoring: Mentoring) -> Sequence[SharedGoal]:
    """The goals of a mentoring that the caller found for somebody who may read them; open ones first. Two questions."""
    here = {"programme_id": mentoring.programme_id, "mentoring_id": mentoring.id}
    steps: dict[UUID, list[SharedStep]] = {}
    for step in session.scalars(select(MentoringStep).filter_by(**here).order_by(MentoringStep.made_at, MentoringStep.id)):
        steps.setdefault(step.goal_id, []).append(SharedStep(step.id, opened(keyring, step.id, step.sealed), step.done_on))
    goals = session.scalars(select(MentoringGoal).filter_by(**here).order_by(MentoringGoal.made_at, MentoringGoal.id))
    found = [
        SharedGoal(goal.id, opened(keyring, goal.id, goal.sealed), goal.reached_on, tuple(steps.get(goal.id, ())))
        for goal in goals
    ]
    return sorted(found, key=lambda goal: goal.reached_on is not None)


def _held(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party) -> Mentoring:
    if party.side is Side.MENTOR:
        raise NotFoundError
    return hold_going_on(session, programme_id, mentoring_id, party)


def _tidied(words: str, missing: Sentence) -> str:
    return tidy_line(words, LONGEST_GOAL, field="words", missing=missing)
