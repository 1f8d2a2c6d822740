"""What is stored about signing in: who is signed in where, codes on their way by mail, and how often something was tried."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, Long, Shared


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
    browser: Mapped[str] = mapped_column(default="", server_default="")
    """What kind of browser, in words its user knows it by; never its whole description of itself."""
    seen_at: Mapped[datetime | None]
    """Roughly when it last asked for a page."""
    proved_at: Mapped[datetime | None]
    """When its user last showed that it is them, by password and second factor."""
    constraints: ClassVar = (
        CheckConstraint("(role_id IS NULL) <> (volunteer_id IS NULL)", name="one_capacity"),
        Index(None, "user_id"),
    )


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


class Passkey(Shared, Base):
    """A key in somebody's phone, computer or stick, of which we know the public half (WebAuthn)."""

    __tablename__ = "passkey"
    constraints: ClassVar = (Index(None, "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    """COSE, as the browser handed it over."""
    sign_count: Mapped[int] = mapped_column(Long)
    """0 where it doesn't count. One that goes back may be a copy."""
    transports: Mapped[list[str]]
    name: Mapped[str]
    """What its user calls it."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuthenticatorApp(Shared, Base):
    """An app that shows a new 6-digit code every half minute (RFC 6238). A user has one, confirmed by a first code."""

    __tablename__ = "authenticator_app"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), unique=True)
    secret_sealed: Mapped[bytes]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(Long, default=0)
    """The half minute of the last code that was taken: none is taken twice, nor an earlier one."""


class RecoveryCode(Shared, Base):
    """One of ten codes on paper for the day the phone is lost. Good once."""

    __tablename__ = "recovery_code"
    constraints: ClassVar = (Index(None, "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    code_hash: Mapped[bytes]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSlip(Shared, Base):
    """A printed slip with a code, by which a volunteer without email signs in once."""

    __tablename__ = "sign_in_slip"
    constraints: ClassVar = (Index(None, "programme_id", "volunteer_id"),)

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    volunteer_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    """Whose staff made it."""
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Called off, or followed by a newer one."""
