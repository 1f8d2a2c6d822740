import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.community.directory.words import (
    distance,
    edits_allowed,
    letters_of,
    shown_word,
    spelling_rows,
    spellings,
    words_of,
)

WORDS = st.text("abcdeu0", min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Łódź: the O'Brien!", ["lodz", "the", "obrien"]),
        ("Cyngor ar ddyled a thŷ", ["cyngor", "ar", "ddyled", "a", "thy"]),
        ('food* AND "bank" NEAR(x, 2) -- :', ["food", "and", "bank", "near", "x", "2"]),
        ("LGBT+ 24/7", ["lgbt", "24", "7"]),
        ("🙂 \0 \u202e", []),
        ("x" * 10_000, ["x" * 40]),
        ("дом", ["qz000434qz00043eqz00043c"]),
    ],
)
def test_how_a_text_falls_into_words(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


@given(st.text())
def test_words_hold_nothing_that_a_search_engine_could_read_as_a_sign(typed: str) -> None:
    assert all(set(word) <= set(string.ascii_lowercase + string.digits) for word in words_of(typed))


@given(st.text(st.characters(categories=["Lo", "Ll"]), min_size=1, max_size=20))
def test_what_is_shown_is_found_again(typed: str) -> None:
    words = words_of(typed)
    assert words_of(" ".join(map(shown_word, words))) == words


def slow_distance(one: str, other: str) -> int:
    """The definition, letter by letter."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        slow_distance(one[1:], other) + 1,
        slow_distance(one, other[1:]) + 1,
        slow_distance(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if one[:2] == other[1::-1] and len(one) > 1 and len(other) > 1:
        ways.append(slow_distance(one[2:], other[2:]) + 1)
    return min(ways)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_the_distance_is_that_of_its_definition(one: str, other: str) -> None:
    assert distance(one, other, 9) == slow_distance(one, other)
    for most in range(3):
        assert distance(one, other, most) == min(slow_distance(one, other), most + 1)


@given(WORDS, WORDS)
def test_two_words_near_each_other_share_a_spelling(word: str, typed: str) -> None:
    if distance(word, typed, 2) <= edits_allowed(word):
        assert set(spelling_rows(word)) & (spellings(typed, 2) | {typed})


@given(WORDS, st.integers(0, 13), st.sampled_from("abxyz"))
def test_one_slip_of_a_finger_shares_a_spelling(word: str, place: int, letter: str) -> None:
    letters = list(letters_of(word))
    at = place % len(letters)
    for slip in (
        letters[:at] + letters[at + 1 :],
        [*letters[:at], letter, *letters[at:]],
        [*letters[:at], letter, *letters[at + 1 :]],
        letters[:at] + letters[at : at + 2][::-1] + letters[at + 2 :],
    ):
        typed = "".join(slip)
        if distance(word, typed, 1) <= edits_allowed(word) and typed:
            assert set(spelling_rows(word)) & (spellings(typed, 2) | {typed})


def test_a_word_takes_few_rows() -> None:
    assert len(set(spelling_rows("x" * 3))) == 1
    assert len(set(spelling_rows("abcdefg"))) == 8
    assert len(set(spelling_rows("abcdefghijklmnopqrst"))) == 30
