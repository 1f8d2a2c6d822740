"""What is stored about credits used where there was no signal."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Long, Word
from timecredits.spending.models import CodeKind


class SyncResult(StrEnum):
    """What became of something scanned with no signal. Nothing that happened is refused."""

    OK = "ok"
    OK_COVERED = "ok_covered"  # there were too few credits; the programme's goodwill paid the rest
    DUPLICATE = "duplicate"  # the code had been used; goodwill pays the venue
    REVIEW = "review"  # a person has to look
    FORGED = "forged"  # no code of ours, so nothing was worth anything
    UNDONE = "undone"  # taken back at the till before it was sent


class OfflineUse(InProgramme, Base):
    """One thing a till saved while it had no signal, as it was sent, and what became of it.

    `id` is UUIDv5(till, the id the till chose): that of the attempt and, where there is one, of the redemption.
    """

    __tablename__ = "offline_use"
    constraints: ClassVar = (
        Index(None, "programme_id", "till_id", "sequence"),
        Index(None, "programme_id", "result", "arrived_at"),
        Index(None, "programme_id", "kind", "reference"),
    )

    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    sequence: Mapped[int]
    """Counted by the till from 1; a number that never comes is a scan that was lost."""
    sent: Mapped[dict[str, Any]]
    """The record as it came, without the code."""
    kind: Mapped[CodeKind | None] = mapped_column(Word(CodeKind))
    reference: Mapped[int | None] = mapped_column(Long)
    """The serial of the card or note, where it was one of ours."""
    volunteer_id: Mapped[UUID | None]
    note_id: Mapped[UUID | None]
    offer_id: Mapped[UUID | None]
    minutes: Mapped[int]
    scanned_at: Mapped[datetime]
    """By the till's clock, but never after `arrived_at`."""
    clock_was_off: Mapped[bool]
    arrived_at: Mapped[datetime]
    result: Mapped[SyncResult] = mapped_column(Word(SyncResult))
    reason: Mapped[str] = mapped_column(default="")
    decided: Mapped[str | None]
    """What a coordinator decided where one had to: "counts" or "does_not"."""
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_because: Mapped[str] = mapped_column(default="")
