"""A volunteer's own hours to keep: as PDF for people, as CSV for a spreadsheet, as JSON for programs (docs/hour-history.md).

What leaves the screen names each organisation as its letters do, which doesn't tell what a group is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.documents import Attachment, record_as_json
from timecredits.hours.history.hour_history import HistoryLine, HourHistory, hour_history, summed
from timecredits.hours.history.hour_history_record import HistoryOnly, HistorySpell, HistoryTraining, HourHistoryRecord
from timecredits.hours.history.hour_history_writing import print_hour_history, write_hour_history_record
from timecredits.hours.history.hour_periods import Choice, choose
from timecredits.network.models import Programme, Volunteer
from timecredits.network.scope import find

__all__ = ["Beside", "Holder", "find_holder", "hour_history_csv", "hour_history_json", "hour_history_pdf"]

_COLUMNS: Final = (
    "Date",
    "Activity",
    "Organisation",
    "Hours",
    "Minutes",
    "Confirmed by",
    "Confirmed on",
    "Corrected from",
    "Source",
    "Checked",
    "Corrected on",
)
_REASON: Final = "Why"
_DECIMALS: Final = 4
_EVERYTHING: Final = Choice()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a history tells beside the register: time at other places and training. Left out where only a part is wanted."""

    elsewhere: Sequence[HistorySpell] = ()
    training: Sequence[HistoryTraining] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose papers these are: the name as the person wants it on letters, and the programme's."""

    name: str
    programme: str


_NOTHING: Final = Beside()


def find_holder(session: Session, programme_id: UUID, volunteer_id: UUID) -> Holder:
    """What stands at the head of a volunteer's papers. Raises NotFoundError for a volunteer who doesn't exist."""
    volunteer = find(session, Volunteer, programme_id, volunteer_id)
    return Holder(volunteer.letter_name or volunteer.name, session.get_one(Programme, programme_id).name)


def hour_history_pdf(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    as_of: date,
    choice: Choice = _EVERYTHING,
    beside: Beside = _NOTHING,
) -> bytes:
    """The hours chosen, with regularity, subtotals and corrections. The record is attached as JSON, the table as CSV.

    A page of 1,000 lines takes 0.3 s, so it may be made while somebody waits. Raises UnprintableCharacter (a RuleError) for a
    letter that no font has, NotFoundError for a volunteer who doesn't exist.
    """
    history, only = _chosen(session, programme_id, volunteer_id, as_of, choice)
    record = _record(session, programme_id, volunteer_id, history, only, as_of, beside)
    # A reason is a coordinator's own words; they don't go out with a paper made to be shown.
    table = Attachment(
        "hour_history.csv", _table(history.lines, with_reasons=False), "text/csv", record["display"]["title"], "alternative"
    )
    return print_hour_history(record, attachments=[table])


def hour_history_csv(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, as_of: date, choice: Choice = _EVERYTHING
) -> str:
    """The same lines as a table, oldest first. Hours are decimal numbers, days YYYY-MM-DD. Corrected lines say what was there."""
    find(session, Volunteer, programme_id, volunteer_id)
    history, _only = _chosen(session, programme_id, volunteer_id, as_of, choice)
    return _table(history.lines, with_reasons=True)


def hour_history_json(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    as_of: date,
    choice: Choice = _EVERYTHING,
    beside: Beside = _NOTHING,
) -> str:
    """The facts of the history, without the words of the printed page. Raises RuleError for a person without a name."""
    history, only = _chosen(session, programme_id, volunteer_id, as_of, choice)
    record = _record(session, programme_id, volunteer_id, history, only, as_of, beside)
    return record_as_json({key: value for key, value in record.items() if key != "display"})


def _chosen(
    session: Session, programme_id: UUID, volunteer_id: UUID, as_of: date, choice: Choice
) -> tuple[HourHistory, HistoryOnly]:
    """The part of the history that is wanted, and what it is limited to in words."""
    history = hour_history(session, programme_id, volunteer_id, as_of=as_of)
    if choice == _EVERYTHING:
        return history, {}
    only: HistoryOnly = {}
    if choice.year is not None:
        only["year"] = choice.year
    for line in history.lines:
        if line.activity_id == choice.activity_id:
            only["role"] = line.activity
        if line.organisation_id == choice.organisation_id:
            only["organisation"] = line.letter_organisation
    return summed(choose(history.lines, choice), as_of=as_of), only


def _record(
    session: Session, programme_id: UUID, volunteer_id: UUID, history: HourHistory, only: HistoryOnly, as_of: date, beside: Beside
) -> HourHistoryRecord:
    holder = find_holder(session, programme_id, volunteer_id)
    return write_hour_history_record(
        issued_on=as_of,
        programme=holder.programme,
        holder_name=holder.name,
        entries=history.printable(),
        only=only,
        elsewhere=() if only else beside.elsewhere,
        training=() if only else beside.training,
    )


def _table(lines: Iterable[HistoryLine], *, with_reasons: bool) -> str:
    rows = [_row(line) + ([line.correction_reason] if with_reasons else []) for line in lines]
    return csv_text([*_COLUMNS, _REASON] if with_reasons else _COLUMNS, reversed(rows))


def _row(line: HistoryLine) -> list[str | int | float]:
    return [
        line.day.isoformat(),
        line.activity,
        line.letter_organisation,
        round(line.minutes / 60, _DECIMALS),
        line.minutes,
        line.confirmed_by,
        "" if line.unchecked else local_day(line.confirmed_at).isoformat(),
        "" if line.corrected_from is None else line.corrected_from,
        line.source.value,
        "no" if line.unchecked else "yes",
        "" if line.corrected_at is None else local_day(line.corrected_at).isoformat(),
    ]
