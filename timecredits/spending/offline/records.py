"""One record of a till's outbox, as it is sent: read strictly, and never a reason to turn the others down."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from timecredits.spending.codes import LONGEST_TEXT

MOST_AT_ONCE = 100
"""Records in one batch."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2999  # at the calendar's edges a moment may have no name in UTC
_MOST_PEOPLE = 1000
_MOST_MINUTES = 100_000
_MOST_SECONDS = 10 * 366 * 24 * 3600
_LARGEST = 2**31 - 1
_LONGEST_WORD = 64
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That the till took it back before it was sent: when, by its clock, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SavedUse:
    """What a till saved while it had no signal. `scanned_at` is by its own clock, `last_sync_at` by ours.

    `minutes` is what its screen said. `clock_ahead` is by how many seconds its clock was ahead of ours at the last contact.
    """

    id: UUID
    till_id: UUID
    sequence: int
    code: str
    offer_id: UUID
    adults: int
    under_16s: int
    minutes: int | None
    scanned_at: datetime
    policy_version: str
    last_sync_at: datetime | None
    clock_ahead: float | None
    check: str
    undone: TakenBack | None

    def kept(self) -> dict[str, Any]:
        """What is kept of it: all but the code, which could be used again."""
        return {
            "till_id": str(self.till_id),
            "adults": self.adults,
            "under_16s": self.under_16s,
            "minutes": self.minutes,
            "scanned_at": self.scanned_at.isoformat(),
            "policy_version": self.policy_version,
            "last_sync_at": self.last_sync_at.isoformat() if self.last_sync_at else None,
            "clock_ahead": self.clock_ahead,
            "check": self.check,
            "body": self.body(),
        }

    def body(self) -> str:
        """A hash of what never changes in it. That it was taken back may come later, so that isn't in it."""
        last_sync_at = self.last_sync_at.isoformat() if self.last_sync_at else None
        fixed = [
            str(self.till_id),
            self.sequence,
            self.code,
            str(self.offer_id),
            self.adults,
            self.under_16s,
            self.minutes,
            self.scanned_at.isoformat(),
            last_sync_at,
        ]
        return sha256(json.dumps(fixed).encode()).hexdigest()


def read_record(sent: Any) -> SavedUse | None:
    """The record, or None for something that can't be one."""
    if not isinstance(sent, dict):
        return None
    try:
        undone = sent.get("undone")
        return SavedUse(
            id=UUID(_text(sent["id"])),
            till_id=UUID(_text(sent["till_id"])),
            sequence=_whole(sent["sequence"], 1, _LARGEST),
            code=_text(sent["code"], LONGEST_TEXT),
            offer_id=UUID(_text(sent["offer_id"])),
            adults=_whole(sent["adults"], 0, _MOST_PEOPLE),
            under_16s=_whole(sent["under_16s"], 0, _MOST_PEOPLE),
            minutes=None if sent.get("minutes") is None else _whole(sent["minutes"], 0, _MOST_MINUTES),
            scanned_at=read_moment(sent["scanned_at"]),
            policy_version=_text(sent.get("policy_version") or ""),
            last_sync_at=None if sent.get("last_sync_at") is None else read_moment(sent["last_sync_at"]),
            clock_ahead=None if sent.get("clock_ahead") is None else _seconds(sent["clock_ahead"]),
            check=_text(sent.get("check") or ""),
            undone=None if undone is None else TakenBack(read_moment(undone["at"]), _reason(undone["reason"])),
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return None


def read_moment(sent: Any) -> datetime:
    """An instant as a till writes it. Raises ValueError for one that isn't, or that no till has seen."""
    moment = datetime.fromisoformat(_text(sent))
    if moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(sent)
    return moment


def _text(sent: Any, longest: int = _LONGEST_WORD) -> str:
    if not isinstance(sent, str) or len(sent) > longest or "\x00" in sent or not sent.isprintable():
        raise ValueError(sent)
    return sent


def _reason(sent: Any) -> str:
    if not isinstance(sent, str):
        raise TypeError(sent)
    return " ".join("".join(each if each.isprintable() else " " for each in sent).split())[:_LONGEST_REASON]


def _whole(sent: Any, least: int, most: int) -> int:
    if isinstance(sent, bool) or not isinstance(sent, int) or not least <= sent <= most:
        raise ValueError(sent)
    return sent


def _seconds(sent: Any) -> float:
    if isinstance(sent, bool) or not isinstance(sent, int | float) or not -_MOST_SECONDS <= sent <= _MOST_SECONDS:
        raise ValueError(sent)
    return float(sent)
