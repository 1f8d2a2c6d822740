"""What the public page of what's on and the volunteers' one share: the search in the address, and dates by week."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from flask import request

from timecredits.community.events.whats_on import AHEAD, EventDate, choices, whats_on
from timecredits.foundation import clock
from timecredits.web.database import db

__all__ = ["EventSearch", "list_whats_on"]

_WEEKS: Final = timedelta(weeks=4)
_MOST: Final = 15
"""So many dates make a page that comes quickly on an old phone; the rest of their last day comes with them."""
_LONGEST_SEARCH: Final = 100
FREE: Final = "free"


@dataclass(frozen=True, slots=True)
class EventSearch:
    """What an address asks for: words, a town, an access fact, what is free; from which day on."""

    q: str
    town: str
    access: str
    show: str
    first: date

    @property
    def words(self) -> dict[str, str]:
        """What was asked, for the address of another page; nothing that is empty."""
        asked = {"q": self.q, "town": self.town, "access": self.access, "show": self.show}
        return {name: value for name, value in asked.items() if value}


def list_whats_on(programme_id: UUID, *, public_only: bool, volunteer_id: UUID | None = None) -> dict[str, Any]:
    """Four weeks of what is on, or as many days as hold about 15 dates, for templates/public/event_parts.html."""
    session, today, asked = db.session(), clock.today(), _asked()
    last = min(asked.first + _WEEKS - timedelta(days=1), today + AHEAD)
    found = whats_on(
        session,
        programme_id,
        first=asked.first,
        last=last,
        public_only=public_only,
        volunteer_id=volunteer_id,
        search=asked.q,
        town=asked.town,
        access=asked.access,
        free_entry=asked.show == FREE,
    )
    following = asked.first + _WEEKS
    if len(found) > _MOST and found[-1].dated.day > found[_MOST - 1].dated.day:
        last = found[_MOST - 1].dated.day
        found, following = [each for each in found if each.dated.day <= last], last + timedelta(days=1)
    towns, facts = choices(session, programme_id, public_only=public_only)
    sooner = max(asked.first - _WEEKS, today) if asked.first > today else None
    return {
        "weeks": [(monday, list(dates)) for monday, dates in groupby(found, key=_monday)],
        "asked": asked,
        "towns": towns,
        "facts": facts,
        "this_monday": today - timedelta(days=today.weekday()),
        "last": last,
        "sooner": _address(asked, sooner) if sooner is not None else None,
        "later": _address(asked, following) if following <= today + AHEAD else None,
    }


def _asked() -> EventSearch:
    today = clock.today()
    words = {name: request.args.get(name, "")[:_LONGEST_SEARCH].strip() for name in ("q", "town", "access", "show")}
    try:
        first = min(max(date.fromisoformat(request.args.get("from", "")), today), today + AHEAD)
    except ValueError:
        first = today
    return EventSearch(**words, first=first)


def _monday(each: EventDate) -> date:
    return each.dated.day - timedelta(days=each.dated.day.weekday())


def _address(asked: EventSearch, first: date) -> dict[str, str]:
    return asked.words | ({"from": first.isoformat()} if first > clock.today() else {})
