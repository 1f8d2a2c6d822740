"""What is stored of referrals, and of money that people gave or owe. What a referral says is sealed; money is never credits."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class ReferralKind(StrEnum):
    """Who asks."""

    SELF = "self"
    PROFESSIONAL = "professional"
    PHONE = "phone"  # somebody rang; staff typed it


class ReferralState(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"  # not sent yet; removed after two weeks
    NEW = "new"
    SEEN = "seen"  # somebody has it in hand
    IN_TOUCH = "in_touch"
    WAITING = "waiting"  # for a place
    JOINED = "joined"
    ELSEWHERE = "elsewhere"  # led on to another service
    NO_ANSWER = "no_answer"
    NOT_NOW = "not_now"
    WITHDRAWN = "withdrawn"


class Referral(InProgramme, Base):
    """Somebody asked to be in touch, for themselves or with somebody's yes for them. `sealed` is JSON of what was typed."""

    __tablename__ = "referral"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "save_code_hash"),
        Index(None, "programme_id", "organisation_id", "state"),
        Index(None, "programme_id", "phone_mark"),
        Index(None, "programme_id", "email_mark"),
    )

    organisation_id: Mapped[UUID | None]
    """NULL: they were not sure whom to ask; the programme passes it on."""
    kind: Mapped[ReferralKind] = mapped_column(Word(ReferralKind))
    state: Mapped[ReferralState] = mapped_column(Word(ReferralState), default=ReferralState.DRAFT)
    sealed: Mapped[bytes]
    phone_mark: Mapped[bytes | None]
    """A keyed mark of the phone number, by which the same person's second referral is noticed."""
    email_mark: Mapped[bytes | None]
    save_code_hash: Mapped[bytes | None]
    """Of the code with which a saved one is taken up again."""
    consent_at: Mapped[datetime | None]
    """When the professional said that the person agrees."""
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    handled_by: Mapped[UUID | None]
    volunteer_id: Mapped[UUID | None]
    """Whom it became."""


class ReferralStep(InProgramme, Base):
    """One step of a referral's way: who moved it where, when, and a sealed note."""

    __tablename__ = "referral_step"
    constraints: ClassVar = (belongs_to("referral", "referral_id"), Index(None, "programme_id", "referral_id"))

    referral_id: Mapped[UUID]
    state: Mapped[ReferralState] = mapped_column(Word(ReferralState))
    sealed: Mapped[bytes | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]


class MoneyKind(StrEnum):
    """What money was for."""

    JOINING_FEE = "joining_fee"
    DONATION = "donation"


class MoneyState(StrEnum):
    """Where it stands."""

    OWED = "owed"
    RECEIVED = "received"
    WAIVED = "waived"


class MoneyEntry(InProgramme, Base):
    """Money an organisation received, waived or is owed. Pence of pounds sterling; never credits, and no ledger knows of it."""

    __tablename__ = "money_entry"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "organisation_id", "noted_at"),
        CheckConstraint("pence > 0", name="pence_positive"),
        CheckConstraint("kind = 'joining_fee' OR state = 'received'", name="only_fees_are_owed"),
        CheckConstraint("kind = 'donation' OR volunteer_id IS NOT NULL", name="a_fee_is_somebodys"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID | None]
    """NULL: a donation by nobody in particular, such as the tea tin."""
    kind: Mapped[MoneyKind] = mapped_column(Word(MoneyKind))
    state: Mapped[MoneyState] = mapped_column(Word(MoneyState))
    pence: Mapped[int]
    noted_by: Mapped[UUID | None]
    noted_at: Mapped[datetime]
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    """When what was owed was received or waived."""
    taken_back_at: Mapped[datetime | None]
    """Noted by mistake: it counts no more, and stays to be seen."""
