"""A volunteer's own hours to keep: as PDF for people, as CSV for a spreadsheet."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.csv_text import csv_text
from timecredits.hours.hour_history import HistoryLine, hour_history
from timecredits.hours.hour_history_writing import print_hour_history, write_hour_history_record
from timecredits.network.models import Programme, Volunteer
from timecredits.network.scope import find

__all__ = ["hour_history_csv", "hour_history_pdf"]

_COLUMNS: Final = (
    "Date",
    "Activity",
    "Organisation",
    "Hours",
    "Minutes",
    "Confirmed by",
    "Confirmed on",
    "Corrected from",
    "Why",
)
_DECIMALS: Final = 4


def hour_history_pdf(session: Session, programme_id: UUID, volunteer_id: UUID, *, as_of: date) -> bytes:
    """All hours of a volunteer in the programme, with regularity, subtotals and corrections.

    A page of 1,000 lines takes 0.3 s, so it may be made while somebody waits. Raises UnprintableCharacter (a RuleError) for a
    letter that no font has, NotFoundError for a volunteer who doesn't exist.
    """
    volunteer = find(session, Volunteer, programme_id, volunteer_id)
    history = hour_history(session, programme_id, volunteer_id, as_of=as_of)
    record = write_hour_history_record(
        issued_on=as_of,
        programme=session.get_one(Programme, programme_id).name,
        holder_name=volunteer.letter_name or volunteer.name,
        entries=history.printable(),
    )
    return print_hour_history(record)


def hour_history_csv(session: Session, programme_id: UUID, volunteer_id: UUID, *, as_of: date) -> str:
    """The same lines as a table, oldest first. Hours are decimal numbers, days YYYY-MM-DD. Corrected lines say what was there."""
    find(session, Volunteer, programme_id, volunteer_id)
    history = hour_history(session, programme_id, volunteer_id, as_of=as_of)
    return csv_text(_COLUMNS, [_row(line) for line in reversed(history.lines)])


def _row(line: HistoryLine) -> list[str | int | float]:
    return [
        line.day.isoformat(),
        line.activity,
        line.organisation,
        round(line.minutes / 60, _DECIMALS),
        line.minutes,
        line.confirmed_by,
        local_day(line.confirmed_at).isoformat(),
        "" if line.corrected_from is None else line.corrected_from,
        line.correction_reason,
    ]
