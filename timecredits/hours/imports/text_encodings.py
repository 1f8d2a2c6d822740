"""From bytes to text: UTF-8, UTF-16 and UTF-32 with or without their mark, and the older letters of Windows and the Mac.

Registers pasted together from two machines hold both kinds of letters, so what is not UTF-8 is settled line by line. Which older
kind it is shows in its letters: of those below, the one that makes most of the strange bytes letters and quote marks that people
here write.
"""

from typing import Final

__all__ = ["decoded"]

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_OLDER: Final = ("cp1252", "mac_roman", "cp1250", "iso8859_14")  # Western, Mac, Polish and Czech, Welsh; of equals the first
_LETTERS: Final = frozenset("áéíóúàèìòùâêîôûäëïöüÿçñßŵŷẁẃẅłżźśćńąęčšžřěů")
_CAPITALS: Final = frozenset("ÁÉÍÓÚÀÈÌÒÙÂÊÎÔÛÄËÏÖÜÇÑÅØŒŴŶŁŻŹŚĆŃĄĘČŠŽŘ")
_MARKS: Final = frozenset("\u2018\u2019\u201c\u201d\u2013\u2014…½¼¾°")
_BEFORE_FIGURES: Final = frozenset("£€")
_RARE: Final = frozenset("åøœæð")
_SAMPLE: Final = 64 * 1024


def decoded(content: bytes) -> str:
    """Return the text of a file; letters that nothing fits become U+FFFD."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            if encoding == "utf-8":
                return _utf8_or_older(content[len(mark) :])
            return content[len(mark) :].decode(encoding, errors="replace")
    sample = content[:4096]
    nulls = sample.count(0)
    if nulls * 4 > len(sample):  # UTF-16 without its mark: every other byte of plain text is 0
        odd = sample[1::2].count(0)
        return content.decode("utf-16-le" if odd * 2 > nulls else "utf-16-be", errors="replace")
    return _utf8_or_older(content)


def _utf8_or_older(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        lines = content.splitlines(keepends=True)
    strange = [line for line in lines if not _is_utf8(line)]
    older = _kind_of(b"".join(strange)[:_SAMPLE])
    return "".join(line.decode("utf-8" if _is_utf8(line) else older, errors="replace") for line in lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _kind_of(sample: bytes) -> str:
    return max(_OLDER, key=lambda encoding: _likeliness(sample.decode(encoding, errors="replace")))


def _likeliness(text: str) -> int:
    """Score the letters beyond ASCII: likely ones where they belong count for it, all others against it."""
    score = 0
    for place, letter in enumerate(text):
        if letter.isascii():
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if letter in _LETTERS or letter in _MARKS or (letter in _BEFORE_FIGURES and after.isdecimal()):
            score += 3
        elif letter in _RARE or (letter in _CAPITALS and not before.islower()):
            score += 1
        else:
            score -= 1
    return score
