"""What staff did and how it is chained, as it is stored. The database refuses to change or remove an entry or a link."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Long, belongs_to


class AuditEntry(InProgramme, Base):
    """One act: who did what to which thing, and when."""

    __tablename__ = "audit_entry"
    constraints: ClassVar = (
        Index(None, "programme_id", "organisation_id", "recorded_at"),
        Index(None, "programme_id", "recorded_at", "id"),
    )

    organisation_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    subject_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class AuditLink(InProgramme, Base):
    """The place of one entry (it has the entry's id) in the chain of its organisation, or of the programme itself."""

    __tablename__ = "audit_link"
    constraints: ClassVar = (
        belongs_to("audit_entry", "id"),
        UniqueConstraint("programme_id", "chain_id", "number"),
    )

    chain_id: Mapped[UUID]
    """The organisation's id; the programme's for what was done at none."""
    number: Mapped[int] = mapped_column(Long)
    """From 1, without a gap."""
    hash: Mapped[bytes]
    """32 bytes (foundation/audit_chain.py)."""


class AuditHead(InProgramme, Base):
    """The newest link of a chain (its id is the chain's): whoever adds one holds this row."""

    __tablename__ = "audit_head"

    number: Mapped[int] = mapped_column(Long)
    hash: Mapped[bytes]
