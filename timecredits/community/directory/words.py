"""Words as the directory's search knows them: how a text falls into words, and which of them are near to one another.

Two search engines must see the same words in the same text, and neither agrees with the other about accents, marks and other
scripts. So words are cut here, and what either engine is given is made of a to z and figures only.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from timecredits.foundation.folding import fold

__all__ = [
    "FORGIVEN_FROM",
    "distance",
    "edits_allowed",
    "engine_text",
    "letters_of",
    "shown_word",
    "spelling_rows",
    "spellings",
    "words_of",
]

LONGEST_WORD: Final = 40
FORGIVEN_FROM: Final = 4
"""Letters from which on a word is found though it is misspelt: in shorter ones, one letter makes another word."""
_TWO_FROM: Final = 8
"""Letters from which on two mistakes are forgiven."""
_HEAD: Final = 7
"""How much of a word is spelled with letters missing. Two words within k mistakes have heads that agree after k letters are left
out of each, so that nothing is lost and a long word takes 30 rows, not hundreds."""
_LETTER: Final = re.compile(r"qz[01][0-9a-f]{5}|.")


def words_of(text: str) -> list[str]:
    """The words of `text`, folded, in order, cut after 40 letters: `words_of("Łódź: the O'Brien!") == ["lodz", "the", "obrien"]`.

    A letter of another script is written as the number it has, always as wide, so that the beginning of a word stays the
    beginning.
    """
    letters = (each if each.isalnum() or unicodedata.category(each)[0] == "M" else " " for each in fold(text))
    return ["".join(map(_written, word[:LONGEST_WORD])) for word in "".join(letters).split()]


def engine_text(text: str) -> str:
    """A text as it is stored for the search engines: its words and nothing else."""
    return " ".join(words_of(text))


def shown_word(word: str) -> str:
    """One of these words as people read it."""
    return "".join(map(_read, letters_of(word)))


def letters_of(word: str) -> Sequence[str]:
    """The letters of one of these words."""
    return _LETTER.findall(word)


def _written(letter: str) -> str:
    return letter if letter.isascii() else f"qz{ord(letter):06x}"


def _read(letter: str) -> str:
    if len(letter) == 1 or (number := int(letter[-6:], 16)) > sys.maxunicode:
        return letter
    return chr(number)


def edits_allowed(word: str) -> int:
    """How many mistakes are forgiven in a word of the directory."""
    length = len(letters_of(word))
    if length < FORGIVEN_FROM:
        return 0
    return 1 if length < _TWO_FROM else 2


def spellings(word: str, edits: int) -> set[str]:
    """The head of `word` with up to `edits` letters missing: two words within so many mistakes share one of them."""
    head = letters_of(word)[:_HEAD]
    return {
        "".join(letter for place, letter in enumerate(head) if place not in gone)
        for missing in range(min(edits, len(head)) + 1)
        for gone in combinations(range(len(head)), missing)
    }


def distance(first: str, second: str, most: int) -> int:
    """How many mistakes lie between two words: letters left out, put in, mistyped, or two beside each other swapped.

    More than `most` is answered as `most` + 1. Optimal string alignment: no letter is part of two mistakes.
    """
    one, other = letters_of(first), letters_of(second)
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for down, letter in enumerate(one, 1):
        last, before, row = before, row, [down]
        for across, seen in enumerate(other, 1):
            cost = min(before[across] + 1, row[across - 1] + 1, before[across - 1] + (letter != seen))
            if down > 1 and across > 1 and letter == other[across - 2] and one[down - 2] == seen:
                cost = min(cost, last[across - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)


def spelling_rows(word: str) -> Iterator[str]:
    """Every spelling under which a word of the directory is kept; itself always among them."""
    yield from spellings(word, edits_allowed(word)) | {word}
