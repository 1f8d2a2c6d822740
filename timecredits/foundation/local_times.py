"""Times of day as the clock on the wall shows them, and how long it is between them, clock-change nights included.

A time of day is whole minutes after midnight, 0 to 1440, in Europe/London. In the hour that comes twice in October the first is
meant; a time in the hour that is skipped in March is taken as that much after the change, so 01:30 is 02:30.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from timecredits.foundation.clock import LONDON, first_moment, local_day

DAY = 24 * 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """`minutes` of real time on one calendar `day`, from `starts` on."""

    day: date
    starts: int
    minutes: int


def instant_at(day: date, minutes: int) -> datetime:
    """The instant at which the wall shows this time of `day`; 1440 is the next day's midnight."""
    if minutes == DAY:
        return first_moment(day + timedelta(days=1))
    return datetime.combine(day, time(*divmod(minutes, 60)), LONDON).astimezone(UTC)


def time_of_day(instant: datetime) -> int:
    """What the wall shows, in whole minutes after midnight: 0 to 1439."""
    local = instant.astimezone(LONDON)
    return local.hour * 60 + local.minute


def minutes_of(day: date) -> int:
    """How long a calendar day is: 1440 minutes, but 1380 and 1500 when the clocks change."""
    return minutes_between(day, 0, DAY)


def minutes_between(day: date, starts: int, ends: int) -> int:
    """Real minutes from one time of `day` to another; an end not after the start is on the next day."""
    last = day + timedelta(days=1) if ends <= starts else day
    return (instant_at(last, ends) - instant_at(day, starts)) // _MINUTE


def end_of(day: date, starts: int, minutes: int) -> datetime:
    """The instant at which something ends that starts at this time of `day` and lasts so long."""
    return instant_at(day, starts) + minutes * _MINUTE


def by_day(begins: datetime, ends: datetime) -> Iterator[Stretch]:
    """A stretch of time divided at each midnight, in whole minutes; seconds are passed over at both ends."""
    begins, ends = (each.replace(second=0, microsecond=0) for each in (begins, ends))
    while begins < ends:
        day = local_day(begins)
        until = min(ends, first_moment(day + timedelta(days=1)))
        yield Stretch(day, time_of_day(begins), (until - begins) // _MINUTE)
        begins = until
