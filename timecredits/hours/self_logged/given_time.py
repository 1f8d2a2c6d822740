"""Time as a person says they gave it, and the days it belongs to.

"2h30" is a length on one day. "22:00-01:30" is from one time on the wall to another: it is divided at midnight, and it is as long
as it really was, also on the nights when the clocks change.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import by_day, end_of, instant_at, minutes_between, time_of_day
from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Unclear
from timecredits.hours.imports.lengths import read_clock, read_length

__all__ = ["DayPart", "GivenTime", "from_to", "on_days", "read_given"]

_FROM_TO = re.compile(
    r"(?:from\s+)?(.{1,20}?)\s*(?:-|[\u2010-\u2015\u2212]|\bto\b|\buntil\b|\btill\b)\s*(.{1,20})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class GivenTime:
    """A length, and where typed from when to when, in minutes after midnight; an end not after the start is the next day's.

    Where there are two times they decide, with the day, how long it was: :func:`on_days`.
    """

    minutes: int = 0
    starts: int | None = None
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class DayPart:
    """What of it falls on one day: real minutes, from `starts` where known."""

    day: date
    minutes: int
    starts: int | None = None


def read_given(text: str) -> GivenTime:
    """Read what a person typed. Raises RuleError that says how to type it. Two times that make no night are taken for a slip."""
    text = text.strip()
    if not text:
        raise _unread(Sentence("Type the hours first. For example 2, 2.5 or 2:30. Nothing was saved."))
    try:
        length = read_length(text)
    except Unclear:
        if _is_slip(text):
            raise _unread(Sentence("The end is before the start. Type times like 9:00-17:00. Nothing was saved.")) from None
        raise _unread(Sentence("Type hours like 2, 2.5 or 2:30. More than 0, at most 24. Nothing was saved.")) from None
    if length.doubtful:
        raise _unread(
            Sentence(
                "%(typed)s can mean two things. Type %(clock)s if that is what you mean. Nothing was saved.",
                typed=text,
                clock=text.replace(".", ":").replace(",", ":"),
            )
        )
    return GivenTime(length.minutes, length.starts, length.ends)


def on_days(day: date, given: GivenTime) -> list[DayPart]:
    """The parts of it, a day each. Raises RuleError for times that were not there in the night the clocks went forward."""
    if given.starts is None or given.ends is None:
        return [DayPart(day, given.minutes)]
    if given.ends > given.starts:
        parts = [DayPart(day, minutes_between(day, given.starts, given.ends), given.starts)]
    else:
        ends = instant_at(day + timedelta(days=1), given.ends)
        parts = [DayPart(each.day, each.minutes, each.starts) for each in by_day(instant_at(day, given.starts), ends)]
    if not parts or any(part.minutes <= 0 for part in parts):
        raise _unread(Sentence("The clocks changed at that time. Type how many hours it was. Nothing was saved."))
    return parts


def from_to(day: date, starts: int | None, minutes: int) -> str:
    """Clock times as on a timetable, 10:00-12:30; empty where they aren't known."""
    if starts is None:
        return ""
    ends = time_of_day(end_of(day, starts, minutes))
    return "-".join(f"{each // 60:02}:{each % 60:02}" for each in (starts, ends))


def _is_slip(text: str) -> bool:
    """Whether two times of day stand there that can't be from and to."""
    match = _FROM_TO.fullmatch(text)
    if match is None:
        return False
    try:
        starts, ends = (read_clock(side) for side in match.groups())
    except Unclear:
        return False
    return ends.minutes <= starts.minutes


def _unread(sentence: Sentence) -> RuleError:
    return RuleError(sentence, field="hours")
