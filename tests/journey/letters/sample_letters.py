"""A letter to print, and what other people's tools read back from a PDF, for tests of documents."""

import subprocess
from datetime import date
from typing import Any

import page

from tests.real.programs import program
from timecredits.journey.letters.letter_record import LetterRecord, LetterRole
from timecredits.journey.letters.letter_writing import write_letter_record

ORGANISATION = "Fenland Growing Project"
SECRET_ADDRESS = "https://timecredits.example.org/v/Zk3vQm8sT1xYb7RwN2cLpA"


def a_role(role: str = "Garden lead", minutes: int = 1530, organisation: str = ORGANISATION) -> LetterRole:
    return {
        "role": role,
        "organisation": organisation,
        "first_day": "2023-05-04",
        "last_day": "2026-11-14",
        "minutes": minutes,
    }


def a_letter(
    name: str = "Siân Łukasz-O’Brien",
    *,
    roles: list[LetterRole] | None = None,
    opinion: str = "",
    organisation: str = ORGANISATION,
    number: str = "TC-2026-000123",
    **others: Any,
) -> LetterRecord:
    return write_letter_record(
        reference_number=number,
        issued_on=date(2026, 11, 21),
        as_of=date(2026, 11, 20),
        organisation={
            "name": organisation,
            "address_lines": ["12 Quay Lane", "Wisbech"],
            "charity_number": "1234567",
            "email": "office@fenlandgrowing.example",
            "phone": "01632 960123",
        },
        holder={"name": name, "capacity": "volunteer", "known_since": "2023-05-04"},
        roles=[a_role(organisation=organisation)] if roles is None else roles,
        training=[{"title": "Food hygiene, level 2", "awarded_by": "Example Body", "completed_on": "2025-03-02"}],
        opinion={"text": opinion, "author_name": "Jo Reed", "author_role": "Coordinator"} if opinion else None,
        signer={"name": "Jo Reed", "role": "Coordinator", "email": "office@fenlandgrowing.example", "phone": ""},
        check={"url": SECRET_ADDRESS, "code": "7KQ2M9XD123"},
        **others,
    )


def assert_conforms(pdf: bytes) -> None:
    """The whole file keeps PDF/UA-1 and PDF/A-3a."""
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page as a person copies it out. Letters may be broken over lines; see `words_in`."""
    command = [program("pdftotext", package="Poppler"), "-", "-"]
    read = subprocess.run(command, input=pdf, capture_output=True, check=True)  # noqa: S603
    return read.stdout.decode().split("\f")[:-1]


def words_in(pdf: bytes) -> set[str]:
    """Each word of the PDF, without the marks that only say in which direction a line runs."""
    marks = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u200b"))
    return set(" ".join(pages_of(pdf)).translate(marks).split())
