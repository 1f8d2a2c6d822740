"""What a printed pack holds, as JSON: letters for one application behind one cover. `pack_writing` puts one together."""

from typing import Literal, TypedDict

from timecredits.journey.letters.letter_record import LetterRecord

__all__ = ["PackCheck", "PackDisplay", "PackRecord", "PackReferee", "WriterRow"]


class PackReferee(TypedDict):
    """Who wrote a letter of the pack. `known_since` is YYYY-MM-DD. `letter` is None for one that was given in confidence."""

    name: str
    role: str
    organisation: str
    known_since: str
    reference_number: str
    code: str
    letter: LetterRecord | None


class PackCheck(TypedDict):
    """The pack's own link (secret), its last day YYYY-MM-DD, and the address where a check code is typed, without https://."""

    url: str
    ends_on: str
    place: str


class WriterRow(TypedDict):
    """One writer, as printed."""

    name: str
    lines: list[str]
    known_since: str
    reference_number: str
    check_code: str


class PackDisplay(TypedDict):
    """The words on the cover, in the order in which they stand there. An empty text or list leaves its part out."""

    title: str
    date: str
    heading: str
    lead: str
    asked_heading: str
    asked: list[str]
    writers_heading: str
    writers_columns: list[str]
    writers: list[WriterRow]
    check_heading: str
    check_steps: str
    ends: str
    qr_description: str


class PackRecord(TypedDict):
    """A pack, whole. Its letters are as they were frozen, save for the words on how to check them."""

    kind: Literal["pack"]
    version: Literal[1]
    language: str
    issued_on: str
    holder_name: str
    asked: list[str]
    referees: list[PackReferee]
    check: PackCheck
    display: PackDisplay
