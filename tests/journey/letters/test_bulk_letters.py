"""Many letters in one file: each from a page of its own, with its own page numbers."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.journey.letters.sample_letters import a_letter, a_role, assert_conforms, pages_of
from timecredits.foundation.errors import RuleError
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.letters.letter_writing import print_letter, print_letters


def a_long_letter(number: str, roles: int = 40) -> LetterRecord:
    return a_letter(number=number, roles=[a_role(f"Role {each}") for each in range(roles)])


def test_each_letter_begins_on_a_page_of_its_own_and_counts_its_own() -> None:
    pdf = print_letters([a_letter(number="TC-1"), a_long_letter("TC-2", 80), a_letter(number="TC-3")])

    assert_conforms(pdf)
    pages = pages_of(pdf)
    firsts = [number for number, text in enumerate(pages) if "To whom it may concern" in text]
    assert [next(word for word in pages[first].split() if word.startswith("TC-")) for first in firsts] == ["TC-1", "TC-2", "TC-3"]
    long = pages[firsts[1] : firsts[2]]
    assert len(long) == 3
    assert all(f"Page {number} of 3" in text for number, text in enumerate(long[1:], start=2))
    assert sum("Page " in text for text in pages) == 2


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None)
def test_together_they_are_what_each_is_by_itself(roles: list[int]) -> None:
    letters = [a_long_letter(f"TC-{place}", many) for place, many in enumerate(roles)]
    alone = [text for letter in letters for text in pages_of(print_letter(letter))]
    assert pages_of(print_letters(letters)) == alone


def test_languages_may_stand_side_by_side_and_no_record_is_attached() -> None:
    pdf = print_letters([a_letter(language="cy"), a_letter()])
    assert_conforms(pdf)
    welsh, english = pages_of(pdf)
    assert "Cyfeirnod" in welsh
    assert "Reference number" in english
    reader = PdfReader(io.BytesIO(pdf))
    assert not reader.attachments
    assert reader.metadata is not None
    assert reader.metadata.title == "Llythyrau, argraffwyd: 21 Tachwedd 2026"


def test_the_same_letters_give_the_same_bytes() -> None:
    letters = [a_letter("Ann"), a_letter("Ben")]
    assert print_letters(letters) == print_letters(letters)
    assert print_letters(letters) != print_letters(letters[::-1])


def test_no_letters_are_no_file() -> None:
    with pytest.raises(RuleError, match="no letter to print"):
        print_letters([])
