"""What is stored of mentoring, sealed. Nothing says who ended one, or why. Meetings are hours of the mentor's activity."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class Mentor(InProgramme, Base):
    """A volunteer who offers to be a mentor at an organisation. `sealed` is what a project worker should know for matching."""

    __tablename__ = "mentor"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        Index(
            "uq_mentor_once",
            "programme_id",
            "organisation_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    most: Mapped[int] = mapped_column(default=1)
    """How many people they can be a mentor to at once."""
    sealed: Mapped[bytes | None]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MentoringState(StrEnum):
    """Where a mentoring stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    ENDED = "ended"


class Mentoring(InProgramme, Base):
    """Two people whom a project worker matched. `mentee_id` is enrolled at the organisation already."""

    __tablename__ = "mentoring"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("activity", "activity_id"),
        belongs_to("referral", "referral_id"),
        belongs_to("volunteer", "mentor_id"),
        belongs_to("volunteer", "mentee_id"),
        Index(None, "programme_id", "organisation_id", "state"),
        Index(None, "programme_id", "mentor_id"),
        Index(None, "programme_id", "mentee_id"),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
    )

    organisation_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    """Whose hours the mentor's meetings are: its name says nothing about anybody."""
    referral_id: Mapped[UUID | None]
    mentor_id: Mapped[UUID]
    mentee_id: Mapped[UUID]
    state: Mapped[MentoringState] = mapped_column(Word(MentoringState), default=MentoringState.PROPOSED)
    sealed_agreement: Mapped[bytes | None]
    matched_by: Mapped[UUID | None]
    matched_at: Mapped[datetime]
    mentor_agreed_at: Mapped[datetime | None]
    mentee_agreed_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class MentoringGoal(InProgramme, Base):
    """What the mentee wants to reach. Removing it removes the row."""

    __tablename__ = "mentoring_goal"
    constraints: ClassVar = (belongs_to("mentoring", "mentoring_id"), Index(None, "programme_id", "mentoring_id"))

    mentoring_id: Mapped[UUID]
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]
    reached_on: Mapped[date | None]


class MentoringStep(InProgramme, Base):
    """A small step towards a goal."""

    __tablename__ = "mentoring_step"
    constraints: ClassVar = (
        belongs_to("mentoring", "mentoring_id"),
        belongs_to("mentoring_goal", "goal_id"),
        Index(None, "programme_id", "mentoring_id"),
    )

    mentoring_id: Mapped[UUID]
    goal_id: Mapped[UUID]
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]
    done_on: Mapped[date | None]


class MentoringMeeting(InProgramme, Base):
    """That the two met, for how long, and what they want to remember, sealed."""

    __tablename__ = "mentoring_meeting"
    constraints: ClassVar = (
        belongs_to("mentoring", "mentoring_id"),
        Index(None, "programme_id", "mentoring_id"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    mentoring_id: Mapped[UUID]
    held_on: Mapped[date]
    minutes: Mapped[int]
    sealed: Mapped[bytes | None]
    noted_by: Mapped[UUID | None]
    """The volunteer or user who noted it."""
    noted_at: Mapped[datetime]
    entry_id: Mapped[UUID | None]
    """The mentor's hour entry, or the hours they logged that wait for approval."""


class MentoringReview(InProgramme, Base):
    """A look back, of both and a project worker; sealed."""

    __tablename__ = "mentoring_review"
    constraints: ClassVar = (belongs_to("mentoring", "mentoring_id"), Index(None, "programme_id", "mentoring_id"))

    mentoring_id: Mapped[UUID]
    held_on: Mapped[date]
    sealed: Mapped[bytes]
    next_on: Mapped[date | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
