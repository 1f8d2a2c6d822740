"""Put a vetting history together and print it: the years asked about, what covers them, where the gaps are, who can be asked."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, get_args

from babel.numbers import format_decimal

from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.journey.letters.letter_words import LetterWords
from timecredits.journey.planning.vetting_record import (
    SpellKind,
    SpellRow,
    VettingRecord,
    VettingReferee,
    VettingRequirement,
    VettingSpell,
    YearBar,
    YearPart,
)

__all__ = ["print_vetting_history", "write_vetting_record"]

_KINDS: Final[tuple[SpellKind, ...]] = get_args(SpellKind)
# On a day with several: what proves it, then the gap that is left, then what was only told.
_IN_PICTURE: Final[tuple[SpellKind, ...]] = ("register", "document", "uncovered", "needs_evidence", "minor", "declared")
_ONE_DAY: Final = timedelta(days=1)


def write_vetting_record(
    *,
    issued_on: date,
    holder_name: str,
    first_day: date,
    last_day: date,
    requirement: VettingRequirement,
    spells: Sequence[VettingSpell],
    referees: Sequence[VettingReferee] = (),
    language: str = "en",
) -> VettingRecord:
    """Put a vetting history together for the days from `first_day` to `last_day`, both counted.

    Spells are listed by their first day and may overlap; where they do, the picture shows what proves the day, else
    the gap, else what the person told. Days outside the window are cut off. The requirement's sentences are in `language`.
    Raises ValueError for days in the wrong order or an unknown kind: these come from the planner, not from a person.
    """
    if last_day < first_day:
        raise ValueError("the window ends before it begins")
    inside = sorted(_cut(spells, first_day, last_day), key=lambda spell: (spell["first_day"], _KINDS.index(spell["kind"])))
    words = LetterWords(language)
    years = list(_years(inside, first_day, last_day))
    drawn = {part["kind"] for year in years for part in year["parts"]}
    return {
        "kind": "vetting_history",
        "version": 1,
        "language": language,
        "issued_on": issued_on.isoformat(),
        "holder_name": holder_name,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "requirement": requirement,
        "spells": inside,
        "referees": list(referees),
        "display": {
            "title": words.say("vetting_title", name=holder_name),
            "page": words.say("page"),
            "date": display_day(issued_on, language),
            "heading": holder_name,
            "window": words.say("vetting_window", first=display_day(first_day, language), last=display_day(last_day, language)),
            "asked_heading": words.say("asked_heading"),
            "asked": list(requirement["sentences"]),
            "preset": _preset(words, requirement),
            "picture_heading": words.say("vetting_picture_heading"),
            "picture": words.say("vetting_picture"),
            "years": years,
            "legend": [[kind, words.say(f"kind_{kind}")] for kind in _KINDS if kind in drawn],
            "table_heading": words.say("vetting_table_heading"),
            "table_columns": words.several("from", "to", "days", "what_covers_it", "seen_by"),
            "rows": [_row(words, spell) for spell in inside],
            "nothing": "" if inside else words.say("vetting_nothing"),
            "referees_heading": words.say("vetting_referees_heading") if referees else "",
            "referees_columns": words.several("name", "role", "organisation", "known_since"),
            "referees": [
                [each["name"], each["role"], each["organisation"], display_day(date.fromisoformat(each["known_since"]), language)]
                for each in referees
            ],
            "limits": words.say("vetting_limits"),
        },
    }


def print_vetting_history(record: VettingRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1 with its record attached. The same record gives the same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    return compile_document("vetting_history", record)


def _cut(spells: Sequence[VettingSpell], first_day: date, last_day: date) -> Iterator[VettingSpell]:
    for spell in spells:
        if spell["kind"] not in _KINDS or spell["last_day"] < spell["first_day"]:
            raise ValueError(f"not a spell: {spell['kind']}, {spell['first_day']} to {spell['last_day']}")
        first, last = max(_day(spell["first_day"]), first_day), min(_day(spell["last_day"]), last_day)
        if first <= last:
            yield {**spell, "first_day": first.isoformat(), "last_day": last.isoformat()}


def _years(spells: Sequence[VettingSpell], first_day: date, last_day: date) -> Iterator[YearBar]:
    """One bar a year of the window, newest first; each of its days has one kind, or none outside the window."""
    for year in range(last_day.year, first_day.year - 1, -1):
        begin, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
        kinds: list[SpellKind | None] = [None] * days
        for spell in sorted(spells, key=lambda spell: -_IN_PICTURE.index(spell["kind"])):
            first, last = max(_day(spell["first_day"]), begin), min(_day(spell["last_day"]), begin + (days - 1) * _ONE_DAY)
            for place in range((first - begin).days, (last - begin).days + 1):
                kinds[place] = spell["kind"]
        yield {"year": str(year), "days": days, "parts": _parts(kinds)}


def _parts(kinds: Sequence[SpellKind | None]) -> list[YearPart]:
    parts: list[YearPart] = []
    for place, kind in enumerate(kinds):
        if kind is None:
            continue
        if parts and parts[-1]["kind"] == kind and parts[-1]["start"] + parts[-1]["days"] == place:
            parts[-1]["days"] += 1
        else:
            parts.append({"start": place, "days": 1, "kind": kind})
    return parts


def _row(words: LetterWords, spell: VettingSpell) -> SpellRow:
    first, last = _day(spell["first_day"]), _day(spell["last_day"])
    what = [words.say(f"kind_{spell['kind']}")]
    seen = [spell["seen_by"]] if spell["seen_by"] else []
    if spell["seen_on"]:
        seen.append(display_day(_day(spell["seen_on"]), words.language))
    return {
        "first_day": display_day(first, words.language),
        "last_day": display_day(last, words.language),
        "days": format_decimal((last - first).days + 1, locale=words.language),
        "what": [*what, spell["organisation"]] if spell["organisation"] else what,
        "seen": ", ".join(seen),
    }


def _preset(words: LetterWords, requirement: VettingRequirement) -> str:
    if not requirement["preset_name"]:
        return ""
    return words.say(
        "vetting_preset",
        preset=requirement["preset_name"],
        source=requirement["source"],
        day=display_day(_day(requirement["checked_on"]), words.language),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
