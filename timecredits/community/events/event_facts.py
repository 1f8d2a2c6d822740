"""What an organisation says about an event, and what that must keep to."""

from dataclasses import dataclass, replace
from typing import Final

from timecredits.community.event_models import Event
from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_facts import LONGEST_NAME, LONGEST_ROLE, LONGEST_TEXT, ActivityFacts
from timecredits.hours.activity_models import Activity, ActivityKind, Forgotten

__all__ = ["MOST_ENTRY", "MOST_GUESTS", "EventFacts", "activity_facts", "check_event", "event_facts", "tidied_event"]

MOST_GUESTS: Final = 20
MOST_ENTRY: Final = 10 * 60
"""The most credits for entry that may be asked of one person, in minutes."""

_QUARTER: Final = 15


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What is said about an event. `way_there` is how to get there, `capacity` None any number of people.

    `most_guests` is how many one person may bring; `entry_minutes` credits for entry, a person (None: free). `counts_hours`: who
    comes gives time and earns, as at any activity. `minutes` is how long it usually takes.
    """

    name: str
    words: str = ""
    place: str = ""
    way_there: str = ""
    access_facts: tuple[str, ...] = ()
    capacity: int | None = None
    most_guests: int = 0
    asks_needs: bool = False
    entry_minutes: int | None = None
    is_public: bool = True
    counts_hours: bool = False
    minutes: int = 120


def event_facts(event: Event, activity: Activity) -> EventFacts:
    """What is said about an event now."""
    return EventFacts(
        name=activity.name,
        words=event.words,
        place=activity.place,
        way_there=activity.role,
        access_facts=tuple(activity.access_facts),
        capacity=activity.capacity,
        most_guests=event.most_guests,
        asks_needs=event.asks_needs,
        entry_minutes=event.entry_minutes,
        is_public=event.is_public,
        counts_hours=activity.counts_hours,
        minutes=activity.usual_minutes,
    )


def tidied_event(facts: EventFacts) -> EventFacts:
    """Return the facts with their words in order. Raises RuleError for ones that are missing or too long."""
    return replace(
        facts,
        name=tidy_line(
            facts.name, LONGEST_NAME, field="name", missing=Sentence("Type the name of the event. Nothing was saved.")
        ),
        words=tidy_text(facts.words, LONGEST_TEXT, field="words"),
        place=tidy_line(facts.place, LONGEST_TEXT, field="place"),
        way_there=tidy_text(facts.way_there, LONGEST_ROLE, field="way_there"),
    )


def check_event(facts: EventFacts) -> None:
    """Raise RuleError for numbers that can't be."""
    if not 0 <= facts.most_guests <= MOST_GUESTS:
        raise RuleError(
            Sentence("Type how many guests, from 0 to %(most)s. Nothing was saved.", most=MOST_GUESTS), field="most_guests"
        )
    if facts.capacity is not None and facts.capacity <= facts.most_guests:
        raise RuleError(Sentence("There must be room for a person and their guests. Nothing was saved."), field="most_guests")
    entry = facts.entry_minutes
    if entry is not None and (not 0 < entry <= MOST_ENTRY or entry % _QUARTER):
        raise RuleError(
            Sentence("Type credits in quarters, like 1 or 0.5, up to %(most)s. Nothing was saved.", most=MOST_ENTRY // 60),
            field="entry",
        )


def activity_facts(facts: EventFacts) -> ActivityFacts:
    """The same, as its activity keeps it. Who came and stayed gets the whole time where hours count."""
    return ActivityFacts(
        name=facts.name,
        summary=facts.words,
        role=facts.way_there,
        place=facts.place,
        access_facts=facts.access_facts,
        capacity=facts.capacity,
        usual_minutes=facts.minutes,
        kind=ActivityKind.EVENT,
        counts_hours=facts.counts_hours,
        earns_credits=facts.counts_hours,
        forgotten=Forgotten.CREDIT,
    )
