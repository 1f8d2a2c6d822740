"""What is stored about giving: pots, gifts, and people who help somebody else use their credits."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class PotKind(StrEnum):
    """Whose pot it is."""

    ORGANISATION = "organisation"  # credits an organisation may give away; where it has a budget, what is earned comes from it
    COMMUNITY = "community"  # people put credits in for others


class Pot(InProgramme, Base):
    """Credits held in common."""

    __tablename__ = "pot"
    constraints: ClassVar = (
        belongs_to("account", "account_id"),
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "organisation_id"),
    )

    kind: Mapped[PotKind] = mapped_column(Word(PotKind))
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[UUID | None]
    """Whose staff give from it; None: the programme's."""
    account_id: Mapped[UUID]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Gift(InProgramme, Base):
    """Credits given. Its id is that of the transfer; of several given together, `together_id` is the same."""

    __tablename__ = "gift"
    constraints: ClassVar = (
        belongs_to("transfer", "id"),
        belongs_to("volunteer", "from_volunteer_id"),
        belongs_to("volunteer", "to_volunteer_id"),
        belongs_to("pot", "from_pot_id"),
        belongs_to("pot", "to_pot_id"),
        Index(None, "programme_id", "together_id"),
        Index(None, "programme_id", "from_volunteer_id", "given_at"),
        Index(None, "programme_id", "to_volunteer_id", "given_at"),
        Index(None, "programme_id", "given_at"),
        Index(
            "ix_gift_undone",
            "programme_id",
            "undone_at",
            sqlite_where=text("undone_at IS NOT NULL"),
            postgresql_where=text("undone_at IS NOT NULL"),
        ),
        CheckConstraint("from_volunteer_id IS NULL OR from_pot_id IS NULL", name="one_giver"),
        CheckConstraint("(to_volunteer_id IS NULL) <> (to_pot_id IS NULL)", name="one_receiver"),
    )

    from_volunteer_id: Mapped[UUID | None]
    from_pot_id: Mapped[UUID | None]
    """Neither: the programme or an organisation puts credits into a pot."""
    to_volunteer_id: Mapped[UUID | None]
    to_pot_id: Mapped[UUID | None]
    minutes: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    together_id: Mapped[UUID | None]
    helper_id: Mapped[UUID | None]
    """The volunteer who gave it for somebody they help."""
    given_by: Mapped[UUID | None]
    given_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str | None]


class Helping(InProgramme, Base):
    """That one volunteer may use another's credits for them, within limits. Kept when it ends."""

    __tablename__ = "helping"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("volunteer", "helper_id"),
        Index(None, "programme_id", "volunteer_id"),
        Index(None, "programme_id", "helper_id"),
        CheckConstraint("volunteer_id <> helper_id", name="two_people"),
        CheckConstraint("minutes_a_week > 0", name="minutes_a_week_positive"),
    )

    volunteer_id: Mapped[UUID]
    helper_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    """Where it was agreed."""
    minutes_a_week: Mapped[int]
    """Monday to Sunday, used and given together."""
    may_give: Mapped[bool] = mapped_column(default=False)
    agreed_by: Mapped[UUID | None]
    """The user who noted that the person said yes."""
    begins_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
