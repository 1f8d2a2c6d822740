"""The kinds of act and of thing in the audit log, and what each is called. The acts themselves: audit_acts.py.

What a thing is called says no more than its kind. A person is never told apart from another: acts on one person, put side by
side, would be that person's story. Acts that keep people safe tell neither who, nor where, nor whom (docs/books.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from timecredits.foundation.wording import Sentence

__all__ = ["GROUPS", "PERSON", "QUIET", "SILENT", "THINGS", "Act", "ActGroup"]


class ActGroup(StrEnum):
    """What acts are looked for by; the value stands in addresses."""

    HOURS = "hours"
    PEOPLE = "people"
    LETTERS = "letters"
    CREDITS = "credits"
    PLACES = "places"
    STAFF = "staff"
    TOGETHER = "together"
    SAFETY = "safety"
    PROGRAMME = "programme"


GROUPS: Final[Mapping[ActGroup, Sentence]] = {
    ActGroup.HOURS: Sentence("Hours and activities"),
    ActGroup.PEOPLE: Sentence("People and training"),
    ActGroup.LETTERS: Sentence("Letters and who speaks for people"),
    ActGroup.CREDITS: Sentence("Credits, cards and notes"),
    ActGroup.PLACES: Sentence("Places and tills"),
    ActGroup.STAFF: Sentence("Organisations and staff"),
    ActGroup.TOGETHER: Sentence("Groups, events and support"),
    ActGroup.SAFETY: Sentence("Keeping people safe"),
    ActGroup.PROGRAMME: Sentence("Settings, questions and data"),
}
PERSON: Final = "person"
QUIET: Final = "quiet"
"""Of such a thing neither its id is told, nor who did it, nor where."""
SILENT: Final = frozenset({PERSON, QUIET, ""})
"""Things whose id is not told."""

THINGS: Final[Mapping[str, Sentence]] = {
    PERSON: Sentence("a person"),
    "activity": Sentence("activity"),
    "answer": Sentence("answer"),
    "batch of notes": Sentence("batch of notes"),
    "booking": Sentence("booking"),
    "card": Sentence("card"),
    "comment": Sentence("comment"),
    "duty": Sentence("duty"),
    "entry": Sentence("entry"),
    "event": Sentence("event"),
    "gift": Sentence("gift"),
    "group": Sentence("group"),
    "helper": Sentence("helper"),
    "hours": Sentence("hours"),
    "invitation": Sentence("invitation"),
    "key": Sentence("key"),
    "letter": Sentence("letter"),
    "link": Sentence("link"),
    "list": Sentence("list"),
    "mentor": Sentence("mentor"),
    "merge": Sentence("merge"),
    "message": Sentence("message"),
    "money": Sentence("money"),
    "note": Sentence("note"),
    "note on a gap": Sentence("note on a gap"),
    "offer": Sentence("offer"),
    "organisation": Sentence("organisation"),
    "pair": Sentence("pair"),
    "pair of records": Sentence("pair of records"),
    "pile of print": Sentence("pile of print"),
    "place in a group": Sentence("place in a group"),
    "poster": Sentence("poster"),
    "pot": Sentence("pot"),
    "preset": Sentence("preset"),
    "programme": Sentence("programme"),
    "request": Sentence("request"),
    "role": Sentence("role"),
    "run": Sentence("run"),
    "screen": Sentence("screen"),
    "session": Sentence("session"),
    "set of questions": Sentence("set of questions"),
    "setting": Sentence("setting"),
    "somebody asked": Sentence("somebody asked"),
    "story": Sentence("story"),
    "till": Sentence("till"),
    "training": Sentence("training"),
    "use": Sentence("use"),
    "venue": Sentence("venue"),
    "visit": Sentence("visit"),
}
"""What a thing is called, by the kind that an act names."""


@dataclass(frozen=True, slots=True)
class Act:
    """One action: what was done, the group it belongs to, and the kind of thing it was done to ("": to none)."""

    words: Sentence
    group: ActGroup
    thing: str
