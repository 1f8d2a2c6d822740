"""The entries as those who keep them see them: what is due for a look first, also what is hidden and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from timecredits.community.directory.reviewing import overdue
from timecredits.community.directory.words import engine_text
from timecredits.community.directory_models import SupportReport, SupportService
from timecredits.network.models import Organisation

__all__ = ["Entries", "Entry", "Show", "list_entries"]

PAGE: Final = 20
_LONGEST_SEARCH: Final = 200


class Show(StrEnum):
    """Which entries to list."""

    ALL = "all"
    DUE = "due"
    REPORTED = "reported"
    HIDDEN = "hidden"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list. `organisation` is empty where the programme itself keeps it."""

    id: UUID
    name: str
    organisation: str
    reviewed_on: date
    is_shown: bool
    is_helpline: bool
    is_due: bool
    is_reported: bool


@dataclass(frozen=True, slots=True)
class Entries:
    """One page of the list, and how many entries there are in all."""

    rows: Sequence[Entry]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(-(-self.count // PAGE), 1)


def list_entries(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID | None,
    *,
    today: date,
    show: Show = Show.ALL,
    search: str = "",
    page: int = 1,
) -> Entries:
    """A page of an organisation's entries, or (None) of the whole programme's."""
    reported = exists().where(
        SupportReport.programme_id == SupportService.programme_id,
        SupportReport.service_id == SupportService.id,
        SupportReport.settled_at.is_(None),
    )
    due = overdue(today)
    narrowed: dict[Show, ColumnElement[bool]] = {
        Show.DUE: due,
        Show.REPORTED: reported,
        Show.HIDDEN: ~SupportService.is_shown,
    }
    conditions: list[Any] = [
        SupportService.programme_id == programme_id,
        SupportService.removed_at.is_not(None) if show is Show.REMOVED else SupportService.removed_at.is_(None),
    ]
    if organisation_id is not None:
        conditions.append(SupportService.organisation_id == organisation_id)
    if show in narrowed:
        conditions.append(narrowed[show])
    if words := engine_text(search[:_LONGEST_SEARCH]):
        conditions.append(SupportService.folded_name.contains(words))
    wanting = case((reported, 0), (due, 1), else_=2)
    query = (
        select(
            SupportService.id,
            SupportService.name,
            func.coalesce(Organisation.name, "").label("organisation"),
            SupportService.reviewed_on,
            SupportService.is_shown,
            SupportService.is_helpline,
            due.label("is_due"),
            reported.label("is_reported"),
            func.count().over().label("count"),
        )
        .outerjoin(
            Organisation,
            (Organisation.programme_id == SupportService.programme_id) & (Organisation.id == SupportService.organisation_id),
        )
        .where(*conditions)
        .order_by(wanting, SupportService.folded_name, SupportService.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = session.execute(query).all()
    entries = [Entry(*row[:6], is_due=bool(row.is_due), is_reported=bool(row.is_reported)) for row in rows]
    return Entries(entries, rows[0][-1] if rows else 0, page)
