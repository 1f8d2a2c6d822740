"""What is stored about digital credentials: which were issued, which no longer stand, and every key that ever signed one."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Shared, belongs_to


class DigitalCredential(InProgramme, Base):
    """An Open Badges credential issued with a letter. `token` is what was handed out."""

    __tablename__ = "digital_credential"
    constraints: ClassVar = (
        belongs_to("reference", "reference_id"),
        UniqueConstraint("programme_id", "reference_id"),
        UniqueConstraint("programme_id", "list_number", "list_index"),
    )

    reference_id: Mapped[UUID]
    key_number: Mapped[int]
    list_number: Mapped[int]
    """Which of the programme's status lists it stands in, from 1."""
    list_index: Mapped[int]
    token: Mapped[str]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CredentialKey(Shared, Base):
    """The public half of a key that signed credentials. Kept for ever, so that what it signed goes on verifying."""

    __tablename__ = "credential_key"

    number: Mapped[int] = mapped_column(unique=True)
    """Its name in did.json: `#key-<number>`. Given when the key is first used, and never again to another."""
    public_key: Mapped[bytes] = mapped_column(unique=True)
    first_used_at: Mapped[datetime]
