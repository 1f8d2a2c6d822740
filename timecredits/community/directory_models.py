"""What is stored of the support directory. The search engine's own index (`support_search`) is made by the sixth migration."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Long, Word, belongs_to


class SupportCost(StrEnum):
    """What a service costs."""

    FREE = "free"
    DONATION = "donation"
    LOW = "low"
    PAID = "paid"


class SupportService(InProgramme, Base):
    """An entry in the directory: something outside the programme, or of one of its organisations, that helps people."""

    __tablename__ = "support_service"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        UniqueConstraint("programme_id", "search_row"),
        Index(None, "programme_id", "organisation_id"),
        Index(None, "programme_id", "folded_name"),
        CheckConstraint("review_months > 0", name="review_months_positive"),
    )

    organisation_id: Mapped[UUID | None]
    """Who keeps the entry up to date. NULL: the programme itself."""
    name: Mapped[str]
    folded_name: Mapped[str]
    folded_words: Mapped[str]
    """Everything else that a search looks in, folded (foundation/folding), with plain words for its topics."""
    search_row: Mapped[int] = mapped_column(Long)
    """A number of 62 bits that follows from both ids: what SQLite's search engine knows a row by (directory/keeping)."""
    summary: Mapped[str] = mapped_column(default="")
    who_for: Mapped[str] = mapped_column(default="")
    how_to_start: Mapped[str] = mapped_column(default="")
    """How somebody gets in: ring, walk in, or be referred by whom."""
    when_text: Mapped[str] = mapped_column(default="")
    """When it is open, in words, beside what `SupportOpening` says: bank holidays, school terms."""
    always_open: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")
    text_number: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    address: Mapped[list[str]] = mapped_column(default=list)
    postcode_district: Mapped[str] = mapped_column(default="")
    is_online: Mapped[bool] = mapped_column(default=False)
    cost: Mapped[SupportCost] = mapped_column(Word(SupportCost), default=SupportCost.FREE)
    cost_words: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]] = mapped_column(default=list)
    """Words of directory/topics.py."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    access_facts: Mapped[list[str]] = mapped_column(default=list)
    is_helpline: Mapped[bool] = mapped_column(default=False)
    """The programme shows it with the helplines at the top of every support page."""
    is_shown: Mapped[bool] = mapped_column(default=True)
    reviewed_on: Mapped[date]
    """The day somebody last saw that everything in it is right."""
    review_months: Mapped[int] = mapped_column(default=6)
    reminded_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SupportOpening(InProgramme, Base):
    """A stretch of one weekday, clock on the wall, on which a service is open. Over midnight it is two."""

    __tablename__ = "support_opening"
    constraints: ClassVar = (
        belongs_to("support_service", "service_id"),
        Index(None, "programme_id", "service_id"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_a_week"),
        CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="within_a_day"),
    )

    service_id: Mapped[UUID]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    """Monday is 0."""
    opens: Mapped[int]
    """Minutes after midnight."""
    closes: Mapped[int]


class SupportSpelling(InProgramme, Base):
    """A way in which a word of the directory comes out when letters are missing, so that a misspelt search still finds it."""

    __tablename__ = "support_spelling"
    constraints: ClassVar = (UniqueConstraint("programme_id", "spelling", "word"),)

    spelling: Mapped[str]
    word: Mapped[str]


class SupportFault(StrEnum):
    """What a reader may say is wrong with an entry."""

    PHONE = "phone"
    LINK = "link"
    TIMES = "times"
    CLOSED = "closed"
    OTHER = "other"


class SupportReport(InProgramme, Base):
    """A reader said that an entry is wrong. Nothing about the reader is kept."""

    __tablename__ = "support_report"
    constraints: ClassVar = (
        belongs_to("support_service", "service_id"),
        Index(None, "programme_id", "service_id"),
    )

    service_id: Mapped[UUID]
    fault: Mapped[SupportFault] = mapped_column(Word(SupportFault))
    said_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class FirstStep(InProgramme, Base):
    """A step on somebody's private list: an activity, an offer, a service, or their own words. Removing it removes the row."""

    __tablename__ = "first_step"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("activity", "activity_id"),
        belongs_to("offer", "offer_id"),
        belongs_to("support_service", "service_id"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint(
            "(CASE WHEN activity_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN service_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN sealed IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_thing",
        ),
    )

    volunteer_id: Mapped[UUID]
    activity_id: Mapped[UUID | None]
    offer_id: Mapped[UUID | None]
    service_id: Mapped[UUID | None]
    sealed: Mapped[bytes | None]
    added_at: Mapped[datetime]
    done_on: Mapped[date | None]
    remind_on: Mapped[date | None]
    """Only where they asked to be reminded."""
    reminded_at: Mapped[datetime | None]
