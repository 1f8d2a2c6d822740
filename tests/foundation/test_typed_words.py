import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line, tidy_text, without_turning_marks
from timecredits.foundation.wording import Sentence

MISSING = Sentence("Type something. Nothing was saved.")
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy_text(text, 10_000, field="words")
    assert tidy_text(once, 10_000, field="words") == once
    line = tidy_line(text, 10_000, field="words")
    assert tidy_line(line, 10_000, field="words") == line


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(_TURNING))))
def test_nothing_that_turns_text_or_controls_anything_is_left(text: str) -> None:
    for tidy in (tidy_text(text, 10_000, field="words"), tidy_line(text, 10_000, field="words")):
        assert not set(tidy) & set(_TURNING)
        assert all(each == "\n" or unicodedata.category(each) != "Cc" for each in tidy)
        assert "\n\n\n" not in tidy


@given(st.text())
def test_every_word_stays(text: str) -> None:
    assert tidy_text(text, 10_000, field="words").split() == without_turning_marks("\n".join(text.splitlines())).split()


def test_paragraphs_stay_and_empty_lines_become_one() -> None:
    assert tidy_text("  One \r\n\r\n\r\n\n two\tthree\n", 100, field="words") == "One\n\ntwo three"


def test_an_override_cannot_hide_what_a_name_says() -> None:
    assert tidy_line("gpj\u202e.exe", 100, field="name") == "gpj.exe"


def test_too_long_says_how_long_it_is() -> None:
    with pytest.raises(RuleError) as refused:
        tidy_text("a" * 1_234, 1_000, field="words")
    assert refused.value.field == "words"
    assert str(refused.value) == "That is too long. Use at most 1,000 letters. You typed 1,234. Nothing was saved."


@pytest.mark.parametrize("typed", ["", "  \n ", "\u202e", "...", "\u200b"])
def test_nothing_is_refused_where_something_is_needed(typed: str) -> None:
    with pytest.raises(RuleError, match=r"Type something\."):
        tidy_line(typed, 100, field="words", missing=MISSING)
