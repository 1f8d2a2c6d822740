"""When a service is open: as its keepers type it, as it is kept, and whether it is now.

A stretch is a weekday (Monday is 0) and two times on the wall, in minutes after midnight. Over midnight it is kept as two rows,
one on each day, and shown as one. Both times are what a clock in Europe/London shows, so nothing changes when the clocks do.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from timecredits.foundation.clock import LONDON
from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import DAY, time_of_day
from timecredits.foundation.wording import Sentence

__all__ = ["DAYS", "Open", "is_open", "joined", "parse_times", "split", "times_text", "weekday_and_time"]

DAYS: Final = (
    Sentence("Monday"),
    Sentence("Tuesday"),
    Sentence("Wednesday"),
    Sentence("Thursday"),
    Sentence("Friday"),
    Sentence("Saturday"),
    Sentence("Sunday"),
)
_WEEK: Final = len(DAYS)
_MOST_A_DAY: Final = 4
_HALF_DAY: Final = 12 * 60
_ONE: Final = 60
_SEVEN: Final = 7 * 60
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")
_NAMED: Final = {"noon": "12pm", "midday": "12pm", "midnight": "24:00"}


@dataclass(frozen=True, slots=True, order=True)
class Open:
    """Open from one time to another. `closes` at or before `opens` is on the next day; 1440 is this day's last midnight."""

    weekday: int
    opens: int
    closes: int


def split(stretches: Iterable[Open]) -> list[Open]:
    """As rows hold it: nothing over midnight, in order, and what touches or overlaps within a day made one."""
    by_day: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for each in stretches:
        if each.closes > each.opens:
            by_day[each.weekday].append((each.opens, each.closes))
            continue
        by_day[each.weekday].append((each.opens, DAY))
        if each.closes:
            by_day[(each.weekday + 1) % _WEEK].append((0, each.closes))
    rows: list[Open] = []
    for weekday in sorted(by_day):
        for opens, closes in sorted(by_day[weekday]):
            if rows and rows[-1].weekday == weekday and opens <= rows[-1].closes:
                rows[-1] = Open(weekday, rows[-1].opens, max(rows[-1].closes, closes))
            else:
                rows.append(Open(weekday, opens, closes))
    return rows


def joined(rows: Iterable[Open]) -> list[Open]:
    """As people say it: what goes on after midnight belongs to the evening before. A whole day stays a day."""
    left = sorted(rows)
    mornings = {each.weekday: each for each in left if each.opens == 0 and each.closes < _HALF_DAY}
    taken: set[Open] = set()
    said = []
    for each in left:
        after = mornings.get((each.weekday + 1) % _WEEK)
        if each.closes == DAY and after is not None and after.closes < each.opens:
            taken.add(after)
            said.append(Open(each.weekday, each.opens, after.closes))
        else:
            said.append(each)
    return [each for each in said if each not in taken]


def weekday_and_time(instant: datetime) -> tuple[int, int]:
    """What a calendar and a clock in Europe/London show: weekday, minutes after midnight."""
    return instant.astimezone(LONDON).weekday(), time_of_day(instant)


def is_open(rows: Iterable[Open], instant: datetime) -> bool:
    """Whether it is open at this moment; the minute of closing is no longer open."""
    weekday, minute = weekday_and_time(instant)
    return any(each.weekday == weekday and each.opens <= minute < each.closes for each in rows)


def parse_times(typed: str, weekday: int, *, field: str = "") -> list[Open]:
    """Read "9am to 12:30, 2pm-5pm", "10-4", "all day" or nothing. Raises RuleError for what can't be read.

    An hour of one figure without am or pm is taken as people mean it: "9 to 5" is 9:00 to 17:00, "2 to 5" is in the afternoon.
    """
    text = " ".join(typed.casefold().replace("–", "-").replace("—", "-").split())  # noqa: RUF001  dashes as people type them
    if not text or text in {"closed", "shut", "-"}:
        return []
    if text in {"all day", "24 hours", "open all day"}:
        return [Open(weekday, 0, DAY)]
    parts = re.split(r",|;| and ", text)
    if len(parts) > _MOST_A_DAY:
        raise _unread(field)
    return [_stretch(part.strip(), weekday, field) for part in parts]


def times_text(stretches: Sequence[Open]) -> Mapping[int, str]:
    """As a form shows again what is kept: weekday -> "09:00 to 12:30, 14:00 to 17:00"."""
    shown: dict[int, list[str]] = defaultdict(list)
    for each in stretches:
        shown[each.weekday].append(
            "all day" if each.opens == 0 and each.closes == DAY else f"{_clock(each.opens)} to {_clock(each.closes)}"
        )
    return {weekday: ", ".join(texts) for weekday, texts in shown.items()}


def _stretch(part: str, weekday: int, field: str) -> Open:
    ends = re.split(r"\s*(?:-|\bto\b|\buntil\b|\btill\b)\s*", part)
    if len(ends) != 2:  # noqa: PLR2004  an opening and a closing time
        raise _unread(field)
    (opens, begins), (closes, ends_at) = (_minutes(each, field) for each in ends)
    if not begins and ends_at != "am" and _ONE <= opens < _SEVEN:
        opens += _HALF_DAY  # "2 to 5"
    if not ends_at and closes <= opens < closes + _HALF_DAY <= DAY:
        closes += _HALF_DAY  # "9 to 5", "12 to 2"
    if opens in (closes, DAY):
        raise _unread(field)
    return Open(weekday, opens, closes)


def _minutes(typed: str, field: str) -> tuple[int, str]:
    """Minutes after midnight, and "am" or "pm" where it was said ; "24" where it is plain from how it was written."""
    found = _TIME.fullmatch(_NAMED.get(typed.strip(), typed.strip()))
    if found is None:
        raise _unread(field)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004  hours on a clock's face
            raise _unread(field)
        hour = hour % 12 + (12 if half == "pm" else 0)
    total = hour * 60 + minute
    if minute > 59 or total > DAY:  # noqa: PLR2004  minutes in an hour
        raise _unread(field)
    of_24 = len(found[1]) == 2 and (found[2] or found[1][0] == "0")  # noqa: PLR2004  "09", "10:30"
    return total, half or ("24" if of_24 else "")


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}"


def _unread(field: str) -> RuleError:
    return RuleError(
        Sentence("We could not read these times. Type them like 9am to 5pm, or leave it empty. Nothing was saved."), field=field
    )
