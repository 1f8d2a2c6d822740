"""What is stored about time given. An entry is never changed: it is evidence; a correction stands beside it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class Activity(InProgramme, Base):
    """An opportunity to give time at an organisation."""

    __tablename__ = "activity"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        UniqueConstraint("programme_id", "organisation_id", "folded_name"),
    )

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    folded_name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    when_text: Mapped[str] = mapped_column(default="")
    """When it usually happens, in the organisation's words: "Tuesdays, 10am to 12pm"."""
    usual_minutes: Mapped[int] = mapped_column(default=120)
    earns_credits: Mapped[bool] = mapped_column(default=True)
    good_first_step: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class ActivitySession(InProgramme, Base):
    """One dated occurrence of an activity."""

    __tablename__ = "activity_session"
    constraints: ClassVar = (
        belongs_to("activity", "activity_id"),
        Index(None, "programme_id", "activity_id", "held_on"),
    )

    activity_id: Mapped[UUID]
    held_on: Mapped[date]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class HourSource(StrEnum):
    """How an entry came in."""

    REGISTER = "register"
    SINGLE = "single"
    IMPORT = "import"


class HourEntry(InProgramme, Base):
    """Verified time given by one volunteer on one day. `minutes` is 1 to 1440. Its id is also its transfer's."""

    __tablename__ = "hour_entry"
    constraints: ClassVar = (
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes_in_a_day"),
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("activity", "activity_id"),
        belongs_to("activity_session", "activity_session_id"),
        Index(None, "programme_id", "volunteer_id", "done_on"),
        Index(None, "programme_id", "organisation_id", "done_on"),
        Index(None, "programme_id", "activity_session_id"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    activity_session_id: Mapped[UUID | None]
    done_on: Mapped[date]
    minutes: Mapped[int]
    starts: Mapped[int | None]
    """Minutes after midnight, where known."""
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[HourSource] = mapped_column(Word(HourSource))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    without_credits: Mapped[str | None]
    """Why these hours earned no credits: `activity` or `volunteer` (who said no thank you); NULL: they did."""


class HourCorrection(InProgramme, Base):
    """An entry no longer counts; `replacement_id` is the entry that does instead, if any."""

    __tablename__ = "hour_correction"
    constraints: ClassVar = (
        belongs_to("hour_entry", "entry_id"),
        belongs_to("hour_entry", "replacement_id"),
        UniqueConstraint("programme_id", "entry_id"),
    )

    entry_id: Mapped[UUID]
    replacement_id: Mapped[UUID | None]
    reason: Mapped[str]
    corrected_by: Mapped[UUID | None]
    corrected_at: Mapped[datetime]


class HourImport(InProgramme, Base):
    """An uploaded register: kept from the look (`imported_at` NULL) until it is confirmed; then only what came of it."""

    __tablename__ = "hour_import"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "organisation_id", "uploaded_at"),
    )

    organisation_id: Mapped[UUID]
    filename: Mapped[str]
    content: Mapped[bytes | None]
    activity: Mapped[str | None]
    uploaded_by: Mapped[UUID | None]
    uploaded_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
    """Counts: ready, imported, already, problems."""
