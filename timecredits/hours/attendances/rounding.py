"""Time between signing in and out, to the nearest step that the programme has set (settings.attendance_rounding).

The whole stay is rounded once, half a step up, and then divided at midnight; the last day takes the difference. A stay that is
nearer to nothing than to one step gives no hours: it is said at once, and nothing is recorded. Stays of one session are rounded
together (`Earlier`), so that going out and in again neither makes nor loses time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from timecredits.foundation.clock import first_moment
from timecredits.foundation.local_times import by_day, end_of


@dataclass(frozen=True, slots=True)
class Share:
    """Minutes of a stay on one day. `starts` (minutes after midnight) is None where rounding up would run past midnight."""

    day: date
    starts: int | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """A person's stays before, in the same session: how long they really were, and what was recorded for them, in minutes."""

    real: int = 0
    recorded: int = 0


NOTHING_EARLIER = Earlier()


def rounded(minutes: int, step: int) -> int:
    """The nearest multiple of `step`; half a step counts up, for the person."""
    return (2 * minutes + step) // (2 * step) * step


def stayed(begins: datetime, ends: datetime) -> int:
    """Whole minutes from one instant to another as a clock without seconds shows them; 0 for an end before the beginning."""
    return sum(stretch.minutes for stretch in by_day(begins, ends))


def shares(begins: datetime, ends: datetime, step: int, earlier: Earlier = NOTHING_EARLIER) -> list[Share]:
    """A stay as it counts beside the `earlier` ones, day by day; empty when that is nothing."""
    days = [(stretch.day, stretch.starts, stretch.minutes) for stretch in by_day(begins, ends)]
    exact = sum(minutes for _, _, minutes in days)
    left = max(0, rounded(earlier.real + exact, step) - earlier.recorded)
    found = []
    for number, (day, starts, minutes) in enumerate(days, start=1):
        given = left if number == len(days) else min(minutes, left)
        left -= given
        if given:
            fits = end_of(day, starts, given) <= first_moment(day + timedelta(days=1))
            found.append(Share(day, starts if fits else None, given))
    return found
