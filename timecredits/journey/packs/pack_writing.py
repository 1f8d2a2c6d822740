"""Put a pack together for one application, and print it: a cover, then each letter from its frozen record.

A letter's secret address isn't kept, so the pages set again here have no QR code of their own: their words say to type the
check code. The cover's QR code opens the pack.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.errors import RuleError
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.journey.checks.check_codes import show_check_code
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.letters.letter_words import LetterWords
from timecredits.journey.letters.letter_writing import qr_of_letter
from timecredits.journey.packs.pack_record import PackCheck, PackRecord, PackReferee, WriterRow

__all__ = ["MOST_LETTERS", "print_pack", "write_pack_record"]

MOST_LETTERS: Final = 3
"""Referees in one pack; no employer we read of asks for more (domain.md)."""


def write_pack_record(
    *,
    issued_on: date,
    holder_name: str,
    asked: Sequence[str],
    referees: Sequence[PackReferee],
    check: PackCheck,
    language: str = "en",
) -> PackRecord:
    """Put a pack together. `asked` is what the employer asks for, a plain sentence each, already in `language`.

    Raises RuleError for no referee or more than `MOST_LETTERS`, for a letter that was given in confidence (a pack is its
    holder's, so they would read it; give None for such a letter).
    """
    if not referees:
        nothing = Sentence("There is no letter in this pack. Nothing was made. Please choose one or more.")
        raise RuleError(nothing, field="referees")
    if len(referees) > MOST_LETTERS:
        too_many = Sentence("A pack holds %(most)s letters at most. Nothing was made. Please choose fewer.", most=MOST_LETTERS)
        raise RuleError(too_many, field="referees")
    for place, referee in enumerate(referees):
        _require_open(referee["letter"], f"referees.{place}.letter")
    words = LetterWords(language)
    settled: list[PackReferee] = [
        {**referee, "letter": referee["letter"] and _checked_by_code(referee["letter"], check["place"])} for referee in referees
    ]
    return {
        "kind": "pack",
        "version": 1,
        "language": language,
        "issued_on": issued_on.isoformat(),
        "holder_name": holder_name,
        "asked": list(asked),
        "referees": settled,
        "check": check,
        "display": {
            "title": words.say("pack_title", name=holder_name),
            "date": display_day(issued_on, language),
            "heading": holder_name,
            "lead": words.say("pack_lead"),
            "asked_heading": words.say("asked_heading") if asked else "",
            "asked": list(asked),
            "writers_heading": words.say("writers_heading"),
            "writers_columns": words.several("writer", "known_since", "reference_number", "check_code"),
            "writers": [_row(words, referee) for referee in referees],
            "check_heading": words.say("pack_check_heading"),
            "check_steps": words.say("pack_check_steps", place=check["place"]),
            "ends": words.say("pack_ends", day=display_day(date.fromisoformat(check["ends_on"]), language)),
            "qr_description": words.say("pack_qr_description"),
        },
    }


def print_pack(record: PackRecord) -> bytes:
    """Print the pack as PDF/A-3a and PDF/UA-1 with its record attached. The same record gives the same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    drawings = {"qr": qr_svg(record["check"]["url"], level="Q", title=record["display"]["qr_description"])}
    for place, referee in enumerate(record["referees"]):
        drawings[str(place)] = qr_of_letter(referee["letter"]) if referee["letter"] else ""
    return compile_document("pack", record, drawings=drawings)


def _require_open(letter: LetterRecord | None, field: str) -> None:
    if letter and letter.get("confidential", False):
        sentence = Sentence("One of these letters was given in confidence. A pack cannot hold it. Nothing was made.")
        raise RuleError(sentence, field=field)


def _checked_by_code(letter: LetterRecord, place: str) -> LetterRecord:
    """The letter as it was frozen; without its secret address it can only be checked by its code, and says so."""
    if letter["check"].get("url"):
        return letter
    steps = LetterWords(letter["language"]).say("check_steps_typed", place=place)
    return {**letter, "display": {**letter["display"], "check_steps": steps}}


def _row(words: LetterWords, referee: PackReferee) -> WriterRow:
    lines = [line for line in (referee["role"], referee["organisation"]) if line]
    return {
        "name": referee["name"],
        "lines": lines if referee["letter"] else [*lines, words.say("pack_in_confidence")],
        "known_since": display_day(date.fromisoformat(referee["known_since"]), words.language),
        "reference_number": referee["reference_number"],
        "check_code": show_check_code(referee["code"]),
    }
