"""The words that stand on letters, packs and vetting histories: one module for each language, all with the same keys.

They don't go through gettext: a letter is in the language it was written in, whoever prints it, and what is frozen with it
must not change because a catalogue did.
"""

from collections.abc import Mapping
from typing import Final

from timecredits.journey.letters.letter_words.english import ENGLISH
from timecredits.journey.letters.letter_words.welsh import WELSH

__all__ = ["LANGUAGES", "LetterWords"]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH, "cy": WELSH}

LANGUAGES: Final = tuple(_WORDS)
"""The languages in which a letter can be printed, as their ISO 639-1 codes."""


class LetterWords:
    """The words of one language. ValueError for a language that has none."""

    def __init__(self, language: str) -> None:
        if language not in _WORDS:
            raise ValueError(f"no letters are printed in {language!r}")
        self.language = language
        self._words = _WORDS[language]

    def say(self, key: str, /, **values: object) -> str:
        """Give the words of `key` with its %(name)s places filled. KeyError for an unknown key or a place without a value."""
        words = self._words[key]
        return words % values if values else words

    def several(self, *keys: str) -> list[str]:
        """Give the words of each key, such as the names of a table's columns."""
        return [self._words[key] for key in keys]
