"""Words in a register that stand where hours would: somebody who was not there."""

from typing import Final

from timecredits.foundation.folding import fold
from timecredits.hours.imports.cells import Cell, text_of

__all__ = ["is_there"]

_WORDS_FOR_ABSENCE: Final = (
    "a|ab|abs|absent|away|n|na|n/a|no|none|nil|not in|no show|dna|did not attend|off|sick|ill|poorly|hol|hols|holiday|leave|a/l"
    "|al|annual leave|apologies|apols|cancelled|closed|bank holiday|0.0|0.00|0:00|0h|n/k|absennol|gwyliau|sal"
)
_NOT_THERE: Final = frozenset(_WORDS_FOR_ABSENCE.split("|"))


def is_there(cell: Cell) -> bool:
    """Tell whether a cell says that time was given: not blank, nought, a dash or a word such as "absent"."""
    text = text_of(cell)
    return bool(text) and text != "0" and any(map(str.isalnum, text)) and fold(text[:40]) not in _NOT_THERE
