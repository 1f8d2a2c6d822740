"""What is stored about using credits. Design: docs/redemption.md and design/redemption.md."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Shared, Word, belongs_to


class Offer(InProgramme, Base):
    """What a venue gives a programme's volunteers, and for how many minutes of credit a person."""

    __tablename__ = "offer"
    constraints: ClassVar = (
        CheckConstraint("adult_minutes > 0", name="adult_minutes_positive"),
        CheckConstraint("under_16_minutes IS NULL OR under_16_minutes >= 0", name="under_16_minutes_not_negative"),
        Index(None, "programme_id", "venue_id"),
    )

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str]
    adult_minutes: Mapped[int]
    under_16_minutes: Mapped[int | None]
    """NULL: under-16s can't come on this offer."""
    most_people: Mapped[int] = mapped_column(default=1)
    restrictions: Mapped[str] = mapped_column(default="")
    """Shown before credits are taken, in the venue's words."""
    good_first_step: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    paused_because: Mapped[str | None]
    created_at: Mapped[datetime]


class TillPairing(Shared, Base):
    """A one-time code that makes a browser a till of one venue. Good for ten minutes, once."""

    __tablename__ = "till_pairing"
    constraints: ClassVar = (Index(None, "code_hash"),)

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    till_name: Mapped[str]
    code_hash: Mapped[bytes]
    made_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Till(Shared, Base):
    """A paired device of one venue. It may take credits and look up, nothing else. The token's hash is kept."""

    __tablename__ = "till"

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    paired_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CodeKind(StrEnum):
    """The ways to show who is using credits. Cards and notes come with their own issue."""

    LIVE = "live"
    CARD = "card"
    NOTE = "note"


class Credential(InProgramme, Base):
    """What a code refers to instead of a person: a random reference that can be revoked."""

    __tablename__ = "credential"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "reference"),
        Index(None, "programme_id", "volunteer_id"),
    )

    volunteer_id: Mapped[UUID]
    kind: Mapped[CodeKind] = mapped_column(Word(CodeKind))
    reference: Mapped[int]
    """31 bits of chance, unique in the programme: 4 bytes in the live code."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class TypedCode(InProgramme, Base):
    """The 8 characters to type in place of a scan; stands for one credential at one time step."""

    __tablename__ = "typed_code"
    constraints: ClassVar = (
        belongs_to("credential", "credential_id"),
        UniqueConstraint("programme_id", "code"),
        UniqueConstraint("programme_id", "credential_id", "step"),
        Index(None, "expires_at"),
    )

    code: Mapped[str]
    credential_id: Mapped[UUID]
    step: Mapped[int]
    expires_at: Mapped[datetime]


class CodeUse(InProgramme, Base):
    """That a code was spent. Unique while not released; an undo releases it, and the code works again."""

    __tablename__ = "code_use"
    constraints: ClassVar = (
        Index(
            "uq_code_use_once",
            "programme_id",
            "kind",
            "reference",
            "step",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    kind: Mapped[CodeKind] = mapped_column(Word(CodeKind))
    reference: Mapped[int]
    step: Mapped[int]
    redemption_id: Mapped[UUID]
    used_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class RedemptionAttempt(InProgramme, Base):
    """One thing sent by a till and the answer it got: also refused ones. The same id and body get the same answer.

    `id` is UUIDv5(till, the id the till chose), so that two tills can't meet each other's.
    """

    __tablename__ = "redemption_attempt"
    constraints: ClassVar = (Index(None, "programme_id", "till_id", "arrived_at"),)

    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    body_hash: Mapped[bytes]
    offer_id: Mapped[UUID | None]
    outcome: Mapped[str]
    answer: Mapped[dict[str, Any]]
    """What the till was told, so that a repeat is told the same."""
    scanned_at: Mapped[datetime]
    arrived_at: Mapped[datetime]


class Redemption(InProgramme, Base):
    """Credits used at a venue. Shares its id with the attempt and the transfer."""

    __tablename__ = "redemption"
    constraints: ClassVar = (
        belongs_to("offer", "offer_id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("transfer", "id"),
        Index(None, "programme_id", "venue_id", "used_at"),
        Index(None, "programme_id", "volunteer_id", "used_at"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    till_id: Mapped[UUID] = mapped_column(ForeignKey("till.id"))
    offer_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    adults: Mapped[int]
    under_16s: Mapped[int]
    minutes: Mapped[int]
    used_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str | None]
