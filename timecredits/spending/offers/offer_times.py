"""When in the week an offer is on: stretches of wall-clock time on some days, kept on the offer as plain JSON.

One time is `{"days": [0 to 6, Monday first], "from": "10:00", "until": "12:00"}`; "24:00" is the end of the day, and a time never
goes past midnight. Which instants these are on a day when the clocks change is as in foundation/local_times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from timecredits.foundation.clock import local_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import DAY, instant_at
from timecredits.foundation.wording import Sentence

MOST_TIMES = 14
_WEEK = 7

Times = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Slot:
    """One of an offer's times on one `day`. `starts` and `ends` are as on the wall, "10:00"; `begins` and `until` are UTC."""

    day: date
    starts: str
    ends: str
    begins: datetime
    until: datetime

    @property
    def key(self) -> str:
        """What its places and turns are counted under: "2026-11-21 10:00"."""
        return f"{self.day.isoformat()} {self.starts}"


def slots_on(times: Times, day: date) -> list[Slot]:
    """The times of one calendar day, earliest first."""
    found = [_slot(each, day) for each in times if day.weekday() in each["days"]]
    return sorted(found, key=lambda slot: slot.starts)


def slot_at(times: Times, now: datetime) -> Slot | None:
    """The time that `now` falls in. Where the hour skipped in March brings two together, the earlier."""
    return next((slot for slot in slots_on(times, local_day(now)) if slot.begins <= now < slot.until), None)


def coming_slot(times: Times, now: datetime, *, first: date | None = None, last: date | None = None) -> Slot | None:
    """The time that is on at `now`, else the next one, on no day before `first` or after `last`; None if there is none."""
    today = local_day(now)
    begin = max(today, first) if first else today
    # A week on, today's weekday comes again; once a year its hour is skipped, and it comes a week later.
    for ahead in range(2 * _WEEK + 1):
        day = begin + timedelta(days=ahead)
        if last is not None and day > last:
            return None
        for slot in slots_on(times, day):
            if slot.until > max(now, slot.begins):
                return slot
    return None


def check_times(times: Times) -> list[dict[str, Any]]:
    """The times as they are kept, in order. Raises RuleError(field="times") for one that can't be, or two that overlap."""
    kept = [_checked(each) for each in times]
    if len(kept) > MOST_TIMES:
        raise RuleError(Sentence("Give at most %(most)s times for a week.", most=MOST_TIMES), field="times")
    kept.sort(key=lambda each: (each["days"], each["from"]))
    for weekday in range(_WEEK):
        of_day = sorted((each["from"], each["until"]) for each in kept if weekday in each["days"])
        if any(later[0] < earlier[1] for earlier, later in pairwise(of_day)):
            raise RuleError(Sentence("Two of the times overlap on the same day. Change one of them."), field="times")
    return kept


def minutes_of(text: str) -> int:
    """Minutes after midnight: "10:30" is 630, "24:00" 1440. Raises ValueError for anything else."""
    hours, separator, minutes = text.partition(":")
    if not separator or not (hours + minutes).isdecimal() or (len(hours), len(minutes)) != (2, 2):
        raise ValueError(text)
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > DAY:  # noqa: PLR2004  minutes of an hour
        raise ValueError(text)
    return total


def _slot(time: Mapping[str, Any], day: date) -> Slot:
    starts, ends = time["from"], time["until"]
    return Slot(day, starts, ends, instant_at(day, minutes_of(starts)), instant_at(day, minutes_of(ends)))


def _checked(time: Mapping[str, Any]) -> dict[str, Any]:
    days = sorted({int(each) for each in time["days"]})
    if not days or not set(days) <= set(range(_WEEK)):
        raise RuleError(Sentence("Tick the days of the week for each time."), field="times")
    try:
        starts, ends = minutes_of(time["from"]), minutes_of(time["until"])
    except ValueError:
        raise RuleError(Sentence("Type each time like 10:00, and the end like 12:30."), field="times") from None
    if starts >= ends:
        raise RuleError(Sentence("A time must end after it starts, on the same day. Change one of them."), field="times")
    return {"days": days, "from": time["from"], "until": time["until"]}
