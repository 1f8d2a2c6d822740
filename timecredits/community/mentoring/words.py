"""What people write in a mentoring, sealed for one row and one purpose, and our own words for an agreement."""

from typing import Final
from uuid import UUID

from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.wording import Sentence

__all__ = [
    "AGREEMENT",
    "LONGEST_AGREEMENT",
    "LONGEST_GOAL",
    "LONGEST_NOTE",
    "opened",
    "sealed_words",
]

LONGEST_AGREEMENT: Final = 4000
LONGEST_NOTE: Final = 2000
LONGEST_GOAL: Final = 300
_PURPOSE: Final = "mentoring"

AGREEMENT: Final = (
    Sentence("We meet about once a week, for about an hour."),
    Sentence("We meet in a public place, or where our coordinator says."),
    Sentence("We do not lend money. We do not meet at home unless our coordinator says yes."),
    Sentence("What we say stays with us and our project worker. If somebody could come to harm, we must tell."),
    Sentence("We write down our goals, when we met and for how long. Only the three of us read it."),
    Sentence("Each of us can end this at any time. Nobody has to give a reason."),
)
"""What two people agree to unless a project worker writes something else."""


def sealed_words(keyring: Keyring, row_id: UUID, text: str) -> bytes | None:
    """The text sealed for this row; None for none."""
    return seal(keyring, _PURPOSE, row_id, text) if text else None


def opened(keyring: Keyring, row_id: UUID, sealed: bytes | None) -> str | None:
    """The text of this row, "" where there is none, and None where its key is gone."""
    return "" if sealed is None else open_sealed(keyring, _PURPOSE, row_id, sealed)
