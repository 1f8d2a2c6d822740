"""Writing an iCalendar (RFC 5545) that any calendar program can follow.

Each session is an event of its own, known by the session's id for good: one that moves is the same event at another time, one
that is cancelled says so. The time zone is written here: icalendar's own lets summer time begin an hour late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from timecredits.foundation import clock
from timecredits.foundation.clock import LONDON

REFRESH = timedelta(hours=4)
_SUMMER, _WINTER = timedelta(hours=1), timedelta(0)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar shows of one session. Instants are in UTC."""

    id: UUID
    title: str
    begins: datetime
    ends: datetime
    place: str = ""
    about: str = ""
    is_on: bool = True


def write_calendar(title: str, events: Iterable[CalendarEvent]) -> bytes:
    """The file, in the order of `events`. Times are London's; in the hour that comes twice in October they are UTC instead."""
    calendar = Calendar()
    calendar.add("prodid", "-//Time Credits//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", title)
    calendar.add("name", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    calendar.add_component(_london())
    stamp = clock.now().replace(microsecond=0)
    for each in events:
        calendar.add_component(_event(each, stamp))
    written: bytes = calendar.to_ical()
    return written


def _event(each: CalendarEvent, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{each.id}@timecredits")
    event.add("dtstamp", stamp)
    event.add("dtstart", _on_the_wall(each.begins))
    event.add("dtend", _on_the_wall(each.ends))
    event.add("summary", each.title)
    if each.place:
        event.add("location", each.place)
    if each.about:
        event.add("description", each.about)
    event.add("status", "CONFIRMED" if each.is_on else "CANCELLED")
    event.add("transp", "OPAQUE" if each.is_on else "TRANSPARENT")
    return event


def _on_the_wall(instant: datetime) -> datetime:
    local = instant.astimezone(LONDON)
    return instant if local.fold else local  # a calendar takes a time that comes twice for the first


def _london() -> Timezone:
    zone = Timezone()
    zone.add("tzid", "Europe/London")
    for part, name, begins, month, before, after in (
        (TimezoneDaylight(), "BST", datetime(1996, 3, 31, 1), 3, _WINTER, _SUMMER),  # noqa: DTZ001  as the wall shows it
        (TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), 10, _SUMMER, _WINTER),  # noqa: DTZ001
    ):
        part.add("dtstart", begins)
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1su"))
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone
