"""What is said in an entry of the directory, and what that must keep to."""

import re
from dataclasses import dataclass, fields, replace
from typing import Any, Final
from urllib.parse import urlsplit

from timecredits.community.directory.opening_hours import Open
from timecredits.community.directory.topics import ACCESS, LANGUAGES, TOPICS, known, search_words
from timecredits.community.directory.words import engine_text
from timecredits.community.directory_models import SupportCost, SupportService
from timecredits.foundation.errors import RuleError
from timecredits.foundation.postcode_districts import district_of
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence

__all__ = ["REVIEW_MONTHS", "EntryFacts", "checked", "columns_of", "dialled", "facts_of"]

REVIEW_MONTHS: Final = (3, 6, 12)
"""How often an entry may ask to be looked at."""
LONGEST_NAME: Final = 120
LONGEST_TEXT: Final = 1000
LONGEST_LINE: Final = 200
_MOST_ADDRESS_LINES: Final = 5
_FEWEST_DIGITS: Final = 3
_MOST_DIGITS: Final = 15
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]*")
_EMAIL: Final = re.compile(r"[^@\s<>\"',;:]+@[^@\s<>\"',;:]+\.[^@\s<>\"',;:]+")
_HOST: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry as its keepers say it. `topics`, `languages` and `access_facts` hold keys of topics.py."""

    name: str
    summary: str = ""
    who_for: str = ""
    how_to_start: str = ""
    when_text: str = ""
    always_open: bool = False
    openings: tuple[Open, ...] = ()
    phone: str = ""
    text_number: str = ""
    email: str = ""
    website: str = ""
    address: tuple[str, ...] = ()
    postcode_district: str = ""
    is_online: bool = False
    cost: SupportCost = SupportCost.FREE
    cost_words: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    access_facts: tuple[str, ...] = ()
    is_helpline: bool = False
    review_months: int = 6


_COLUMNS: Final = tuple(each.name for each in fields(EntryFacts) if each.name != "openings")
_LISTS: Final = ("address", "topics", "languages", "access_facts")


def facts_of(entry: SupportService, openings: tuple[Open, ...] = ()) -> EntryFacts:
    """What an entry says now."""
    said: dict[str, Any] = {column: getattr(entry, column) for column in _COLUMNS}
    return EntryFacts(**said | {column: tuple(said[column]) for column in _LISTS}, openings=openings)


def columns_of(facts: EntryFacts) -> dict[str, Any]:
    """The row's columns for these (checked) facts, with what a search looks in."""
    said: dict[str, Any] = {column: getattr(facts, column) for column in _COLUMNS}
    words = " ".join(
        (
            facts.summary,
            facts.who_for,
            facts.how_to_start,
            facts.when_text,
            *facts.address,
            facts.postcode_district,
            facts.cost_words,
            search_words(TOPICS, facts.topics),
            search_words(LANGUAGES, facts.languages),
            search_words(ACCESS, facts.access_facts),
        )
    )
    folded = {"folded_name": engine_text(facts.name), "folded_words": engine_text(words)}
    return said | {column: list(said[column]) for column in _LISTS} | folded


def checked(facts: EntryFacts) -> EntryFacts:
    """The facts tidied. Raises RuleError, at the field it speaks of, for what can't be said or kept."""
    name = tidy_line(facts.name, LONGEST_NAME, field="name", missing=Sentence("Type the name of the service. Nothing was saved."))
    texts: dict[str, Any] = {
        field: tidy_text(getattr(facts, field), LONGEST_TEXT, field=field)
        for field in ("summary", "who_for", "how_to_start", "when_text")
    }
    lines = [line for each in facts.address if (line := tidy_line(each, LONGEST_LINE, field="address"))]
    if len(lines) > _MOST_ADDRESS_LINES:
        raise RuleError(Sentence("Use at most 5 lines for the address. Nothing was saved."), field="address")
    if facts.review_months not in REVIEW_MONTHS:
        raise RuleError(Sentence("Choose how often you want to look at it. Nothing was saved."), field="review_months")
    result = replace(
        facts,
        name=name,
        **texts,
        cost_words=tidy_line(facts.cost_words, LONGEST_LINE, field="cost_words"),
        address=tuple(lines),
        phone=_number(facts.phone, "phone"),
        text_number=_number(facts.text_number, "text_number"),
        email=_email(facts.email),
        website=_website(facts.website),
        postcode_district=_district(facts.postcode_district),
        openings=() if facts.always_open else facts.openings,
        topics=tuple(known(TOPICS, facts.topics)),
        languages=tuple(known(LANGUAGES, facts.languages)),
        access_facts=tuple(known(ACCESS, facts.access_facts)),
    )
    if not (result.phone or result.text_number or result.email or result.website or result.address):
        raise RuleError(
            Sentence("Say how people reach it: a phone number, an email, a website or an address. Nothing was saved."),
            field="phone",
        )
    if result.is_helpline and not result.phone:
        raise RuleError(Sentence("A helpline needs a phone number. Nothing was saved."), field="phone")
    return result


def dialled(number: str) -> str:
    """A number as a phone takes it: figures, with + before them where it was typed so."""
    return ("+" if number.startswith("+") else "") + "".join(filter(str.isdigit, number))


def _number(typed: str, field: str) -> str:
    number = tidy_line(typed, LONGEST_LINE, field=field)
    if number and not (
        number.isascii() and _PHONE.fullmatch(number) and _FEWEST_DIGITS <= len(dialled(number).lstrip("+")) <= _MOST_DIGITS
    ):
        raise RuleError(Sentence("Type a phone number with figures, like 01632 960123. Nothing was saved."), field=field)
    return number


def _email(typed: str) -> str:
    email = tidy_line(typed, LONGEST_LINE, field="email")
    if email and not _EMAIL.fullmatch(email):
        raise RuleError(Sentence("Type an email address, like hello@place.org. Nothing was saved."), field="email")
    return email


def _website(typed: str) -> str:
    """A whole address that begins with http:// or https://, without a name or password in it."""
    website = tidy_line(typed, LONGEST_LINE, field="website")
    if not website:
        return ""
    if "://" not in website:
        website = f"https://{website}"
    wrong = RuleError(Sentence("Type a web address, like www.place.org. Nothing was saved."), field="website")
    if " " in website or "\\" in website:
        raise wrong
    try:
        parts = urlsplit(website)
        parts.port  # noqa: B018  raises for what is no port
    except ValueError as fault:
        raise wrong from fault
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(parts.hostname or ""):
        raise wrong
    return website


def _district(typed: str) -> str:
    text = tidy_line(typed, LONGEST_LINE, field="postcode_district")
    district = district_of(text)
    if text and district is None:
        raise RuleError(Sentence("Type the first half of the postcode, like CB7. Nothing was saved."), field="postcode_district")
    return district or ""
