"""Long work outside the request: a job is a row, committed with what asked for it, done afterwards, and watched meanwhile."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from timecredits.foundation.db import Base, InProgramme


class Job(InProgramme, Base):
    """Work of one `kind` on the plain values in `wanted`: `done` of `total` steps, and at its end an `outcome` or a `fault`."""

    __tablename__ = "job"
    constraints: ClassVar = (Index(None, "programme_id", "finished_at"),)

    organisation_id: Mapped[UUID | None]
    kind: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None]
    fault: Mapped[str | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
