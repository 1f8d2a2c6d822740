"""What a moderator should look for in somebody's words. It only points: a person decides.

Also counts the web addresses in a text, which decides whether it is taken at all.
"""

import re
import unicodedata
from enum import StrEnum
from itertools import pairwise
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.network.models import Enrolment, Volunteer

__all__ = ["Warn", "count_addresses", "find_warnings", "sounds_unsafe"]


class Warn(StrEnum):
    """What to look for, the gravest first. Kept with the comment, never with the words it was found in."""

    UNSAFE = "unsafe"  # of distress, or a threat
    REPORTED = "reported"  # once for each report since somebody last looked
    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    NAMES = "names"
    SHOUTING = "shouting"
    KEPT = "kept"  # was reported and looked at before, and stays


_UNSAFE: Final = tuple(
    f" {each} "
    for each in (
        "suicide",
        "suicidal",
        "kill myself",
        "killing myself",
        "end my life",
        "ending my life",
        "end it all",
        "take my own life",
        "want to die",
        "wish i was dead",
        "wish i were dead",
        "better off dead",
        "better off without me",
        "no reason to live",
        "cant go on",
        "can not go on",
        "cannot go on",
        "self harm",
        "self harming",
        "hurt myself",
        "hurting myself",
        "cut myself",
        "cutting myself",
        "overdose",
        "hits me",
        "beats me",
        "hurts me",
        "scared to go home",
        "afraid to go home",
        "kill you",
        "kill him",
        "kill her",
        "kill them",
        "hurt you",
        "burn it down",
        "you will pay",
        "watch your back",
        "know where you live",
    )
)
"""Short on purpose: it brings forward what somebody reads anyway, and shows the numbers to whoever wrote it."""

_PHONE: Final = re.compile(r"(?<!\w)\+?\(?\d(?:[\s().\-/]{0,2}\d){8,}")
_EMAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}|\b\w+ ?(?:\(at\)|\[at\]) ?\w+")
_WEB: Final = re.compile(
    r"(?:https?:|ftp:)//\S+|\bwww\.\S+|"
    r"(?<![@\w])(?:[\w-]+\.)+(?:com|org|net|uk|eu|info|biz|io|ru|cn|xyz|top|shop|site|online|link|club|app|me|co|tv|ly|gg)\b(?:/\S*)?",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w[\w'\u2019-]*")
_SHOUTED_LETTERS: Final = 12
_SHOUTED_PART: Final = 0.7
_LONGEST_NAME: Final = 4
"""Words of a name that is looked up."""


def find_warnings(
    session: Session, programme_id: UUID, organisation_id: UUID, words: str, *, name: str, volunteer_id: UUID | None
) -> list[str]:
    """What to look for in `words`, each once, the gravest first. One query, none for a text of a single word.

    That a name is one of somebody enrolled there is told like any other pair of names: nobody learns who is enrolled.
    """
    plain = _plain(words)
    found = {
        Warn.UNSAFE: sounds_unsafe(plain),
        Warn.PHONE: _PHONE.search(plain) is not None,
        Warn.EMAIL: _EMAIL.search(plain) is not None,
        Warn.WEB: count_addresses(plain) > 0,
        Warn.NAMES: _names_two(plain, name) or _names_enrolled(session, programme_id, organisation_id, plain, volunteer_id),
        Warn.SHOUTING: _is_shouted(plain),
    }
    return [each.value for each, is_so in found.items() if is_so]


def count_addresses(words: str) -> int:
    """How many web addresses stand in a text, with or without `https://`."""
    return len(_WEB.findall(_plain(words)))


def sounds_unsafe(words: str) -> bool:
    """Whether somebody may be in distress, or threaten somebody."""
    said = f" {' '.join(_folded_words(words))} "
    return any(each in said for each in _UNSAFE)


def _plain(words: str) -> str:
    """As it reads: wide and fancy letters as usual ones, without marks that nobody sees."""
    return "".join(each for each in unicodedata.normalize("NFKC", words) if unicodedata.category(each) != "Cf")


def _folded_words(words: str) -> list[str]:
    return " ".join(fold(each) for each in _WORD.findall(words)).split()


def _names_two(words: str, own: str) -> bool:
    """Whether two words with a capital stand side by side, as a first and a last name do; one's own name is no third party's."""
    mine = set(_WORD.findall(own))
    return any(
        _has_capital(first[0]) and _has_capital(second[0]) and not {first[0], second[0]} <= mine
        for first, second in pairwise(_WORD.finditer(words))
        if words[first.end() : second.start()] == " "
    )


def _has_capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def _names_enrolled(session: Session, programme_id: UUID, organisation_id: UUID, words: str, own_id: UUID | None) -> bool:
    said = _folded_words(words)
    sought = {" ".join(said[at : at + length]) for length in range(2, _LONGEST_NAME + 1) for at in range(len(said) - length + 1)}
    if not sought:
        return False
    query = exists().where(
        Volunteer.programme_id == programme_id,
        Volunteer.folded_name.in_(sought),
        Enrolment.programme_id == programme_id,
        Enrolment.volunteer_id == Volunteer.id,
        Enrolment.organisation_id == organisation_id,
    )
    return bool(session.scalar(select(query if own_id is None else query.where(Volunteer.id != own_id))))


def _is_shouted(words: str) -> bool:
    letters = [each for each in words if each.isalpha() and each.lower() != each.upper()]
    return len(letters) >= _SHOUTED_LETTERS and sum(map(str.isupper, letters)) >= _SHOUTED_PART * len(letters)
