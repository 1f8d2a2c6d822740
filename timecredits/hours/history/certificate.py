"""A certificate for a milestone: one A4 page on its side, to keep or to put on a wall.

It counts time in the whole programme, so it bears the programme's name alone: no organisation and no role, which could tell what
a group is about. It is made when asked for and kept nowhere.
"""

from datetime import date
from typing import Literal, TypedDict

from timecredits.foundation.display import display_day
from timecredits.foundation.documents import compile_document
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.milestones import Reached

__all__ = ["CertificateDisplay", "CertificateRecord", "print_certificate", "write_certificate_record"]


class CertificateDisplay(TypedDict):
    """The words on the page, in the order in which they stand there."""

    title: str
    programme: str
    heading: str
    lead: str
    name: str
    figure: str
    unit: str
    reached: str
    thanks: str
    basis: str


class CertificateRecord(TypedDict):
    """A certificate, whole. Days are YYYY-MM-DD; `hours` is the milestone, full on `reached_on`."""

    kind: Literal["certificate"]
    version: Literal[1]
    language: str
    issued_on: str
    programme: str
    holder_name: str
    hours: int
    reached_on: str
    display: CertificateDisplay


def write_certificate_record(
    reached: Reached, *, issued_on: date, programme: str, holder_name: str, language: str = "en"
) -> CertificateRecord:
    """Put the certificate into words. Raises RuleError when it would name nobody."""
    if not any(character.isalnum() for character in holder_name):
        raise RuleError(Sentence("The page has no name on it. Nothing was made. Please add the name."), field="holder_name")
    day = display_day(reached.day, language)
    return {
        "kind": "certificate",
        "version": 1,
        "language": language,
        "issued_on": issued_on.isoformat(),
        "programme": programme,
        "holder_name": holder_name,
        "hours": reached.hours,
        "reached_on": reached.day.isoformat(),
        "display": {
            "title": str(Sentence("Certificate for %(name)s: %(hours)s hours", name=holder_name, hours=reached.hours)),
            "programme": programme,
            "heading": str(Sentence("Certificate")),
            "lead": str(Sentence("With thanks to")),
            "name": holder_name,
            "figure": str(reached.hours),
            "unit": str(Sentence("hours given to others")),
            "reached": str(Sentence("Reached on %(day)s", day=day)),
            "thanks": str(Sentence("Thank you for your time.")),
            "basis": str(
                Sentence("From our register of time given, as it stood on %(day)s.", day=display_day(issued_on, language))
            ),
        },
    }


def print_certificate(record: CertificateRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, one page. The same record gives the same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    return compile_document("certificate", record)
