"""What is stored about packs: letters that somebody puts together for one application, behind one link."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Json, belongs_to


class Pack(InProgramme, Base):
    """Up to three letters for one application. Its link is worked out from its id with a key; nothing that opens it is kept."""

    __tablename__ = "pack"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "volunteer_id"),
    )

    volunteer_id: Mapped[UUID]
    title: Mapped[str]
    """What the person calls it, such as "Hospital porter". Only they read it."""
    holder_name: Mapped[str]
    asked: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """What the employer asks for, as the planner's requirement (planning/); None when nobody said."""
    preset_name: Mapped[str] = mapped_column(default="")
    """The preset that `asked` began from, if any."""
    made_at: Mapped[datetime]
    ends_on: Mapped[date]
    """The last day on which the link works."""
    ended_at: Mapped[datetime | None]
    """When the person ended the link before that."""


class PackLetter(InProgramme, Base):
    """A letter in a pack, in its place (1 to 3)."""

    __tablename__ = "pack_letter"
    constraints: ClassVar = (
        belongs_to("pack", "pack_id"),
        belongs_to("reference", "reference_id"),
        UniqueConstraint("programme_id", "pack_id", "place"),
        UniqueConstraint("programme_id", "pack_id", "reference_id"),
        CheckConstraint("place BETWEEN 1 AND 3", name="at_most_three"),
    )

    pack_id: Mapped[UUID]
    reference_id: Mapped[UUID]
    place: Mapped[int]


class PackLookUp(InProgramme, Base):
    """That somebody opened a pack's link. No address is kept; the volunteer sees the list."""

    __tablename__ = "pack_look_up"
    constraints: ClassVar = (belongs_to("pack", "pack_id"), Index(None, "programme_id", "pack_id", "looked_at"))

    pack_id: Mapped[UUID]
    looked_at: Mapped[datetime]
    what: Mapped[str]
    """`page`, `file` (the pack as one PDF) or `letter` (one letter's PDF)."""
