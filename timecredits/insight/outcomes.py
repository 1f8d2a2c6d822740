"""What people told came of it, for funders: how many people, by kind and year, with small numbers hidden.

Every number is clipped before anything is worked out from it: what is shown, sums included, is the same whatever the small
numbers are, so nothing that is shown tells one. Leaving out a second number to spoil a subtraction would be weaker: which one
was left out may tell what the first was (tests/insight/test_outcomes.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.journey.learning_models import Outcome, OutcomeKind

__all__ = ["FEWEST", "OutcomeCounts", "OutcomeYear", "hide_small", "outcome_counts"]

FEWEST: Final = 5
"""The smallest number that is shown; under it stands "fewer than 5", also where it is none."""
_YEARS: Final = 3


@dataclass(frozen=True, slots=True)
class OutcomeYear:
    """One year. `people` holds None where fewer than 5 told, `shown` is the sum of the others; `is_all`: nothing is hidden."""

    year: int
    people: tuple[tuple[OutcomeKind, int | None], ...]
    shown: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """The last years, the newest first: the same years whether or not anybody told anything. `any_shown`: some number is."""

    years: tuple[OutcomeYear, ...]
    any_shown: bool


def outcome_counts(session: Session, programme_id: UUID, *, today: date) -> OutcomeCounts:
    """Count the people of a programme who told each kind in each of the last 3 years. Who told one kind twice counts once."""
    first = date(today.year - _YEARS + 1, 1, 1)
    told: set[tuple[int, OutcomeKind, UUID]] = {
        (month.year, kind, volunteer_id)
        for month, kind, volunteer_id in session.execute(
            select(Outcome.happened_in, Outcome.kind, Outcome.volunteer_id).where(
                Outcome.programme_id == programme_id,
                Outcome.happened_in >= first,
                Outcome.happened_in <= today,
                Outcome.taken_back_at.is_(None),
            )
        )
    }
    counts: dict[tuple[int, OutcomeKind], int] = {}
    for year, kind, _person in told:
        counts[year, kind] = counts.get((year, kind), 0) + 1
    return hide_small(counts, range(today.year, today.year - _YEARS, -1))


def hide_small(counts: Mapping[tuple[int, OutcomeKind], int], years: range) -> OutcomeCounts:
    """The table for these years, worked out from the numbers of 5 and more alone."""
    large = {key: count for key, count in counts.items() if count >= FEWEST}
    made = []
    for year in years:
        people = tuple((kind, large.get((year, kind))) for kind in OutcomeKind)
        shown = [count for _kind, count in people if count is not None]
        made.append(OutcomeYear(year, people, sum(shown), is_all=len(shown) == len(people)))
    return OutcomeCounts(tuple(made), any_shown=any(year.shown for year in made))
