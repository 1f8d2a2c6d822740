"""Goals in a person's own words, sealed. There is no score and no streak: a goal is open or done, and nobody else sees it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.wording import Sentence
from timecredits.journey.learning.own_rows import add_once, tidy_title
from timecredits.journey.learning_models import Goal
from timecredits.network.scope import find

__all__ = ["LONGEST", "MOST_OPEN", "OwnGoal", "change_goal", "find_goal", "keep_goal", "list_goals", "mark_goal", "remove_goal"]

LONGEST: Final = 300
MOST_OPEN: Final = 50
"""So that a page of them stays a page."""
_PURPOSE: Final = "goal"
_LATEST_YEARS: Final = 20


@dataclass(frozen=True, slots=True)
class OwnGoal:
    """A goal as the person who made it sees it. `words` is None where the key that sealed them is gone."""

    id: UUID
    words: str | None
    by_day: date | None
    done_on: date | None


def keep_goal(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    volunteer_id: UUID,
    words: str,
    *,
    goal_id: UUID,
    by_day: date | None,
    today: date,
) -> bool:
    """Keep a goal. The same `goal_id` twice is kept once: False the second time.

    Raises RuleError, with the field, for no words or too many, a day gone by, or more than 50 open goals.
    """
    words = _tidied(words)
    _check_day(by_day, today)
    others = [goal for goal in _rows(session, programme_id, volunteer_id) if goal.done_on is None and goal.id != goal_id]
    if len(others) >= MOST_OPEN:
        raise RuleError(Sentence("You have %(most)s open goals. Nothing was saved. Finish or remove one first.", most=MOST_OPEN))
    return add_once(
        session,
        Goal,
        programme_id,
        goal_id,
        volunteer_id,
        sealed=seal(keyring, _PURPOSE, goal_id, words),
        by_day=by_day,
        made_at=clock.now(),
    )


def change_goal(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    volunteer_id: UUID,
    goal_id: UUID,
    words: str,
    *,
    by_day: date | None,
    today: date,
) -> None:
    """Put a goal in other words, or give it another day. Raises RuleError as for a new one; NotFoundError."""
    words = _tidied(words)
    row = find(session, Goal, programme_id, goal_id, volunteer_id=volunteer_id)
    if by_day != row.by_day:  # a day that has gone by meanwhile may stay
        _check_day(by_day, today)
    row.sealed, row.by_day = seal(keyring, _PURPOSE, goal_id, words), by_day
    session.flush()


def mark_goal(session: Session, programme_id: UUID, volunteer_id: UUID, goal_id: UUID, *, done_on: date | None) -> None:
    """Mark it done on this day, or open again with None. Done twice keeps the first day. Raises NotFoundError."""
    row = find(session, Goal, programme_id, goal_id, volunteer_id=volunteer_id)
    row.done_on = None if done_on is None else row.done_on or done_on
    session.flush()


def remove_goal(session: Session, programme_id: UUID, volunteer_id: UUID, goal_id: UUID) -> None:
    """Remove a goal: the row is gone. Raises NotFoundError."""
    session.delete(find(session, Goal, programme_id, goal_id, volunteer_id=volunteer_id))
    session.flush()


def find_goal(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, goal_id: UUID) -> OwnGoal:
    """One of a person's own goals, opened. Raises NotFoundError."""
    return _opened(keyring, find(session, Goal, programme_id, goal_id, volunteer_id=volunteer_id))


def list_goals(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID) -> list[OwnGoal]:
    """All of a person's goals: open ones first, the soonest day first and those without one after; then what was done last."""
    rows = _rows(session, programme_id, volunteer_id)
    still_open = sorted(
        (row for row in rows if row.done_on is None), key=lambda row: (row.by_day or date.max, row.made_at, row.id)
    )
    done = sorted((row for row in rows if row.done_on is not None), key=lambda row: (row.done_on, row.made_at), reverse=True)
    return [_opened(keyring, row) for row in (*still_open, *done)]


def _rows(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Goal]:
    return list(session.scalars(select(Goal).where(Goal.programme_id == programme_id, Goal.volunteer_id == volunteer_id)))


def _opened(keyring: Keyring, row: Goal) -> OwnGoal:
    return OwnGoal(row.id, open_sealed(keyring, _PURPOSE, row.id, row.sealed), row.by_day, row.done_on)


def _tidied(words: str) -> str:
    return tidy_title(words, LONGEST, field="words", missing=Sentence("Type what you want to do. Nothing was saved."))


def _check_day(by_day: date | None, today: date) -> None:
    if by_day is None:
        return
    if by_day < today:
        raise RuleError(
            Sentence("%(day)s has gone by. Nothing was saved. Choose a day to come, or none.", day=display_day(by_day)),
            field="by_day",
        )
    if by_day.year > today.year + _LATEST_YEARS:
        raise RuleError(Sentence("That is too far off. Nothing was saved. Check the year."), field="by_day")
