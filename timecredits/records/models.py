"""What is stored about whole records: merging, erasing, keeping no longer than needed, opening balances, and telling others."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Json, Word, belongs_to


class Merge(InProgramme, Base):
    """Two records of one person became one. `moved` says what moved, so that it can be taken back for 30 days."""

    __tablename__ = "merge"
    constraints: ClassVar = (
        belongs_to("volunteer", "kept_id"),
        belongs_to("volunteer", "gone_id"),
        belongs_to("transfer", "transfer_id"),
        Index(None, "programme_id", "kept_id"),
        Index(
            "uq_merge_gone_once",
            "programme_id",
            "gone_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        CheckConstraint("kept_id <> gone_id", name="two_records"),
    )

    kept_id: Mapped[UUID]
    gone_id: Mapped[UUID]
    transfer_id: Mapped[UUID | None]
    """What brought the second record's credits over."""
    moved: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(default="")
    merged_by: Mapped[UUID | None]
    merged_at: Mapped[datetime]
    undo_until: Mapped[datetime]
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class NotSame(InProgramme, Base):
    """Somebody looked at two records that are alike, and said that they are two people."""

    __tablename__ = "not_same"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("volunteer", "other_id"),
        UniqueConstraint("programme_id", "volunteer_id", "other_id"),
    )

    volunteer_id: Mapped[UUID]
    """The one with the lower id."""
    other_id: Mapped[UUID]
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime]


class Erasure(InProgramme, Base):
    """Somebody's record is to be erased on `due_on`, unless that is called off before. Kept for good: ids and days only."""

    __tablename__ = "erasure"
    constraints: ClassVar = (
        Index(
            "uq_erasure_once",
            "programme_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("called_off_at IS NULL"),
            postgresql_where=text("called_off_at IS NULL"),
        ),
        Index(None, "programme_id", "due_on"),
    )

    volunteer_id: Mapped[UUID]  # no foreign key: the journal outlives what it is about
    why: Mapped[str]
    """`asked`: the person wants it; `retention`: kept long enough."""
    pot_id: Mapped[UUID | None]
    """The community pot that gets the credits left over; NULL: they run out."""
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    called_off_by: Mapped[UUID | None]
    called_off_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any] | None]
    """By table: how many rows were emptied or removed."""


class RetentionRun(InProgramme, Base):
    """That retention was run, by which rules, and what it did."""

    __tablename__ = "retention_run"
    constraints: ClassVar = (Index(None, "programme_id", "ran_at"),)

    ran_by: Mapped[UUID | None]
    ran_at: Mapped[datetime]
    rules: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]


class PrivacyAnswer(InProgramme, Base):
    """What a programme wrote into its register of processing or its impact assessment; the newest of a name counts."""

    __tablename__ = "privacy_answer"
    constraints: ClassVar = (Index(None, "programme_id", "name", "written_at"),)

    name: Mapped[str]
    words: Mapped[str]
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime]


class PeopleImport(InProgramme, Base):
    """An uploaded list of people and their credits so far: kept until it is confirmed; then only what came of it."""

    __tablename__ = "people_import"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "organisation_id", "uploaded_at"),
    )

    organisation_id: Mapped[UUID]
    filename: Mapped[str]
    content: Mapped[bytes | None]
    uploaded_by: Mapped[UUID | None]
    uploaded_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
    """Counts, and the ids of the opening transfers, so that all of it can be taken back."""
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class WebhookEvent(StrEnum):
    """What others can be told of."""

    HOURS_RECORDED = "hours.recorded"
    HOURS_CORRECTED = "hours.corrected"
    CREDITS_USED = "credits.used"
    USE_UNDONE = "use.undone"
    TEST = "webhook.test"  # sent when somebody asks for it, to see whether it arrives


class Webhook(InProgramme, Base):
    """An address that is told of new hours and uses. Its secret is sealed; it is shown once."""

    __tablename__ = "webhook"

    url: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    events: Mapped[list[str]]
    sealed_secret: Mapped[bytes]
    told_to: Mapped[datetime]
    """Everything recorded before this has its delivery."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_because: Mapped[str] = mapped_column(default="")
    """`asked`, `failing`, `secret` (it can't be opened), `moved` (it came from elsewhere) or `gone` (ended by an answer 410)."""
    ended_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Tries that failed, one after the other; 0 once one arrives."""
    failing_since: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    """After a failure nothing is sent there until then."""


class WebhookDelivery(InProgramme, Base):
    """One thing told, or to be told, to one address."""

    __tablename__ = "webhook_delivery"
    constraints: ClassVar = (
        belongs_to("webhook", "webhook_id"),
        UniqueConstraint("programme_id", "webhook_id", "event", "subject_id"),
        Index(None, "programme_id", "webhook_id", "made_at"),
        Index(
            "ix_webhook_delivery_due",
            "programme_id",
            "next_try_at",
            sqlite_where=text("done_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    webhook_id: Mapped[UUID]
    event: Mapped[WebhookEvent] = mapped_column(Word(WebhookEvent))
    subject_id: Mapped[UUID]
    made_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_answer: Mapped[str] = mapped_column(default="")
    """The status that came back, or the kind of fault; never what the receiver wrote."""
