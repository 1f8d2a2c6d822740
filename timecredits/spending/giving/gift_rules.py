"""What a gift may be: how much, and which words may go with it."""

import re

from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import without_turning_marks
from timecredits.foundation.wording import Sentence

QUARTER = 15
LONGEST_WORDS = 140
MOST_AT_ONCE = 100 * 60
"""What one person may give at once, in minutes."""
MOST_OF_A_POT = 100_000 * 60

_ADDRESS = re.compile(r"://|\bwww\.|\b[\w-]+\.[a-z]{2,}(?:/|\b)|@", re.IGNORECASE)


def tidy_words(words: str) -> str:
    """Words to go with a gift as they are kept: one line of plain text. Raises RuleError for too many, or for an address."""
    tidy = " ".join(without_turning_marks(words).split())
    if len(tidy) > LONGEST_WORDS:
        raise RuleError(
            Sentence("Use at most %(most)s letters for your words. Nothing was given.", most=LONGEST_WORDS), field="words"
        )
    if _ADDRESS.search(tidy):
        raise RuleError(
            Sentence("Leave out web and email addresses. Put a space after each full stop. Nothing was given."), field="words"
        )
    return tidy


def check_amount(minutes: int, *, most: int = MOST_AT_ONCE, field: str = "amount") -> None:
    """Raise RuleError unless it is whole quarter credits, more than 0 and at most `most`."""
    if minutes <= 0 or minutes % QUARTER:
        raise RuleError(Sentence("Type how many credits, in quarters. For example 1 or 0.5. Nothing was given."), field=field)
    if minutes > most:
        raise RuleError(
            Sentence("That is too much at once. Type at most %(most)s credits. Nothing was given.", most=f"{most // 60:,}"),
            field=field,
        )
