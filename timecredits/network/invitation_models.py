"""What is stored about asking somebody to become staff of an organisation, a venue or the programme."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, Shared, Word
from timecredits.network.models import RoleKind


class Invitation(Shared, Base):
    """A one-time way to a role, by mail or on a printed slip. Only the hash of its code is kept.

    It belongs to one programme, and is shared because whoever holds a code has not said which.
    """

    __tablename__ = "invitation"
    constraints: ClassVar = (
        Index(None, "programme_id", "organisation_id", "made_at"),
        CheckConstraint(
            "(kind IN ('coordinator', 'organisation_owner')) = (organisation_id IS NOT NULL)",
            name="organisation_where_due",
        ),
        CheckConstraint("(kind = 'venue_manager') = (venue_id IS NOT NULL)", name="venue_where_due"),
    )

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[RoleKind] = mapped_column(Word(RoleKind))
    organisation_id: Mapped[UUID | None]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    name: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    """As it will stand under a signature."""
    email: Mapped[str | None]
    """Where it was sent; NULL: it was printed."""
    role_ends_on: Mapped[date | None]
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
