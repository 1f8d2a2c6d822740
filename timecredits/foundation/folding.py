"""One spelling for names that people write in many ways: the folded column behind search and the matching of people.

Our own, because neither SQLite nor every PostgreSQL can fold accents, and because Unicode decomposition leaves some letters
whole (l-stroke, o-slash, eth). Marks that only decorate a letter go; marks that carry the vowel (Devanagari, Thai) stay.
"""

import unicodedata

__all__ = ["fold"]

# Letters that decomposition leaves whole, after casefold (which already makes ß into ss).
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "æ": "ae",
    "œ": "oe",
    "ħ": "h",
    "\u0131": "i",
    "þ": "th",
    "ŧ": "t",
    "ŋ": "ng",
    "ĸ": "k",
    "ŀ": "l",
    "ɨ": "i",
    "ƶ": "z",
}
# Straight, curly, modifier, prime, acute, grave, okina, ayin, full-width: O'Brien however it was typed, also without.
_APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u02bb\u02b9\u02be\u02bf\u2032\u00b4`\uff07\u05f3\ua78c"
_BEFORE = str.maketrans(dict.fromkeys(_APOSTROPHES, "") | {"\u2212": " "})
_AFTER = str.maketrans(_LETTERS)

_HEBREW_AND_ARABIC_POINTS = range(10, 36)  # canonical combining classes; these points are optional in writing
_ABOVE_AND_BELOW = range(200, 256)  # accents proper


def fold(text: str) -> str:
    """Return `text` in small letters without accents, apostrophes or hyphens, single-spaced; "" stays "".

    `fold("  Łukasz  ŻAK ") == "lukasz zak"`, `fold("O'Neill-Wyn") == fold("oneill wyn")`. Folding twice changes nothing.
    """
    if text.isascii():
        letters = text.casefold().translate(_BEFORE)
    else:
        letters = unicodedata.normalize("NFKD", text.translate(_BEFORE)).casefold()
        # Casefold can bring back composed letters, and decomposition can bring back apostrophes.
        letters = unicodedata.normalize("NFKD", letters).casefold().translate(_BEFORE)
    letters = "".join(map(_plain, letters)).translate(_AFTER)
    return " ".join(letters.split())


def _plain(letter: str) -> str:
    """One character as it counts: itself, a space for a hyphen or control character, nothing for an accent."""
    if letter.isascii():
        return " " if letter == "-" or not letter.isprintable() else letter
    marks = unicodedata.combining(letter)
    if marks in _HEBREW_AND_ARABIC_POINTS or marks in _ABOVE_AND_BELOW or marks == 1:
        return ""
    category = unicodedata.category(letter)
    if category == "Cf":  # direction marks, soft hyphens and joiners: invisible, so nobody types them alike
        return ""
    return " " if category in {"Pd", "Cc", "Zl", "Zp", "Zs"} else letter
