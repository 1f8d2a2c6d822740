"""What reports are made from: sums by person and month, and the figures worked out from those. Design: docs/reports.md.

All of it can be worked out again from what it was counted from, so nothing here is exported or kept when a programme moves.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Shared, Word
from timecredits.hours.activity_models import ActivityCategory


class RollUp(InProgramme, Base):
    """How far a programme has been counted: every row recorded before `counted_to`, and none after it."""

    __tablename__ = "roll_up"
    derived = True
    constraints: ClassVar = (UniqueConstraint("programme_id"),)

    counted_to: Mapped[datetime]
    counted_at: Mapped[datetime]
    figures_to: Mapped[datetime | None]
    """What the figures were worked out from; earlier than `counted_to` while months wait to be worked out."""
    waiting: Mapped[list[str]] = mapped_column(default=list)
    """The months that changed since, as ISO days."""


class PersonMonth(InProgramme, Base):
    """What one person gave at one organisation in one month, in one category: minutes, and on how many days."""

    __tablename__ = "person_month"
    derived = True
    constraints: ClassVar = (
        UniqueConstraint("programme_id", "volunteer_id", "month", "organisation_id", "category"),
        Index(None, "programme_id", "month", "organisation_id"),
    )

    volunteer_id: Mapped[UUID]
    month: Mapped[date]
    organisation_id: Mapped[UUID]
    category: Mapped[ActivityCategory] = mapped_column(Word(ActivityCategory))
    minutes: Mapped[int]
    entries: Mapped[int]
    days: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]


class Flow(StrEnum):
    """Which way credits went, for reports."""

    EARNED = "earned"
    USED = "used"
    GIVEN = "given"  # to somebody or to a pot
    RECEIVED = "received"  # from somebody or from a pot
    EXPIRED = "expired"
    OTHER_IN = "other_in"  # opening balances, goodwill, what a pot was filled with
    OTHER_OUT = "other_out"


class PersonCredit(InProgramme, Base):
    """Minutes of credit that went one way for one person in one month; `volunteer_id` NULL: pots and notes, which are nobody's.

    `venue_id` says where credits were used.
    """

    __tablename__ = "person_credit"
    derived = True
    constraints: ClassVar = (
        Index(None, "programme_id", "month", "flow"),
        Index(None, "programme_id", "volunteer_id", "month"),
    )

    volunteer_id: Mapped[UUID | None]
    month: Mapped[date]
    flow: Mapped[Flow] = mapped_column(Word(Flow))
    venue_id: Mapped[UUID | None]
    minutes: Mapped[int]
    times: Mapped[int]
    first_on: Mapped[date]


class PersonUse(InProgramme, Base):
    """What one person used at one venue in one month, by the day of the visit; `volunteer_id` NULL: by notes, which are nobody's.

    Uses that stand only. PersonCredit holds the same minutes by the day on which the ledger moved them.
    """

    __tablename__ = "person_use"
    derived = True
    constraints: ClassVar = (
        Index(None, "programme_id", "month", "venue_id"),
        Index(None, "programme_id", "volunteer_id", "month"),
    )

    volunteer_id: Mapped[UUID | None]
    month: Mapped[date]
    venue_id: Mapped[UUID]
    uses: Mapped[int]
    visitors: Mapped[int]
    minutes: Mapped[int]


class PersonCounted(InProgramme, Base):
    """What reports know of one person, as it was when they were last counted. Its id is the volunteer's."""

    __tablename__ = "person_counted"
    derived = True

    born_month: Mapped[date | None]
    postcode_district: Mapped[str] = mapped_column(default="")
    first_gave_on: Mapped[date | None]
    last_gave_on: Mapped[date | None]
    first_earned_on: Mapped[date | None]
    first_used_on: Mapped[date | None]


class VenueDay(InProgramme, Base):
    """What was used at one venue on one day: uses that stand, people who came on them, and minutes of credit."""

    __tablename__ = "venue_day"
    derived = True
    constraints: ClassVar = (UniqueConstraint("programme_id", "venue_id", "day"),)

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    day: Mapped[date]
    uses: Mapped[int]
    visitors: Mapped[int]
    minutes: Mapped[int]


class Topic(StrEnum):
    """What a figure is about."""

    HOURS = "hours"
    CREDITS = "credits"
    USES = "uses"


class Span(StrEnum):
    """How long a figure's time is. A year is the programme's reporting year; a quarter is three months of it."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Figure(InProgramme, Base):
    """One worked-out figure: of one topic, in one span of time, of the whole programme or of one part of it.

    It is the truth, small or not: what may be shown of it is decided in published.py, for all figures of a year together.
    `part` is "" for the whole; by organisation or venue its id; else a category, an age band, a district, a flow or a distance.
    """

    __tablename__ = "figure"
    derived = True
    constraints: ClassVar = (
        UniqueConstraint("programme_id", "topic", "span", "starts_on", "dimension", "part"),
        Index(None, "programme_id", "topic", "dimension", "starts_on"),
    )

    topic: Mapped[Topic] = mapped_column(Word(Topic))
    span: Mapped[Span] = mapped_column(Word(Span))
    starts_on: Mapped[date]
    dimension: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    people: Mapped[int]
    new_people: Mapped[int]
    """Of hours: people who never gave time before."""
    regular_people: Mapped[int]
    """Of hours: people who gave time in at least half of the span's months, and in two at the least."""
    times: Mapped[int]
    """Entries of hours, movements of credits, or uses."""
    minutes: Mapped[int]


class ShownTable(InProgramme, Base):
    """One table of one reporting year as a programme manager may see it: what is hidden is not in it.

    `part` is "", or the id of the organisation that the table is of. The names of its lines are looked up when it is read.
    """

    __tablename__ = "shown_table"
    derived = True
    constraints: ClassVar = (UniqueConstraint("programme_id", "year", "name", "part"),)

    year: Mapped[date]
    name: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]


class VenueSettlement(Shared, Base):
    """What one programme's people used at one venue in one month: the rows that a national venue's totals are the sum of."""

    __tablename__ = "venue_settlement"
    constraints: ClassVar = (
        UniqueConstraint("venue_id", "programme_id", "month"),
        Index(None, "programme_id"),
    )

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    month: Mapped[date]
    uses: Mapped[int]
    visitors: Mapped[int]
    minutes: Mapped[int]
    counted_to: Mapped[datetime]
