"""What is stored of peer groups. A group stands on an activity with a name that gives nothing away; its own name stays inside."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, Word, belongs_to


class GroupKind(StrEnum):
    """What kind of group it is."""

    OPEN = "open"  # come when you like
    CLOSED = "closed"  # ask first
    ONE_TO_ONE = "one_to_one"
    ONLINE = "online"
    ROTA = "rota"  # people take turns at a phone


class PeerGroup(InProgramme, Base):
    """People who support one another. Its sessions are those of `activity_id`, whose name letters, mails and calendars show."""

    __tablename__ = "peer_group"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("activity", "activity_id"),
        UniqueConstraint("programme_id", "activity_id"),
        Index(None, "programme_id", "organisation_id"),
    )

    organisation_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    kind: Mapped[GroupKind] = mapped_column(Word(GroupKind))
    name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    first_time: Mapped[str] = mapped_column(default="")
    """What the first time is like, in the group's words."""
    sealed_link: Mapped[bytes | None]
    """Where an online group meets: members see it."""
    has_board: Mapped[bool] = mapped_column(default=True)
    checks_posts: Mapped[bool] = mapped_column(default=True)
    """Every post on the board waits for a facilitator."""
    is_listed: Mapped[bool] = mapped_column(default=True)
    """Volunteers of the programme find it; else only who is asked in."""
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MemberState(StrEnum):
    """Where somebody stands with a group."""

    ASKED = "asked"  # wants to come; a facilitator says yes
    INVITED = "invited"  # was asked in; they say yes
    MEMBER = "member"


class GroupMember(InProgramme, Base):
    """Somebody in a group. Leaving removes the row, and nobody is told."""

    __tablename__ = "group_member"
    constraints: ClassVar = (
        belongs_to("peer_group", "group_id"),
        belongs_to("volunteer", "volunteer_id"),
        UniqueConstraint("programme_id", "group_id", "volunteer_id"),
        Index(None, "programme_id", "volunteer_id"),
    )

    group_id: Mapped[UUID]
    volunteer_id: Mapped[UUID]
    state: Mapped[MemberState] = mapped_column(Word(MemberState))
    since: Mapped[datetime]
