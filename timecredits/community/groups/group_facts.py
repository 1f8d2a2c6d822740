"""What an organisation says about a peer group, and what that must keep to."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from timecredits.community.group_models import GroupKind
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Talking

__all__ = ["JOINS_AT_ONCE", "NEUTRAL_NAME", "GroupFacts", "gives_away", "tidied"]

NEUTRAL_NAME: Final = Sentence("Group session")
JOINS_AT_ONCE: Final = frozenset({GroupKind.OPEN})
"""Kinds that somebody joins without asking. Of the others a facilitator says yes first."""
LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 1000
LONGEST_LINK: Final = 500


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """All that is said about a group. `neutral_name` and what follows it belong to its activity; times are in minutes.

    `link` is where an online group meets; empty for none. `capacity` None is any number.
    """

    name: str
    kind: GroupKind
    neutral_name: str
    summary: str = ""
    first_time: str = ""
    link: str = ""
    has_board: bool = True
    checks_posts: bool = True
    is_listed: bool = True
    place: str = ""
    usual_minutes: int = 60
    capacity: int | None = None
    talking: Talking | None = None
    good_first_step: bool = False
    earns_credits: bool = True


def tidied(facts: GroupFacts) -> GroupFacts:
    """The facts as they are kept. Raises RuleError at the field that can't stay as it is."""
    name = tidy_line(facts.name, LONGEST_NAME, field="name", missing=Sentence("Type the name of the group. Nothing was saved."))
    neutral = tidy_line(
        facts.neutral_name,
        LONGEST_NAME,
        field="neutral_name",
        missing=Sentence("Type a name for letters and calendars. Nothing was saved."),
    )
    if gives_away(name, neutral):
        raise RuleError(
            Sentence("This would give the group away on letters. Choose a plain name. Nothing was saved."), field="neutral_name"
        )
    return replace(
        facts,
        name=name,
        neutral_name=neutral,
        summary=tidy_text(facts.summary, LONGEST_TEXT, field="summary"),
        first_time=tidy_text(facts.first_time, LONGEST_TEXT, field="first_time"),
        link=_checked_link(facts.link),
        place=tidy_line(facts.place, LONGEST_TEXT, field="place"),
    )


def gives_away(name: str, text: str) -> bool:
    """Whether the words of a group's own name stand, one after the other, in a text that others may see."""
    own, said = fold(name).split(), fold(text).split()
    return any(said[at : at + len(own)] == own for at in range(len(said)))


def _checked_link(typed: str) -> str:
    link = tidy_line(typed, LONGEST_LINK, field="link")
    if not link:
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"https", "http"} or not parts.hostname or " " in link:
        raise RuleError(Sentence("Type the whole link, with https:// in front. Nothing was saved."), field="link")
    return link
