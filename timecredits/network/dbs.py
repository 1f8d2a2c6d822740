"""The levels of a DBS check and its workforces, and which check answers which question.

Basic, standard, enhanced, enhanced with barred lists: each shows all that the one before it shows. An enhanced one is made for
a workforce, so one for children says nothing about work with adults. Source: GOV.UK, "DBS checks: guidance for employers".
"""

from enum import StrEnum

from timecredits.foundation.wording import Sentence


class DbsLevel(StrEnum):
    """How deep a check looks, shallowest first."""

    BASIC = "basic"
    STANDARD = "standard"
    ENHANCED = "enhanced"
    BARRED = "enhanced_barred"

    @property
    def depth(self) -> int:
        """0 for the shallowest."""
        return list(DbsLevel).index(self)


class Workforce(StrEnum):
    """Whom an enhanced check is about."""

    ADULT = "adult"
    CHILD = "child"
    BOTH = "child_adult"
    OTHER = "other"


_LEVELS = {
    DbsLevel.BASIC: Sentence("basic DBS check"),
    DbsLevel.STANDARD: Sentence("standard DBS check"),
    DbsLevel.ENHANCED: Sentence("enhanced DBS check"),
    DbsLevel.BARRED: Sentence("enhanced DBS check with barred lists"),
}
_WORKFORCES = {
    Workforce.ADULT: Sentence("for work with adults"),
    Workforce.CHILD: Sentence("for work with children"),
    Workforce.BOTH: Sentence("for work with children and adults"),
    Workforce.OTHER: Sentence("for other work"),
}


def has_workforce(level: str) -> bool:
    """Whether a check of this level is made for a workforce."""
    return level in {DbsLevel.ENHANCED, DbsLevel.BARRED}


def covers(seen_level: str, seen_workforce: str, asked_level: str, asked_workforce: str = "") -> bool:
    """Whether a check that was seen is at least what is asked. An empty `asked_workforce` is any."""
    if DbsLevel(seen_level).depth < DbsLevel(asked_level).depth:
        return False
    if not asked_workforce or not has_workforce(asked_level):
        return True
    return seen_workforce in {asked_workforce, Workforce.BOTH if asked_workforce != Workforce.OTHER else asked_workforce}


def dbs_text(level: str, workforce: str = "") -> Sentence:
    """A check in words: "enhanced DBS check for work with children"."""
    words = _LEVELS[DbsLevel(level)]
    if not workforce or not has_workforce(level):
        return words
    return Sentence("%(check)s %(workforce)s", check=words, workforce=_WORKFORCES[Workforce(workforce)])


def workforce_text(workforce: str) -> Sentence:
    """A workforce in words: "for work with children"."""
    return _WORKFORCES[Workforce(workforce)]
