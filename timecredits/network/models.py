"""What is stored about programmes, organisations, venues and people.

Programme, venue, user and sign-in are small tables that every programme reads; the rest belongs to one programme.
There is no column for a diagnosis, a benefit, housing or anything else that a letter must never say.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Json, ProgrammeNumber, Shared, Word, belongs_to


class Programme(Shared, Base):
    """One time-credit scheme: the tenant. `number` is what a code carries, so that it leads here with no search."""

    __tablename__ = "programme"

    number: Mapped[int] = mapped_column(ProgrammeNumber, unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Organisation(InProgramme, Base):
    """A charity or group where people give time. `account_id` is where its credits come from."""

    __tablename__ = "organisation"
    constraints: ClassVar = (UniqueConstraint("programme_id", "slug"), belongs_to("account", "account_id"))

    slug: Mapped[str]
    name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    letter_name: Mapped[str]
    """The name on letters: a charity may write under one that doesn't tell what it is about."""
    letter_address: Mapped[list[str]] = mapped_column(default=list)
    charity_number: Mapped[str | None]
    contact_email: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    account_id: Mapped[UUID]
    takes_referrals: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether people can ask to be in touch on the programme's public page."""
    joining_fee_pence: Mapped[int | None]
    """What joining costs once, in pence of pounds sterling; NULL: nothing. Never credits."""
    budget_account_id: Mapped[UUID | None]
    """Where the programme gives the organisation a budget: the account of the pot that pays what is earned there."""
    agreed_on: Mapped[date | None]
    """When its agreement with the programme was signed."""
    agreement_ends_on: Mapped[date | None]
    briefed_on: Mapped[date | None]
    """When its people were told how time credits work."""
    suspended_at: Mapped[datetime | None]
    suspended_because: Mapped[str | None]
    """While it is set nothing is recorded, changed or handed out there, and nothing is lost. Its people keep their credits."""
    suspended_by: Mapped[UUID | None]


class Venue(Shared, Base):
    """A place where credits are used. National venues serve several programmes, so a venue belongs to none."""

    __tablename__ = "venue"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    town: Mapped[str]
    is_national: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str] = mapped_column(default="")
    access_facts: Mapped[list[str]] = mapped_column(default=list)
    address: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    postcode_district: Mapped[str] = mapped_column(default="", server_default="")
    """The first half of its postcode, "CB7": near enough to say how far away it is."""


class ProgrammeVenue(InProgramme, Base):
    """A venue taking part in a programme, with the account its credits arrive at."""

    __tablename__ = "programme_venue"
    constraints: ClassVar = (UniqueConstraint("programme_id", "venue_id"), belongs_to("account", "account_id"))

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    account_id: Mapped[UUID]
    joined_on: Mapped[date]
    agreed_on: Mapped[date | None]
    agreement_ends_on: Mapped[date | None]
    frozen_at: Mapped[datetime | None]
    frozen_because: Mapped[str | None]
    """While it is set, no credits are taken at the venue for this programme. Staff read why; nobody else does."""


class User(Shared, Base):
    """Someone who can sign in. Staff always have a password; a volunteer may have one, or use an emailed code."""

    __tablename__ = "user"

    email: Mapped[str | None] = mapped_column(unique=True)
    """In lower case; None for somebody who signs in with a card."""
    name: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RoleKind(StrEnum):
    """What a user may be to a programme. Volunteers are not a role: a volunteer record may be linked to a user."""

    COORDINATOR = "coordinator"
    ORGANISATION_OWNER = "organisation_owner"
    PROGRAMME_MANAGER = "programme_manager"
    VENUE_MANAGER = "venue_manager"


