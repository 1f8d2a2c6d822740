"""What is stored about activities: what they are, when they take place, who means to come, and who is there."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Shared, Word, belongs_to
from timecredits.network.settings import Rest


class OpenTo(StrEnum):
    """Who may sign up for an activity."""

    EVERYBODY = "everybody"  # every volunteer of the programme
    ENROLLED = "enrolled"  # people enrolled at its organisation
    LET_IN = "let_in"  # whom a peer group let in: it signs them up itself


class ActivityKind(StrEnum):
    """What an activity is for. All of them have sessions, sign-ups, waiting lists and signing in."""

    ROLE = "role"  # people give time
    GROUP = "group"  # a peer group meets: its hours count like others
    EVENT = "event"  # something that people come to


class ActivityCategory(StrEnum):
    """What sort of time is given, for reports. None of them tells why somebody comes."""

    FOOD = "food"  # cooking, a food bank, a cafe
    OUTDOORS = "outdoors"  # gardens, conservation, animals
    ARTS = "arts"  # arts, crafts, music, heritage
    SPORT = "sport"  # sport and moving
    COMPANY = "company"  # being with people: visits, drives, clubs, peer support
    LEARNING = "learning"  # teaching, reading, computers
    SHOP = "shop"  # shops, sorting, deliveries
    OFFICE = "office"  # desks, phones, forums
    EVENTS = "events"  # setting up and helping on the day
    OTHER = "other"


class Talking(StrEnum):
    """How much talking something asks for: the order in which first steps are offered."""

    NONE = "none"
    LITTLE = "little"
    SOME = "some"
    MORE = "more"


class Forgotten(StrEnum):
    """What becomes of somebody who signed in and never out."""

    LOOK = "look"  # a coordinator says how long it was
    CREDIT = "credit"  # a set time is given, and flagged


class Activity(InProgramme, Base):
    """An opportunity to give time at an organisation. Where a column about earning is NULL, the programme's setting counts."""

    __tablename__ = "activity"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        UniqueConstraint("programme_id", "organisation_id", "folded_name"),
    )

    organisation_id: Mapped[UUID]
    kind: Mapped[ActivityKind] = mapped_column(Word(ActivityKind), default=ActivityKind.ROLE, server_default="role")
    counts_hours: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether being there is time given. Where it isn't, signing in says that somebody came, and nothing more."""
    category: Mapped[ActivityCategory] = mapped_column(
        Word(ActivityCategory), default=ActivityCategory.OTHER, server_default="other"
    )
    name: Mapped[str]
    """What letters, mails and calendars say: of a peer group it gives nothing away."""
    folded_name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    when_text: Mapped[str] = mapped_column(default="")
    """When it usually happens, in the organisation's words: "Tuesdays, 10am to 12pm"."""
    usual_minutes: Mapped[int] = mapped_column(default=120)
    earns_credits: Mapped[bool] = mapped_column(default=True)
    good_first_step: Mapped[bool] = mapped_column(default=False)
    talking: Mapped[Talking | None] = mapped_column(Word(Talking))
    """Of a good first step: how much talking it asks for."""
    is_open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    role: Mapped[str] = mapped_column(default="")
    """What a person does there, in the organisation's words."""
    access_facts: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[int | None]
    """How many may come to one session; NULL: any number."""
    open_to: Mapped[OpenTo] = mapped_column(Word(OpenTo), default=OpenTo.EVERYBODY)
    forgotten: Mapped[Forgotten] = mapped_column(Word(Forgotten), default=Forgotten.LOOK)
    forgotten_minutes: Mapped[int | None]
    """What `forgotten` credits; NULL: the usual time."""
    credit_step: Mapped[int | None]
    credit_rest: Mapped[Rest | None] = mapped_column(Word(Rest))
    credits_a_day: Mapped[int | None]
    credits_a_week: Mapped[int | None]


class RequirementKind(StrEnum):
    """What a role may ask of a person."""

    DBS = "dbs"
    TRAINING = "training"
    GUARDIAN = "guardian"
    REFERENCES = "references"


class ActivityRequirement(InProgramme, Base):
    """Something that must have been seen before a person may do this.

    A DBS `level` (and `workforce`, where it matters), a training's `name`, a guardian's yes under an age (`number`, years), or
    a `number` of references.
    """

    __tablename__ = "activity_requirement"
    constraints: ClassVar = (belongs_to("activity", "activity_id"), Index(None, "programme_id", "activity_id"))

    activity_id: Mapped[UUID]
    kind: Mapped[RequirementKind] = mapped_column(Word(RequirementKind))
    level: Mapped[str] = mapped_column(default="")
    workforce: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    number: Mapped[int | None]


