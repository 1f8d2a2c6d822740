"""What is stored about references and the documents issued. A document's bytes are kept as they were issued."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class ReferenceStatus(StrEnum):
    """Where a reference is in its life. Superseded is computed when read, never stored."""

    DRAFT = "draft"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class Reference(InProgramme, Base):
    """The letter about a person. Once issued its facts are frozen; only withdrawing changes the row."""

    __tablename__ = "reference"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("document", "document_id"),
        UniqueConstraint("programme_id", "number"),
        UniqueConstraint("programme_id", "short_code"),
        UniqueConstraint("programme_id", "secret_hash"),
        Index(None, "programme_id", "volunteer_id"),
        Index(None, "programme_id", "organisation_id", "status"),
        Index(None, "programme_id", "document_id"),
        CheckConstraint("(status = 'draft') = (issued_at IS NULL)", name="issued_unless_draft"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_with_moment"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    status: Mapped[ReferenceStatus] = mapped_column(Word(ReferenceStatus))
    holder_name: Mapped[str]
    opinion: Mapped[str] = mapped_column(default="")
    neutral_letterhead: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[UUID]
    signer_name: Mapped[str]
    signer_title: Mapped[str]
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    number: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    """The record printed on the letter, frozen at issue."""
    document_id: Mapped[UUID | None]
    secret_hash: Mapped[bytes | None]
    short_code: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    """In which language it is printed: `en` or `cy`."""
    confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Given in confidence: the person learns that it was written, and by whom, but not what it says."""
    with_elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether hours at other organisations are in it too. Only ever because the person agreed (`reference_request`)."""
    wants_second_look: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a colleague of the author's reads it before it is issued."""
    looked_by: Mapped[UUID | None]
    looked_by_name: Mapped[str | None]
    looked_at: Mapped[datetime | None]
    look_note: Mapped[str] = mapped_column(default="", server_default="")
    """What the colleague asks the author to change; with one, `looked_at` says when it was sent back."""


class ReferenceRequest(InProgramme, Base):
    """That a volunteer asked an organisation for a letter: how they want it, and what came of it."""

    __tablename__ = "reference_request"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("reference", "reference_id"),
        Index(None, "programme_id", "organisation_id", "answered_at"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint("answered_at IS NULL OR cancelled_at IS NULL", name="answered_or_cancelled"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    asked_of: Mapped[UUID | None]
    """The user they would like to write it; None: anybody there."""
    asked_of_name: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    holder_name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    neutral_letterhead: Mapped[bool] = mapped_column(default=False)
    with_elsewhere: Mapped[bool] = mapped_column(default=False)
    """They agree that hours at other organisations are counted in it."""
    words: Mapped[str] = mapped_column(default="")
    """What it is for, if they want to say."""
    reference_id: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    """When a letter was begun for it, or it was declined."""
    declined_because: Mapped[str | None]
    """What the person reads when no letter will be written."""
    cancelled_at: Mapped[datetime | None]


class Document(InProgramme, Base):
    """A file that was issued, byte for byte, with the SHA-256 it is known by."""

    __tablename__ = "document"
    constraints: ClassVar = (UniqueConstraint("programme_id", "sha256"),)

    kind: Mapped[str]
    sha256: Mapped[bytes]
    content: Mapped[bytes]
    created_at: Mapped[datetime]


class ReferenceLookUp(InProgramme, Base):
    """That somebody checked a reference, and what they were told. No address is kept; the volunteer sees the list."""

    __tablename__ = "reference_look_up"
    constraints: ClassVar = (belongs_to("reference", "reference_id"), Index(None, "programme_id", "reference_id", "looked_at"))

    reference_id: Mapped[UUID]
    looked_at: Mapped[datetime]
    way: Mapped[str]
    """`qr`, `code`, `file`, `phone` (staff looked for somebody who rang) or `pack`."""
    answer: Mapped[str]
