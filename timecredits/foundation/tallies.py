"""What came of things, counted for whoever watches the service: never for a decision, and only once it is kept.

A verb says it with `tally`; it rides on the session, and whoever has committed takes it off (`web/watching`).
"""

from collections import Counter
from typing import Final

from sqlalchemy.orm import Session

__all__ = ["OFFLINE_USE", "REDEMPTION", "take_tallies", "tally"]

REDEMPTION: Final = "redemption"
OFFLINE_USE: Final = "offline use"
_KEPT: Final = "tallies"


def tally(session: Session, what: str, word: str) -> None:
    """Count one `what` that came out as `word`: a word of ours, of which there are few."""
    counted: Counter[tuple[str, str]] = session.info.setdefault(_KEPT, Counter())
    counted[what, word] += 1


def take_tallies(session: Session) -> Counter[tuple[str, str]]:
    """What was counted on this session since somebody last asked."""
    counted: Counter[tuple[str, str]] = session.info.pop(_KEPT, Counter())
    return counted
