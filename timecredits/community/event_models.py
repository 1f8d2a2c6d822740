"""What is stored of events. An event is an activity with more said about it; its bookings are sign-ups for its sessions."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme, belongs_to


class Event(InProgramme, Base):
    """Something that people come to. Name, place, access facts, capacity and times are those of its activity and plans."""

    __tablename__ = "event"
    constraints: ClassVar = (
        belongs_to("organisation", "organisation_id"),
        belongs_to("activity", "activity_id"),
        UniqueConstraint("programme_id", "activity_id"),
        Index(None, "programme_id", "organisation_id"),
        CheckConstraint("most_guests >= 0", name="most_guests_not_negative"),
        CheckConstraint("entry_minutes IS NULL OR entry_minutes > 0", name="entry_minutes_positive"),
    )

    organisation_id: Mapped[UUID]
    activity_id: Mapped[UUID]
    words: Mapped[str] = mapped_column(default="")
    is_public: Mapped[bool] = mapped_column(default=True)
    """Stands on the public page of what's on; else volunteers of the programme see it."""
    most_guests: Mapped[int] = mapped_column(default=0)
    """How many people somebody may bring along."""
    asks_needs: Mapped[bool] = mapped_column(default=False)
    """Whether the booking asks for access and food needs."""
    entry_minutes: Mapped[int | None]
    """Credits for entry, a person; NULL: free. Asked for only while the programme's setting allows it."""
    shown_at: Mapped[datetime | None]
    """NULL: a draft."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]


class EventNeeds(InProgramme, Base):
    """What somebody needs to be able to come, sealed; the row is removed once the event is over."""

    __tablename__ = "event_needs"
    constraints: ClassVar = (
        belongs_to("sign_up", "sign_up_id"),
        UniqueConstraint("programme_id", "sign_up_id"),
        Index(None, "programme_id", "kept_until"),
    )

    sign_up_id: Mapped[UUID]
    sealed: Mapped[bytes]
    kept_until: Mapped[datetime]
    """When the session ends."""
