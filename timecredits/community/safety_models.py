"""What is stored of concerns. Only a safeguarding lead opens one; anybody else who must leaves a reason, and the lead is told."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class ConcernState(StrEnum):
    """Where a concern stands."""

    NEW = "new"
    IN_HAND = "in_hand"
    CLOSED = "closed"


class Concern(InProgramme, Base):
    """Somebody is worried about somebody's safety. `sealed` is JSON of what was said and how to reach who said it."""

    __tablename__ = "concern"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "organisation_id", "state"),
    )

    organisation_id: Mapped[UUID | None]
    """Whose lead it reaches; NULL: the programme's."""
    sealed: Mapped[bytes]
    state: Mapped[ConcernState] = mapped_column(Word(ConcernState), default=ConcernState.NEW)
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ConcernNote(InProgramme, Base):
    """What a lead wrote down about a concern, sealed."""

    __tablename__ = "concern_note"
    constraints: ClassVar = (belongs_to("concern", "concern_id"), Index(None, "programme_id", "concern_id"))

    concern_id: Mapped[UUID]
    sealed: Mapped[bytes]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]


class ConcernLook(InProgramme, Base):
    """Somebody who is no lead opened a concern, with a reason, sealed; the leads were told. Never changed."""

    __tablename__ = "concern_look"
    constraints: ClassVar = (belongs_to("concern", "concern_id"), Index(None, "programme_id", "concern_id"))

    concern_id: Mapped[UUID]
    looked_by: Mapped[UUID]
    sealed_reason: Mapped[bytes]
    looked_at: Mapped[datetime]
