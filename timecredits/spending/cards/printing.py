"""Cards on paper: ten of 85 x 54 mm to an A4 sheet, fronts on one page and backs on the next, one PDF for any number.

Nothing on a card tells who somebody is, which group they belong to or where they live: "Time Credits", a square code on both
sides, the characters to type, and a first name with an initial if they want that. So it is no use to a finder, and tells nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from timecredits.foundation.documents import UnprintableCharacter, compile_document
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence

__all__ = ["CARDS_A_SHEET", "CardFace", "SheetsRecord", "in_groups", "print_cards", "write_sheets_record"]

CARDS_A_SHEET = 10
_GROUP = 4


@dataclass(frozen=True, slots=True)
class CardFace:
    """What stands on one card. `name` may be empty; `qr_text` is what its square code says."""

    card_id: UUID
    name: str
    code: str
    qr_text: str


class PrintedCard(TypedDict):
    """One card of the record; its square code is the drawing with its number."""

    name: str
    code: str


class SheetsRecord(TypedDict):
    """Everything the template needs."""

    kind: str
    version: int
    language: str
    issued_on: str
    cards: list[PrintedCard]
    display: dict[str, str]


def print_cards(faces: Sequence[CardFace], *, day: date, language: str = "en") -> tuple[bytes, list[UUID]]:
    """The PDF, and the cards whose name our fonts can't show: these are printed without one."""
    nameless: list[UUID] = []
    drawings = {
        str(number): qr_svg(face.qr_text, title=face.code, level="Q", alphanumeric=True) for number, face in enumerate(faces)
    }
    while True:
        record: Any = write_sheets_record(faces, day=day, language=language)
        try:
            return compile_document("cards", record, drawings=drawings), nameless
        except UnprintableCharacter as fault:
            hit = [face.card_id for face in faces if fault.character in face.name]
            if not hit:
                raise
            nameless += hit
            faces = [replace(face, name="") if face.card_id in hit else face for face in faces]


def write_sheets_record(faces: Sequence[CardFace], *, day: date, language: str = "en") -> SheetsRecord:
    """Put the sheets into words."""
    return {
        "kind": "cards",
        "version": 1,
        "language": language,
        "issued_on": day.isoformat(),
        "cards": [{"name": face.name, "code": in_groups(face.code)} for face in faces],
        "display": {
            "title": str(Sentence("Cards to cut out")),
            "brand": "Time Credits",
            "code_label": str(Sentence("Or type")),
            "how_title": str(Sentence("How to use your card")),
            "how_show": str(Sentence("Show it at a place to use your credits.")),
            "how_check": str(Sentence("Then show that it is you, in the way you chose.")),
            "lost_title": str(Sentence("Lost it?")),
            "lost": str(Sentence("Tell your coordinator. You keep your credits. Nobody can use it without you.")),
            "qr_description": str(Sentence("The square code of a card, code {code}")),
        },
    }


def in_groups(code: str) -> str:
    """The characters to type, four at a time."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
