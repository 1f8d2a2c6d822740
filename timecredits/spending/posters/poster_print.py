"""A poster on paper: one A4 page with a large square code, three steps, and the address to type."""

from typing import Literal, TypedDict

from timecredits.foundation.documents import compile_document
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.spending.models import Till

__all__ = ["PosterDisplay", "PosterRecord", "print_poster", "write_poster_record"]


class PosterDisplay(TypedDict):
    """The words on the page, in the order in which they stand there."""

    title: str
    heading: str
    venue: str
    qr_description: str
    steps: list[str]
    typing: str
    address: str
    no_phone: str
    name: str


class PosterRecord(TypedDict):
    """A poster, whole. It bears no programme's and no person's name, and no price: those change."""

    kind: Literal["poster"]
    version: Literal[1]
    language: str
    issued_on: str
    address: str
    display: PosterDisplay


def write_poster_record(poster: Till, *, venue_name: str, address: str, language: str = "en") -> PosterRecord:
    """Put the poster into words. The same poster gives the same record whenever it is printed."""
    return {
        "kind": "poster",
        "version": 1,
        "language": language,
        "issued_on": poster.paired_at.date().isoformat(),
        "address": address,
        "display": {
            "title": str(Sentence("Poster for %(venue)s", venue=venue_name)),
            "heading": str(Sentence("Use your credits here")),
            "venue": venue_name,
            "qr_description": str(Sentence("A square code to scan. The address below leads to the same page.")),
            "steps": [
                str(Sentence("Scan this with your phone.")),
                str(Sentence("Choose what you would like.")),
                str(Sentence("Show your phone at the counter.")),
            ],
            "typing": str(Sentence("Or type this address:")),
            "address": address.removeprefix("https://").removeprefix("http://"),
            "no_phone": str(Sentence("No phone? Show your card or note at the counter.")),
            "name": poster.name,
        },
    }


def print_poster(record: PosterRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, one page. Raises UnprintableCharacter (with the field at fault) or DocumentError."""
    drawn = qr_svg(record["address"], title=record["display"]["qr_description"], level="Q")
    return compile_document("poster", record, drawings={"qr": drawn})
