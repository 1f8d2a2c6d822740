"""Texts to phones that wait to be sent: rows, committed with what caused them, like the outbox of mails (foundation/mail.py)."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, Shared

__all__ = ["TextMessage"]


class TextMessage(Shared, Base):
    """One text: waiting until `sent_at` is set. Number and words are emptied once it is sent."""

    __tablename__ = "text_message"
    constraints: ClassVar = (Index(None, "sent_at", "queued_at"),)

    recipient: Mapped[str]
    """A number in the form +447..., or empty once it is sent."""
    body: Mapped[str]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str | None]
