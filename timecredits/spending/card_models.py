"""What is stored about cards: printed, for people without a phone, and never enough alone."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Long, Word, belongs_to


class SecondCheck(StrEnum):
    """What is asked for beside a card: the person's own choice."""

    PIN = "pin"
    WORD = "word"  # agreed with them; said aloud at the till
    PHOTO = "photo"  # and the first name


class Card(InProgramme, Base):
    """A printed card. Nothing about the person is on it but a first name and an initial, if they want that.

    `serial` is what its QR code carries, `code` the 8 characters to type; both stand for the card for as long as it lives.
    """

    __tablename__ = "card"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("card", "replaces"),
        UniqueConstraint("programme_id", "serial"),
        UniqueConstraint("programme_id", "code"),
        Index(None, "programme_id", "volunteer_id"),
        Index(
            "uq_card_live",
            "programme_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    volunteer_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    """Where it was made and is handed out."""
    serial: Mapped[int] = mapped_column(Long)
    """63 bits of chance."""
    code: Mapped[str]
    check: Mapped[SecondCheck] = mapped_column(Word(SecondCheck))
    secret_hash: Mapped[str | None]
    """Of the PIN or the word (Argon2id); None for a photo, or until a PIN was chosen."""
    name_on_card: Mapped[bool] = mapped_column(default=True)
    misses: Mapped[int] = mapped_column(default=0)
    """Wrong PINs or words in a row."""
    locked_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    replaces: Mapped[UUID | None]
