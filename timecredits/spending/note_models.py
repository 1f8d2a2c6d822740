"""What is stored about credit notes: printed vouchers and passes on a phone, covered by credits put aside when they are made."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Long, Word, belongs_to


class NoteKind(StrEnum):
    """What a batch of notes is."""

    PAPER = "paper"
    PASS = "pass"  # noqa: S105  on the phone of the person whose credits it holds, for a place with no signal
    OUTING = "outing"  # one note for a whole group, from a pot


class NoteEnd(StrEnum):
    """Why a note is good no more, other than that it was used."""

    VOID = "void"
    EXPIRED = "expired"
    REPLACED = "replaced"
    RETURNED = "returned"  # a pass that its owner gave back


class NoteBatch(InProgramme, Base):
    """Notes made together, of one value, from one account."""

    __tablename__ = "note_batch"
    constraints: ClassVar = (
        belongs_to("account", "paid_from"),
        Index(None, "programme_id", "organisation_id", "made_at"),
        Index(None, "programme_id", "volunteer_id", "made_at"),
        CheckConstraint("minutes > 0 AND minutes % 15 = 0 AND minutes <= 3825", name="minutes_in_quarters"),
    )

    kind: Mapped[NoteKind] = mapped_column(Word(NoteKind))
    organisation_id: Mapped[UUID | None]
    """Whose staff made them; None for a pass."""
    volunteer_id: Mapped[UUID | None]
    """Whose credits they hold, where they hold a person's."""
    pot_id: Mapped[UUID | None]
    paid_from: Mapped[UUID]
    """The account that paid, and that gets back what is not used."""
    minutes: Mapped[int]
    """What each is worth: whole quarter hours, at most 255 of them."""
    expires_on: Mapped[date]
    """The last day on which they are good."""
    words: Mapped[str] = mapped_column(default="")
    """What they are for, for the register."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]


class CreditNote(InProgramme, Base):
    """One note. Its id is that of the transfer that put its credits aside; whether it was used, code_use says."""

    __tablename__ = "credit_note"
    constraints: ClassVar = (
        belongs_to("note_batch", "batch_id"),
        UniqueConstraint("programme_id", "serial"),
        UniqueConstraint("programme_id", "code"),
        Index(None, "programme_id", "batch_id"),
        Index(None, "programme_id", "expires_on"),
    )

    batch_id: Mapped[UUID]
    serial: Mapped[int] = mapped_column(Long)
    """63 bits of chance."""
    code: Mapped[str]
    """The 8 characters to type."""
    minutes: Mapped[int]
    expires_on: Mapped[date]
    used_at: Mapped[datetime | None]
    handed_to: Mapped[UUID | None]
    """The volunteer it was handed to, where that was noted."""
    handed_on: Mapped[date | None]
    handed_words: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[NoteEnd | None] = mapped_column(Word(NoteEnd))
    replaces: Mapped[UUID | None]