class ActivityPlan(InProgramme, Base):
    """When an activity takes place: once, or by a rule (RFC 5545 RRULE, as in `FREQ=WEEKLY;BYDAY=TU`).

    Its sessions are worked out when they are looked at; one gets a row when somebody does something with it.
    """

    __tablename__ = "activity_plan"
    constraints: ClassVar = (belongs_to("activity", "activity_id"), Index(None, "programme_id", "activity_id"))

    activity_id: Mapped[UUID]
    starts_on: Mapped[date]
    starts: Mapped[int]
    """Minutes after midnight, as the clock on the wall shows them."""
    minutes: Mapped[int]
    rule: Mapped[str] = mapped_column(default="")
    """Empty: once."""
    ends_on: Mapped[date | None]
    """The last day it may take place; NULL: no end."""
    place: Mapped[str] = mapped_column(default="")
    """Empty: the activity's."""
    capacity: Mapped[int | None]
    """NULL: the activity's."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]


class ActivitySession(InProgramme, Base):
    """One dated occurrence of an activity: planned, or made by a register. Where NULL or empty, its plan's values count.

    A planned one's id follows from its plan and `planned_on`, the day that the rule says; `held_on` is the day it takes place.
    """

    __tablename__ = "activity_session"
    constraints: ClassVar = (
        belongs_to("activity", "activity_id"),
        Index(None, "programme_id", "activity_id", "held_on"),
    )

    activity_id: Mapped[UUID]
    held_on: Mapped[date]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    plan_id: Mapped[UUID | None]  # no foreign key: SQLite can't add one of two columns to a table that stands
    planned_on: Mapped[date | None]
    starts: Mapped[int | None]
    minutes: Mapped[int | None]
    place: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(default="")


class SignUpStatus(StrEnum):
    """Where a sign-up stands."""

    COMING = "coming"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class SignUp(InProgramme, Base):
    """A volunteer means to come to a session, or waits for a place; first come, first served by `signed_up_at`."""

    __tablename__ = "sign_up"
    constraints: ClassVar = (
        belongs_to("activity_session", "session_id"),
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "session_id", "volunteer_id"),
        Index(None, "programme_id", "volunteer_id"),
    )

    session_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    status: Mapped[SignUpStatus] = mapped_column(Word(SignUpStatus))
    signed_up_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    party: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many places it takes: the person, and whoever they bring to an event."""


class SessionMessage(InProgramme, Base):
    """What a coordinator wrote to everyone signed up for a session, and how many it was sent to."""

    __tablename__ = "session_message"
    constraints: ClassVar = (belongs_to("activity_session", "session_id"), Index(None, "programme_id", "session_id"))

    session_id: Mapped[UUID]
    body: Mapped[str]
    sent_to: Mapped[int]
    without_email: Mapped[int]
    sent_by: Mapped[UUID | None]
    sent_at: Mapped[datetime]


class Kiosk(Shared, Base):
    """A tablet at the door of one organisation. It signs people in and out, nothing else. The token's hash is kept."""

    __tablename__ = "kiosk"
    constraints: ClassVar = (Index(None, "programme_id", "organisation_id"),)

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    organisation_id: Mapped[UUID]
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AttendanceWay(StrEnum):
    """How somebody signed in or out."""

    CARD = "card"
    CODE = "code"
    NUMBER = "number"
    WALL = "wall"  # their own phone read the code on the wall
    STAFF = "staff"


class AttendanceState(StrEnum):
    """Where an attendance stands."""

    HERE = "here"
    DONE = "done"  # signed out; the hours are recorded
    FORGOTTEN = "forgotten"  # waits for a coordinator's look
    CREDITED = "credited"  # forgotten; the set time was recorded
    SETTLED = "settled"  # a coordinator said how long it was
    DROPPED = "dropped"  # no hours came of it


class Attendance(InProgramme, Base):
    """Somebody signed in to an activity, and mostly out again. Nobody is in two places at once."""

    __tablename__ = "attendance"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("activity", "activity_id"),
        belongs_to("activity_session", "session_id"),
        belongs_to("volunteer", "volunteer_id"),
        Index(None, "programme_id", "organisation_id", "state"),
        Index(
            "uq_attendance_one_place",
            "programme_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("state = 'here'"),
            postgresql_where=text("state = 'here'"),
        ),
    )

    organisation_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    session_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    came_at: Mapped[datetime]
    came_by: Mapped[AttendanceWay] = mapped_column(Word(AttendanceWay))
    left_at: Mapped[datetime | None]
    left_by: Mapped[AttendanceWay | None] = mapped_column(Word(AttendanceWay))
    kiosk_id: Mapped[UUID | None]
    state: Mapped[AttendanceState] = mapped_column(Word(AttendanceState))
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    settled_because: Mapped[str] = mapped_column(default="")


class CalendarLink(Shared, Base):
    """A private address at which one volunteer's sessions can be read by a calendar; ended when they say."""

    __tablename__ = "calendar_link"
    constraints: ClassVar = (Index(None, "programme_id", "volunteer_id"),)

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    volunteer_id: Mapped[UUID]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
