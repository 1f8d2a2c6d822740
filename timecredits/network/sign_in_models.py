"""What is stored about signing in: who is signed in where, codes on their way by mail, and how often something was tried."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, Shared


class SignIn(Shared, Base):
    """One signed-in browser. Only the hash of its secret is kept; ending it takes effect at the next request."""

    __tablename__ = "sign_in"

    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    role_id: Mapped[UUID | None]
    volunteer_id: Mapped[UUID | None]
    """Exactly one of role and volunteer: whom the user is at the moment."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    constraints: ClassVar = (CheckConstraint("(role_id IS NULL) <> (volunteer_id IS NULL)", name="one_capacity"),)


class EmailCode(Shared, Base):
    """An 8-digit one-time code on its way to a volunteer's mailbox, good only in the browser that asked."""

    __tablename__ = "email_code"
    constraints: ClassVar = (Index(None, "browser_hash"),)

    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    """NULL when the address is not a volunteer's: the page then looks the same and no mail is sent."""
    code_hash: Mapped[bytes]
    browser_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class TryCount(Shared, Base):
    """How often something was tried within a stretch of time. In SQL, so that it holds across workers and restarts."""

    __tablename__ = "try_count"
    constraints: ClassVar = (UniqueConstraint("subject_hash", "window_start"),)

    subject_hash: Mapped[bytes]
    window_start: Mapped[datetime]
    count: Mapped[int]
