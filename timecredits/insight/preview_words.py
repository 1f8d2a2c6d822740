"""How the numbers of a preview are said: so roughly that comparing two previews tells nothing about one person."""

from typing import Final

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.wording import Sentence, counted

__all__ = ["FEW", "about_credits", "about_people", "roughly"]

FEW: Final = 5
"""Fewer people than this are said to be a few, and no amount stands beside them."""
_TENS: Final = 10


def roughly(number: int) -> int:
    """A number to the 5 below it."""
    return number - number % FEW


def about_people(people: int) -> Sentence:
    """At least FEW people: "about 30 people". Fewer: "a few people"."""
    if people < FEW:
        return Sentence("a few people")
    return Sentence("about %(num)s people", num=roughly(people))


def about_credits(minutes: int) -> Sentence:
    """Minutes of credit to the nearest ten credits; "under 10 credits" where that is none."""
    tens = round(minutes / (_TENS * MINUTES_A_CREDIT)) * _TENS
    if tens == 0:
        return Sentence("under 10 credits")
    return counted("about %(num)s credit", "about %(num)s credits", tens)
