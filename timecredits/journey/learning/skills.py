"""The short list of skills that a private note may name. The words are plain, and stand in a CV as they are."""

from typing import Final

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence

__all__ = ["SKILLS", "check_skill", "skill_text"]

SKILLS: Final[dict[str, Sentence]] = {
    "listening": Sentence("Listening"),
    "teamwork": Sentence("Teamwork"),
    "on_time": Sentence("Being on time"),
    "helping_customers": Sentence("Helping customers"),
    "leading": Sentence("Leading others"),
    "calm": Sentence("Keeping calm"),
    "cooking": Sentence("Cooking"),
    "gardening": Sentence("Gardening"),
    "making": Sentence("Making and mending things"),
    "numbers": Sentence("Working with numbers"),
    "computers": Sentence("Using computers"),
    "languages": Sentence("Languages"),
}
"""Stored word -> what people read. A word that is stored stays known; new ones may come after it."""


def check_skill(skill: str) -> str:
    """The word if it is one of the list, or empty. Raises RuleError for any other."""
    if skill and skill not in SKILLS:
        raise RuleError(Sentence("Choose a skill from the list, or none. Nothing was saved."), field="skill")
    return skill


def skill_text(skill: str) -> Sentence:
    """What people read for a stored word. Raises KeyError for one that isn't in the list."""
    return SKILLS[skill]