class StaffRole(InProgramme, Base):
    """A user's role, at one organisation or one venue, or over the programme; kept when it ends."""

    __tablename__ = "staff_role"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        Index(None, "programme_id", "user_id"),
        CheckConstraint(
            "(kind IN ('coordinator', 'organisation_owner')) = (organisation_id IS NOT NULL)",
            name="organisation_where_due",
        ),
        CheckConstraint("(kind = 'venue_manager') = (venue_id IS NOT NULL)", name="venue_where_due"),
        Index(
            "uq_staff_role_one_owner",
            "programme_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("kind = 'organisation_owner' AND ended_at IS NULL"),
            postgresql_where=text("kind = 'organisation_owner' AND ended_at IS NULL"),
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[RoleKind] = mapped_column(Word(RoleKind))
    title: Mapped[str] = mapped_column(default="")
    """As it stands under a signature, such as "Volunteer coordinator"."""
    organisation_id: Mapped[UUID | None]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    started_at: Mapped[datetime]
    ends_on: Mapped[date | None]
    """The last day on which it counts, if that was said from the start; from the next day on it is as good as ended."""
    ended_at: Mapped[datetime | None]


class Volunteer(InProgramme, Base):
    """A person enrolled in a programme, with or without a sign-in, phone or email."""

    __tablename__ = "volunteer"
    constraints: ClassVar = (
        belongs_to("account", "account_id"),
        Index(None, "programme_id", "folded_name"),
        Index(None, "programme_id", "user_id"),
        # Few records are second ones, so both are small: who a record's credits went to, and which records became this one.
        Index(
            "ix_volunteer_merged_account",
            "programme_id",
            "account_id",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        Index(
            "ix_volunteer_merged_into",
            "programme_id",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    first_name: Mapped[str]
    last_name: Mapped[str] = mapped_column(default="")
    folded_name: Mapped[str]
    letter_name: Mapped[str] = mapped_column(default="")
    """How the person wants to be named on a letter; empty means first and last name."""
    chosen_name: Mapped[str] = mapped_column(default="", server_default="")
    """The name under what they write for others to read; empty until they chose one."""
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    account_id: Mapped[UUID]
    wants_credits: Mapped[bool] = mapped_column(default=True)
    joined_on: Mapped[date]
    born_month: Mapped[date | None]
    """The first day of the month of birth: all that an age limit needs."""
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    wants_texts: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether they want a mail before a session that they signed up for; and a text instead where they have no email."""
    postcode_district: Mapped[str] = mapped_column(default="", server_default="")
    """Where they look for places from, if they said so: the first half of a postcode, never an address."""
    photo_id: Mapped[UUID | None]
    """A picture that they agreed to be known by at a venue."""
    frozen_at: Mapped[datetime | None]
    frozen_because: Mapped[str | None]
    """While it is set, no credits of theirs are used or given. They go on earning. Staff read why."""
    frozen_by: Mapped[UUID | None]
    """The organisation whose staff set it: nobody else reads why, or lets it go on."""
    merged_into: Mapped[UUID | None]  # no foreign key: SQLite can't add one of two columns to a table that stands
    """The record that this one turned out to be a second one of. What was theirs stands there now."""
    erased_at: Mapped[datetime | None]
    """Since when nothing here tells who it was."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """First name and initial: all that a venue sees."""
        return f"{self.first_name} {self.last_name[:1]}".strip()


class Picture(InProgramme, Base):
    """A picture made anew from what was uploaded (foundation/pictures), so that nothing of its file but the picture is kept."""

    __tablename__ = "picture"

    jpeg: Mapped[bytes]
    width: Mapped[int]
    height: Mapped[int]
    shows: Mapped[str] = mapped_column(default="")
    """What is to be seen, for people who can't."""
    made_at: Mapped[datetime]


class SelfLog(StrEnum):
    """How a person may log their own hours."""

    NO = "no"
    APPROVAL = "approval"
    TRUSTED = "trusted"  # without anybody's approval


class Enrolment(InProgramme, Base):
    """A volunteer at an organisation, under the number that organisation gave."""

    __tablename__ = "enrolment"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "organisation_id", "volunteer_id"),
        UniqueConstraint("programme_id", "organisation_id", "number"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    number: Mapped[str | None]
    enrolled_on: Mapped[date]
    left_on: Mapped[date | None]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    """As this organisation was told it. No other organisation reads it."""
    self_log: Mapped[SelfLog] = mapped_column(Word(SelfLog), default=SelfLog.APPROVAL)


class CheckKind(StrEnum):
    """What may be seen of a person before they do a role."""

    DBS = "dbs"
    TRAINING = "training"
    GUARDIAN = "guardian"
    REFERENCES = "references"


class DutyKind(StrEnum):
    """What somebody may be asked to look after, beside their role."""

    FACILITATOR = "facilitator"  # of a peer group
    MODERATOR = "moderator"  # of comments at an organisation
    PROJECT_WORKER = "project_worker"  # referrals and mentoring at an organisation
    SAFEGUARDING_LEAD = "safeguarding_lead"  # of an organisation, or of the programme


class Duty(InProgramme, Base):
    """A duty given on one thing: an organisation, a peer group, or (organisation NULL) the programme. Kept when it ends."""

    __tablename__ = "duty"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "organisation_id", "kind"),
        Index(None, "programme_id", "user_id"),
        Index(None, "programme_id", "volunteer_id"),
        CheckConstraint("(user_id IS NULL) <> (volunteer_id IS NULL)", name="one_holder"),
        CheckConstraint("(kind = 'facilitator') = (group_id IS NOT NULL)", name="group_where_due"),
        CheckConstraint("kind = 'safeguarding_lead' OR organisation_id IS NOT NULL", name="organisation_where_due"),
    )

    kind: Mapped[DutyKind] = mapped_column(Word(DutyKind))
    organisation_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]  # no foreign key: the table belongs to a layer above
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    volunteer_id: Mapped[UUID | None]
    """Only a facilitator can be a volunteer."""
    given_by: Mapped[UUID | None]
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Block(InProgramme, Base):
    """Two volunteers are kept apart: neither sees the other anywhere, whoever of them, or of the staff, asked for it."""

    __tablename__ = "block"
    constraints: ClassVar = (
        belongs_to("volunteer", "volunteer_id"),
        belongs_to("volunteer", "other_id"),
        belongs_to("organisation", "organisation_id"),
        Index(
            "uq_block_once",
            "programme_id",
            "volunteer_id",
            "other_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND organisation_id IS NULL"),
            postgresql_where=text("ended_at IS NULL AND organisation_id IS NULL"),
        ),
        Index(
            "uq_block_once_here",
            "programme_id",
            "organisation_id",
            "volunteer_id",
            "other_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND organisation_id IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND organisation_id IS NOT NULL"),
        ),
        Index(None, "programme_id", "other_id"),
        CheckConstraint("volunteer_id <> other_id", name="two_people"),
    )

    volunteer_id: Mapped[UUID]
    """Who wants it: only they can end it, or the organisation that set it for them."""
    other_id: Mapped[UUID]
    shown_as: Mapped[str] = mapped_column(default="")
    """The name that they know the other by, for their own list."""
    organisation_id: Mapped[UUID | None]
    """Whose staff set it; NULL: the person themselves."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SeenCheck(InProgramme, Base):
    """That somebody saw a check, a certificate, a guardian's yes or references, and when. Never what it says.

    `level` and `workforce` belong to a DBS check, `name` to a training, `number` to references seen.
    """

    __tablename__ = "seen_check"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "organisation_id", "volunteer_id"),
    )

    organisation_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    kind: Mapped[CheckKind] = mapped_column(Word(CheckKind))
    level: Mapped[str] = mapped_column(default="")
    workforce: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    number: Mapped[int | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    update_service: Mapped[bool | None]
    seen_by: Mapped[UUID | None]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(InProgramme, Base):
    """A partner's key to the API of one programme. Only its hash is kept; it is shown once."""

    __tablename__ = "api_token"
    constraints: ClassVar = (UniqueConstraint("programme_id", "token_hash"),)

    name: Mapped[str]
    token_hash: Mapped[bytes]
    scopes: Mapped[list[str]]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class SettingChange(InProgramme, Base):
    """A programme's setting from `changed_at` on, until the next change of the same name. Kept for good."""

    __tablename__ = "setting_change"
    constraints: ClassVar = (Index(None, "programme_id", "name", "changed_at"),)

    name: Mapped[str]
    value: Mapped[Any] = mapped_column(Json)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
