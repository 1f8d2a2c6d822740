"""Milestones: the day on which somebody had given 10, 25, 50, 100, 200 and 500 hours.

Worked out whenever it is looked at and stored nowhere, so a correction may take one back and using credits never does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.hours.history.hour_history import HistoryLine

__all__ = ["MILESTONES", "Milestones", "Reached", "milestones"]

MILESTONES = (10, 25, 50, 100, 200, 500)
"""Hours."""


@dataclass(frozen=True, slots=True)
class Reached:
    """So many hours, and the day on which they were full."""

    hours: int
    day: date


@dataclass(frozen=True, slots=True)
class Milestones:
    """Those reached, the first one first. `next_hours` is the one to come, None after the last; `missing` are minutes."""

    reached: tuple[Reached, ...]
    next_hours: int | None
    missing: int

    def find(self, hours: int) -> Reached | None:
        """This milestone, if it was reached."""
        return next((each for each in self.reached if each.hours == hours), None)


def milestones(lines: Iterable[HistoryLine]) -> Milestones:
    """Which milestones these lines reach and when, in whatever order the lines come."""
    reached: list[Reached] = []
    total = 0
    for day, of_day in groupby(sorted(lines, key=lambda line: line.day), key=lambda line: line.day):
        total += sum(line.minutes for line in of_day)
        while len(reached) < len(MILESTONES) and total >= MILESTONES[len(reached)] * MINUTES_A_CREDIT:
            reached.append(Reached(MILESTONES[len(reached)], day))
    to_come = MILESTONES[len(reached)] if len(reached) < len(MILESTONES) else None
    return Milestones(tuple(reached), to_come, 0 if to_come is None else to_come * MINUTES_A_CREDIT - total)
