"""Letters as older programs wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.imports.registers import csv_bytes, person, read
from timecredits.hours.imports.text_encodings import decoded

NAMES = ["Siân Rhŷs", "Zoë Müller", "François Hébert", "Łukasz Żak", "Niamh O’Brien", "José Núñez"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "mac_roman"])
@pytest.mark.parametrize("name", ["Zoë Müller", "François Hébert", "José Núñez", "Siân Ffion-Hâf"])
def test_western_names_are_found_in_every_encoding(name: str, encoding: str) -> None:
    rows = [["Date", "Name", "Hours", "Activity"], ["4/3/2026", name, "2", "Café"], ["5/3/2026", name, "2½", "Café"]]
    try:
        content = csv_bytes(rows, encoding=encoding)
    except UnicodeEncodeError:  # the Mac's letters have no half
        content = csv_bytes(rows[:2], encoding=encoding)
    first, _, last = name.partition(" ")
    reading = read(content, [person(first, last, "V1")])
    assert reading.problems == ()
    assert {row.activity for row in reading.ready} == {"Café"}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Siân Ŵyn Dŷ,Tŷ’r ardd", "iso8859_14"),
        ("Łukasz Żak,Świetlica przy ścieżce", "cp1250"),
        ("Niamh O’Brien – café", "mac_roman"),
        ("Niamh O’Brien – café “here”", "cp1252"),
    ],
)
def test_other_letters_are_told_apart_by_what_they_make(text: str, encoding: str) -> None:
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:  # Welsh letters without curly quotes
        text = text.replace("’", "'")
        content = text.encode(encoding)
    assert decoded(content) == text


@given(st.text())
def test_what_is_utf_8_reads_back(text: str) -> None:
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decoded(text.encode("utf-8", errors="ignore")) == text.encode("utf-8", errors="ignore").decode()
