"""What is stored about references and the documents issued. A document's bytes are kept as they were issued."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
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
    """`qr` or `code`."""
    answer: Mapped[str]
