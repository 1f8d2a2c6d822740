"""A programme at a glance: the reporting year's numbers as they may be shown, and what the last check of the books found.

All of it was worked out before, by the counting job and by the job that checks the books. So the page costs a few short
questions, however large the programme is, and shows nothing that the reports hide.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.insight.books.book_jobs import Checked, last_check
from timecredits.insight.reports.published import passes
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import Table, TableName
from timecredits.network.models import Volunteer

__all__ = ["ProgrammeSummary", "programme_summary"]


@dataclass(frozen=True, slots=True)
class ProgrammeSummary:
    """The whole programme. `people` is how many are known here, None where they are few; `checked` is None before any check."""

    people: int | None
    hours: Table
    credits: Table
    organisations: Table
    venues: Table
    checked: Checked | None


def programme_summary(session: Session, programme_id: UUID, year: date) -> ProgrammeSummary:
    """Summarise the reporting year that begins on `year`."""
    people = session.scalar(
        select(func.count())
        .select_from(Volunteer)
        .where(Volunteer.programme_id == programme_id, Volunteer.merged_into.is_(None), Volunteer.erased_at.is_(None))
    )

    def table(name: TableName) -> Table:
        return read_table(session, programme_id, name, year)

    return ProgrammeSummary(
        people=people if passes(people or 0) else None,
        hours=table(TableName.HOURS_BY_MONTH),
        credits=table(TableName.CREDITS_BY_MONTH),
        organisations=table(TableName.HOURS_BY_ORGANISATION),
        venues=table(TableName.USES_BY_VENUE),
        checked=last_check(session, programme_id),
    )
