"""What is stored for the planner: who could be asked, time given elsewhere, evidence seen, and what jobs usually ask.

Referees and contacts are other people's names and addresses: they are kept only while the volunteer keeps them.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Json, Word, belongs_to


class Relation(StrEnum):
    """What a referee is to the volunteer. Employers commonly leave out friends and family."""

    SUPERVISOR = "supervisor"
    COLLEAGUE = "colleague"
    TEACHER = "teacher"
    PROFESSIONAL = "professional"  # a support worker, a landlord, a faith leader: somebody who knows them through their work
    FRIEND = "friend"
    FAMILY = "family"


class Consent(StrEnum):
    """Whether a referee agreed to be asked. `not_asked` is the planner's `pending` too: a page says "please ask"."""

    NOT_ASKED = "not_asked"
    PENDING = "pending"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Referee(InProgramme, Base):
    """Somebody whom a volunteer could name in an application: a member of staff in the programme, or anybody else."""

    __tablename__ = "referee"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint("known_until IS NULL OR known_until >= known_since", name="known_in_order"),
    )

    volunteer_id: Mapped[UUID]
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    relation: Mapped[Relation] = mapped_column(Word(Relation))
    organisation_id: Mapped[UUID | None]
    organisation_name: Mapped[str] = mapped_column(default="")
    user_id: Mapped[UUID | None]
    """A member of staff of `organisation_id`: then `known_since` comes from the register and the staff role, never typed."""
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    known_since: Mapped[date]
    known_until: Mapped[date | None]
    at_org_until: Mapped[date | None]
    consent: Mapped[Consent] = mapped_column(Word(Consent), default=Consent.NOT_ASKED)
    consent_from: Mapped[date | None]
    consent_until: Mapped[date | None]
    asked_at: Mapped[datetime | None]
    """When the link was last sent; only the newest works."""
    answered_at: Mapped[datetime | None]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """From then on name, email and phone are empty."""


class SpellState(StrEnum):
    """How far a spell elsewhere is trusted."""

    DECLARED = "declared"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # the contact said that it isn't so


class SpellElsewhere(InProgramme, Base):
    """Time that a volunteer says they gave or worked outside the programme, and what its contact said to that."""

    __tablename__ = "spell_elsewhere"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days_in_order"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="some_time"),
    )

    volunteer_id: Mapped[UUID]
    organisation_name: Mapped[str]
    role: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    """None: it goes on."""
    minutes: Mapped[int | None]
    """About how much in all, if they know."""
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    """Empty again once answered: it was only for that."""
    state: Mapped[SpellState] = mapped_column(Word(SpellState), default=SpellState.DECLARED)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")
    """The name and role that the contact gave when confirming."""
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class GapEvidence(InProgramme, Base):
    """That staff saw something that accounts for a stretch of days. Never what it was, and never a reason."""

    __tablename__ = "gap_evidence"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
    )

    volunteer_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    first_day: Mapped[date]
    last_day: Mapped[date]
    seen_by: Mapped[UUID]
    seen_by_name: Mapped[str]
    seen_on: Mapped[date]
    noted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RequirementPreset(InProgramme, Base):
    """What a kind of job usually asks, as the programme keeps it. One of `key` takes the place of the usual one of that key."""

    __tablename__ = "requirement_preset"
    constraints: ClassVar = (UniqueConstraint("programme_id", "key"),)

    key: Mapped[str]
    name: Mapped[str]
    requirement: Mapped[dict[str, Any]] = mapped_column(Json)
    """As the planner's JSON, without `as_of`."""
    source: Mapped[str]
    checked_on: Mapped[date]
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
