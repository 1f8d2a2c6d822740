"""Words that people type, as they are kept: in order, without marks that would show them otherwise than they were typed."""

import unicodedata
from typing import Final

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence

__all__ = ["tidy_line", "tidy_text", "without_turning_marks"]

_TURNS_TEXT: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Bidirectional classes of marks that would show what follows in another order than it was typed (Unicode UAX 9)."""


def without_turning_marks(text: str) -> str:
    """`text` without direction marks, and with a space for every other control character but a line's end."""
    return "".join(
        each if each == "\n" else " " if unicodedata.category(each) == "Cc" else each
        for each in text
        if unicodedata.bidirectional(each) not in _TURNS_TEXT
    )


def tidy_line(text: str, most: int, *, field: str, missing: Sentence | None = None) -> str:
    """One line with single spaces, at most `most` characters. Raises RuleError; also for nothing, where `missing` says so."""
    tidy = " ".join(without_turning_marks(text).split())
    return _checked(tidy, most, field, missing)


def tidy_text(text: str, most: int, *, field: str, missing: Sentence | None = None) -> str:
    """Several lines with at most one empty line between paragraphs. Raises RuleError as `tidy_line` does."""
    lines = [line.strip() for line in without_turning_marks("\n".join(text.splitlines())).split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return _checked("\n".join(kept).strip(), most, field, missing)


def _checked(tidy: str, most: int, field: str, missing: Sentence | None) -> str:
    if missing is not None and not any(map(str.isalnum, tidy)):
        raise RuleError(missing, field=field)
    if len(tidy) > most:
        raise RuleError(
            Sentence(
                "That is too long. Use at most %(most)s letters. You typed %(typed)s. Nothing was saved.",
                most=f"{most:,}",
                typed=f"{len(tidy):,}",
            ),
            field=field,
        )
    return tidy
