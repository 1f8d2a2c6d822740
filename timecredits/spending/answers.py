"""What a till is told: one answer for each outcome. The words are in answer_words.

An answer is made from an outcome and a few plain facts, and only these are stored (no name, no sentence), so that a
repeat is told the same in whatever language it is read.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from timecredits.foundation.wording import Sentence


class Outcome(StrEnum):
    """What may come of a code that a till sends."""

    TAKEN = "taken"
    ALREADY_DONE = "already_done"
    ALREADY_USED = "already_used"
    NOT_ENOUGH = "not_enough"
    EXPIRED = "expired"
    WRONG_CODE = "wrong_code"
    FORGED = "forged"
    REVOKED = "revoked"
    WRONG_PROGRAMME = "wrong_programme"
    NOT_AT_THIS_VENUE = "not_at_this_venue"
    PAUSED = "paused"
    NOT_TODAY = "not_today"
    PARTY = "party"
    INCOMPLETE = "incomplete"
    FREE = "free"
    TYPING_PAUSED = "typing_paused"
    CONFLICT = "conflict"
    UNDONE = "undone"
    CHECK_NEEDED = "check_needed"
    WRONG_CHECK = "wrong_check"
    LOCKED = "locked"
    FROZEN = "frozen"
    FULL = "full"
    ONCE = "once"
    LIMIT = "limit"
    NOTE_TOO_SMALL = "note_too_small"
    NOT_FOR_THEM = "not_for_them"
    ALREADY_UNDONE = "already_undone"
    TOO_LATE_TO_UNDO = "too_late_to_undo"


PANELS = {
    Outcome.TAKEN: "done",
    Outcome.FREE: "done",
    Outcome.UNDONE: "saved",
    Outcome.ALREADY_UNDONE: "again",
    Outcome.ALREADY_DONE: "again",
    Outcome.ALREADY_USED: "again",
    Outcome.NOT_ENOUGH: "too_few",
    Outcome.NOTE_TOO_SMALL: "too_few",
    Outcome.CHECK_NEEDED: "ask",
    Outcome.WRONG_CHECK: "ask",
    Outcome.CONFLICT: "fault",
}
"""How each is shown (templates/components/results.html); those left out are shown as a code that did not work."""


@dataclass(frozen=True)
class Answer:
    """One answer. `minutes` is what was taken (0: nothing); `needed` what it would have cost; times are UTC.

    `name` is first name and initial, empty where the code leads to nobody, or to somebody who is still to show that it is them.
    `id` is that of attempt, redemption and transfer. `asks` is what to ask for beside a card: "pin", "word", "photo", or "".
    """

    outcome: Outcome
    sentence: Sentence
    say: Sentence
    next: Sentence
    name: str = ""
    minutes: int = 0
    needed: int = 0
    offer_name: str = ""
    id: UUID | None = None
    used_at: datetime | None = None
    may_undo: bool = False
    way: str = ""
    asks: str = ""
    card_id: UUID | None = None

    @property
    def panel(self) -> str:
        """The kind of panel it is shown in."""
        return PANELS.get(self.outcome, "wrong_code")


@dataclass(frozen=True)
class Facts:
    """What an answer is made of. `stored()` is what is kept of it for a repeat.

    `reason` says which of several sentences an outcome needs, or is the venue's own words; `way` is the CodeKind that was shown;
    `left` counts tries or places; `until` is a day (ISO) on which a note ran out or an offer is on again.
    """

    outcome: Outcome
    minutes: int = 0
    at: datetime | None = None
    place: str = ""
    most: int = 0
    clock_off: bool = False
    reason: str = ""
    volunteer_id: UUID | None = None
    way: str = ""
    left: int = 0
    until: str = ""
    card_id: UUID | None = None
    name: str = field(default="", compare=False)
    offer_name: str = field(default="", compare=False)

    def stored(self) -> dict[str, Any]:
        """As JSON, without the person's name."""
        return {
            "minutes": self.minutes,
            "at": self.at.isoformat() if self.at else None,
            "place": self.place,
            "most": self.most,
            "clock_off": self.clock_off,
            "reason": self.reason,
            "volunteer": str(self.volunteer_id) if self.volunteer_id else None,
            "way": self.way,
            "left": self.left,
            "until": self.until,
            "card": str(self.card_id) if self.card_id else None,
        }

    @classmethod
    def from_stored(cls, outcome: str, kept: dict[str, Any], *, name: str, offer_name: str) -> "Facts":
        """The facts of an answer given before."""
        return cls(
            outcome=Outcome(outcome),
            minutes=kept["minutes"],
            at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
            place=kept["place"],
            most=kept["most"],
            clock_off=kept["clock_off"],
            reason=kept["reason"],
            volunteer_id=UUID(kept["volunteer"]) if kept["volunteer"] else None,
            way=kept.get("way", ""),
            left=kept.get("left", 0),
            until=kept.get("until", ""),
            card_id=UUID(kept["card"]) if kept.get("card") else None,
            name=name,
            offer_name=offer_name,
        )
