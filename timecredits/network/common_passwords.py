"""Passwords of twelve characters or more that a guesser tries first, told by rules and by words of our own.

They are of few kinds: a path over the keyboard, digits or letters in order, something short said again and again, or one or two
words that everybody thinks of, with a year or signs before or after and `0` for `o`. About half of what the well-known lists
have of twelve characters or more is of these kinds; against the rest stand the counted tries and the second step.
"""

import re
from itertools import pairwise
from typing import Final

__all__ = ["is_common"]

_WORDS: Final = """
password passphrase pass passcode secret letmein letmeinplease welcome welcometo welcomeback iloveyou ilove loveyou love hello
goodmorning changeme changemenow default admin administrator manager superuser root guest user username login signin account
computer internet access whatever trustno nothing forgotten remember qwerty azerty abc test testing
timecredit timecredits time credit credits volunteer volunteers volunteering volunteermanager charity community coordinator
organisation programme helping giving support council
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
november december spring summer autumn winter christmas easter birthday holiday weekend
sunshine rainbow princess prince dragon monkey tiger football rugby cricket tennis chocolate butterfly flower flowers angel
superman batman spiderman starwars pokemon minecraft mummy daddy family mother father grandma sweetheart babygirl jesus god
freedom forever england scotland wales ireland britain london cambridge manchester liverpool birmingham leeds newcastle cardiff
glasgow edinburgh norwich peterborough ely wisbech fenland cambridgeshire united city arsenal chelsea everton tottenham
manunited manchesterunited manchestercity celtic rangers
"""
_ALIKE: Final = str.maketrans("0134578@$!|+", "oleastbasilt")
_ROWS: Final = (("1234567890-=", 0.0), ("qwertyuiop[]", 0.5), ("asdfghjkl;'#", 0.75), ("zxcvbnm,./", 1.25))
_PLACES: Final = {key: (row, shift + at) for row, (keys, shift) in enumerate(_ROWS) for at, key in enumerate(keys)}
_FEWEST_DIFFERENT: Final = 4
_BESIDE: Final = 1.5
"""Keys: how far aside the next one is at most."""
_PATH: Final = 0.7
"""Of all steps from sign to sign. In ordinary words every third step goes to a key beside or to the next letter."""
_WORDS_OF_A_PHRASE: Final = 3
"""Whoever types this many words runs over no keyboard, though some words are all of keys side by side ("were", "sees")."""
_FEWEST_LETTERS: Final = 4
_WORD: Final = "|".join(sorted(_WORDS.split(), key=len, reverse=True))
_ONE_OR_TWO: Final = re.compile(f"(?:{_WORD}){{1,2}}")


def is_common(password: str) -> bool:
    """Whether a guesser would try this early. Capitals and spaces make no difference."""
    plain = "".join(password.lower().split())
    if len(set(plain)) < _FEWEST_DIFFERENT or re.fullmatch(r"(.{1,8}?)\1{2,}", plain, re.DOTALL):
        return True
    return _is_path(password.split(), plain) or _is_of_words(plain)


def _is_path(words: list[str], plain: str) -> bool:
    """Whether the fingers run on from sign to sign most of the way."""
    if len(words) >= _WORDS_OF_A_PHRASE and all(word.isalpha() for word in words):
        return False
    return sum(_goes_on(here, there) for here, there in pairwise(plain)) >= _PATH * (len(plain) - 1)


def _goes_on(here: str, there: str) -> bool:
    """Whether the second sign is the first again, the one before or after it, or on a key beside."""
    if abs(ord(here) - ord(there)) <= 1:
        return True
    if here not in _PLACES or there not in _PLACES:
        return False
    (row, at), (next_row, next_at) = _PLACES[here], _PLACES[there]
    return abs(row - next_row) <= 1 and abs(at - next_at) <= _BESIDE


def _is_of_words(plain: str) -> bool:
    """Whether nothing stands there but one or two of our words, or the same thing twice, and what isn't letters round them."""
    for text in (plain, plain.translate(_ALIKE)):
        letters = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
        parts = re.split(r"[^a-z]+", letters)
        if _ONE_OR_TWO.fullmatch("".join(parts)) or len("".join(parts)) < _FEWEST_LETTERS:
            return True
    # `0` at the end is more often a year than an `o`: what follows the last letter is no part of a word.
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain).translate(_ALIKE)
    return _ONE_OR_TWO.fullmatch(core) is not None
