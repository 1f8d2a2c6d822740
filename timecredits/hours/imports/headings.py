"""The words over the columns of a register, and what each of them means."""

import re
from functools import lru_cache
from typing import Final, Literal

from timecredits.foundation.folding import fold
from timecredits.hours.imports.cells import Cell, text_of

__all__ = ["Role", "label", "outright_role", "weak_role"]

Role = Literal[
    "date",
    "week",
    "name",
    "first_name",
    "last_name",
    "number",
    "hours",
    "minutes",
    "time",
    "start",
    "end",
    "break",
    "activity",
    "note",
]

# Folded, punctuation as spaces, short words in full. English, and the Welsh words of a register.
_EXACT: Final[dict[Role, str]] = {
    "date": "date|dates|date of session|session date|date given|date worked|date volunteered|activity date|dated|dyddiad",
    "week": "week commencing|week beginning|week starting|week start|week of|w c|w b|wc|wb|week|wythnos yn dechrau",
    "name": "name|names|volunteer|volunteer name|name of volunteer|volunteer full name|full name|fullname|person|who|helper"
    "|helper name|member|member name|participant|participant name|enw|enw llawn|gwirfoddolwr",
    "first_name": "first name|firstname|first names|forename|forenames|given name|given names|christian name|enw cyntaf",
    "last_name": "last name|lastname|surname|family name|second name|cyfenw",
    "number": "volunteer number|volunteer id|volunteer ref|volunteer reference|volunteer code|v number|number of volunteer"
    "|member number|membership number|membership id|member id|person number|person id|card number|rhif|rhif gwirfoddolwr",
    "hours": "hours|hours given|hours worked|hours volunteered|hours done|volunteer hours|volunteering hours|hours volunteering"
    "|hours contributed|hours spent|number of hours|number hours|hours decimal|hours hh mm|hours logged|duration|duration hours"
    "|length|length of time|length hours|time given|time spent|time volunteered|time worked|time hours|oriau",
    "minutes": "minutes|minutes given|duration minutes|length minutes|time minutes|time in minutes|number of minutes|munudau",
    "start": "start|starts|start time|started|time in|in|from|time from|begin|begins|begin time|time start|time started|arrived"
    "|arrival|arrival time|time arrived|sign in|signed in|sign in time|dechrau|amser dechrau",
    "end": "end|ends|end time|ended|finish|finished|finish time|time out|out|to|until|time to|time end|time finish"
    "|time finished|left|time left|departed|departure|departure time|sign out|signed out|sign out time|gorffen|diwedd"
    "|amser gorffen",
    "break": "break|breaks|break time|lunch|lunch break|lunch time|less break|unpaid break|minus break|break minutes"
    "|lunch minutes|egwyl|cinio",
    "activity": "activity|activity name|activities|what|task|tasks|project|role|group|opportunity|type of activity"
    "|activity type|what they did|what you did|work|work done|service|team|job|gweithgaredd",
    "note": "note|notes|comment|comments|remark|remarks|details|other|other notes|feedback|nodyn|nodiadau|sylwadau",
}
# Words that say the same with less certainty; used for a role that no heading names outright.
_WEAK: Final[dict[Role, str]] = {
    "date": "day|when|session day|diwrnod",
    "number": "number|id|ref|reference|code",
    "hours": "total hours|total time|total|hours total",
    "time": "time|times|amser",
    "activity": "session|description|event|where|place",
}
_IN_FULL: Final = {
    **dict.fromkeys(("h", "hr", "hrs", "hour"), "hours"),
    **dict.fromkeys(("min", "mins", "minute"), "minutes"),
    **dict.fromkeys(("vol", "vols", "volunteers"), "volunteer"),
    **dict.fromkeys(("no", "nr", "num", "nos"), "number"),
}
_SPELLINGS: Final = {word: role for role, words in _EXACT.items() for word in words.split("|")}
_WEAK_SPELLINGS: Final = {word: role for role, words in _WEAK.items() for word in words.split("|")}
_BLANKS: Final = re.compile(r"[\W_]+")
_BRACKETS: Final = re.compile(r"\([^()]{0,60}\)")


def label(cell: Cell) -> str:
    """Return a heading in small letters without accents and punctuation, short words in full; "" for an empty cell."""
    return _label(text_of(cell)[:200])


def outright_role(cell: Cell) -> Role | None:
    """Return what a heading names beyond doubt, what stands in brackets passed over if need be."""
    text = text_of(cell)[:200]
    role = _SPELLINGS.get(_label(text))
    return role if role is not None or "(" not in text else _SPELLINGS.get(_label(_BRACKETS.sub(" ", text)))


def weak_role(cell: Cell) -> Role | None:
    """Return what a heading may mean where no other names it."""
    return _WEAK_SPELLINGS.get(label(cell))


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    return _in_full(fold(text))


def _in_full(text: str) -> str:
    words = _BLANKS.sub(" ", text.replace("#", " number ")).split()
    return " ".join(_IN_FULL.get(word, word) for word in words)
