"""What is stored about time given. An entry is never changed: it is evidence; a correction stands beside it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class HourSource(StrEnum):
    """How an entry came in."""

    REGISTER = "register"
    SINGLE = "single"
    IMPORT = "import"
    SELF_LOGGED = "self_logged"
    ATTENDANCE = "attendance"
    PARTNER = "partner"  # added by a partner's computer, with a key


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
        Index(None, "programme_id", "recorded_at"),
        Index(
            "ix_hour_entry_carried",
            "programme_id",
            "volunteer_id",
            sqlite_where=text("carried <> 0"),
            postgresql_where=text("carried <> 0"),
        ),
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
    """Why these hours earned no credits: `activity`, `volunteer` (who said no thank you), `limit` (a day's or week's credits
    were reached) or `step` (too short to fill one); NULL: they did.
    """
    earned: Mapped[int] = mapped_column(default=0)
    """Minutes of credit: those of its transfer, by the earning policy of the day it was recorded."""
    carried: Mapped[int] = mapped_column(default=0)
    """Minutes that it put by for a next step of credit; below 0: it took so many from those put by before."""
    policy: Mapped[dict[str, Any] | None]
    """The earning policy it was recorded by, so that a correction earns by the same; NULL: to the minute, without limits."""


class HourCorrection(InProgramme, Base):
    """An entry no longer counts; `replacement_id` is the entry that does instead, if any."""

    __tablename__ = "hour_correction"
    constraints: ClassVar = (
        belongs_to("hour_entry", "entry_id"),
        belongs_to("hour_entry", "replacement_id"),
        UniqueConstraint("programme_id", "entry_id"),
        Index(None, "programme_id", "corrected_at"),
    )

    entry_id: Mapped[UUID]
    replacement_id: Mapped[UUID | None]
    reason: Mapped[str]
    corrected_by: Mapped[UUID | None]
    corrected_at: Mapped[datetime]


class Shortfall(InProgramme, Base):
    """Minutes that goodwill lent when a correction took back credits already used; the next hours pay them back.

    Its id is that of the goodwill transfer. What is still owed: docs/ledger.md.
    """

    __tablename__ = "shortfall"
    constraints: ClassVar = (
        belongs_to("transfer", "id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("hour_entry", "entry_id"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        Index(None, "programme_id", "volunteer_id"),
    )

    volunteer_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    minutes: Mapped[int]
    recorded_at: Mapped[datetime]


class LoggedStatus(StrEnum):
    """Where hours that a volunteer logged stand."""

    WAITING = "waiting"
    RETURNED = "returned"  # with a question
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class LoggedHours(InProgramme, Base):
    """Hours that a volunteer says they gave; evidence only once approved. The approved entry bears the same id."""

    __tablename__ = "logged_hours"
    constraints: ClassVar = (
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes_in_a_day"),
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("activity", "activity_id"),
        Index(None, "programme_id", "organisation_id", "status"),
        Index(None, "programme_id", "volunteer_id", "done_on"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    done_on: Mapped[date]
    minutes: Mapped[int]
    starts: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[LoggedStatus] = mapped_column(Word(LoggedStatus))
    question: Mapped[str] = mapped_column(default="")
    """What a coordinator asked when sending it back."""
    answer: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """Why a coordinator changed or declined it."""
    logged_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


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
    matching: Mapped[dict[str, Any] | None]
    """Which column means what, where a person changed it."""
    job_id: Mapped[UUID | None]
    to_mend: Mapped[bytes | None]
    """The rows sent back, as CSV, for a day."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]


class HourImportEntry(InProgramme, Base):
    """An hour entry that came in by an import; its id is the entry's."""

    __tablename__ = "hour_import_entry"
    constraints: ClassVar = (
        belongs_to("hour_entry", "id"),
        belongs_to("hour_import", "import_id"),
        Index(None, "programme_id", "import_id"),
    )

    import_id: Mapped[UUID]


class ImportMatching(InProgramme, Base):
    """Which column means what in files with these headings, as an organisation once said. No names, only headings."""

    __tablename__ = "import_matching"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        UniqueConstraint("programme_id", "organisation_id", "headings_hash"),
    )

    organisation_id: Mapped[UUID]
    headings_hash: Mapped[bytes]
    matching: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]
