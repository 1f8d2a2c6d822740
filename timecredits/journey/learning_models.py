"""What is stored of a person's own way: training, private notes, goals, and what they chose to tell us came of it.

Notes and goals are sealed with the keyring (foundation/sealing): whoever reads the database reads no words of theirs.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class TrainingKind(StrEnum):
    """Something attended, or something that was examined."""

    TRAINING = "training"
    QUALIFICATION = "qualification"


class Training(InProgramme, Base):
    """Something that a volunteer learnt. Confirmed by staff it is locked, and may stand on letters."""

    __tablename__ = "training"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint("(confirmed_at IS NULL) = (organisation_id IS NULL)", name="confirmed_somewhere"),
        CheckConstraint("expires_on IS NULL OR expires_on >= completed_on", name="days_in_order"),
    )

    volunteer_id: Mapped[UUID]
    kind: Mapped[TrainingKind] = mapped_column(Word(TrainingKind))
    title: Mapped[str]
    awarded_by: Mapped[str] = mapped_column(default="")
    completed_on: Mapped[date]
    expires_on: Mapped[date | None]
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime]
    organisation_id: Mapped[UUID | None]
    """Whose staff confirmed it: it stands on that organisation's letters."""
    confirmed_by: Mapped[UUID | None]
    confirmed_by_name: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    on_any_letter: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The person lets other organisations' letters say it too."""
    removed_at: Mapped[datetime | None]


class Reflection(InProgramme, Base):
    """A private note after giving time. Removing it removes the row."""

    __tablename__ = "reflection"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("organisation", "shared_with"),
        Index(None, "programme_id", "volunteer_id"),
    )

    volunteer_id: Mapped[UUID]
    done_on: Mapped[date]
    sealed: Mapped[bytes]
    """JSON of `did` and `learnt`, sealed for this row."""
    skill: Mapped[str] = mapped_column(default="")
    """One word of the short list (skills), or empty."""
    shared_with: Mapped[UUID | None]
    """The organisation whose coordinators may read it: nobody else ever does."""
    shared_at: Mapped[datetime | None]
    written_at: Mapped[datetime]


class Goal(InProgramme, Base):
    """Something that a person wants to reach, in their own words. Removing it removes the row."""

    __tablename__ = "goal"
    constraints: ClassVar = (belongs_to("volunteer", "volunteer_id"), Index(None, "programme_id", "volunteer_id"))

    volunteer_id: Mapped[UUID]
    sealed: Mapped[bytes]
    by_day: Mapped[date | None]
    done_on: Mapped[date | None]
    made_at: Mapped[datetime]


class OutcomeKind(StrEnum):
    """What a person may tell us came of it."""

    WORK = "work"
    TRAINING = "training"
    COURSE = "course"
    STILL_VOLUNTEERING = "still_volunteering"


class Outcome(InProgramme, Base):
    """Something good that a person chose to tell. Counted for funders, never shown with a name."""

    __tablename__ = "outcome"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "happened_in"),
        Index(None, "programme_id", "volunteer_id"),
    )

    volunteer_id: Mapped[UUID]
    kind: Mapped[OutcomeKind] = mapped_column(Word(OutcomeKind))
    happened_in: Mapped[date]
    """The first day of the month."""
    told_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
